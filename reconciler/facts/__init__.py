"""What we believe of the service, as data with its sources."""
