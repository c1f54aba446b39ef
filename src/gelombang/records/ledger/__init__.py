"""Accounts and transfers; nothing is ever edited."""
