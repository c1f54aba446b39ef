"""Messages owed to people, and what became of them."""
