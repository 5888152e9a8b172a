"""The ports in memory. Each fake passes the same suite as the store it stands in for."""
