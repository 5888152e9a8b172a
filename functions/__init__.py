"""One folder per Lambda function, nothing but its entry in it."""
