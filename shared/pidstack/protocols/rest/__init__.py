"""DataCite's REST API: requests, answers and errors in its words."""
