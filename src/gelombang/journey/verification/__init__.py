"""The state confirms who they are and what holds for them."""
