"""What the registry costs: requests and capacity per operation, own CPU time, cold starts. Start with `python -m benchmarks`."""
