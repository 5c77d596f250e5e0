"""Plans, outcomes and drift as text and in machine formats, pure."""
