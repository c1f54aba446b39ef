"""Commands, the supervisor and the PostgreSQL launcher."""
