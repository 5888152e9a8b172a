"""What DynamoDB and S3 hold, and how. Everything that knows them is here."""
