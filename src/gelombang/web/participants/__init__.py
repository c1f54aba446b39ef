"""Pages of people who take part: sign-in, tasks, identity, joining, result."""
