"""Pages of agencies: lists of people whom they nominate."""
