"""The surge: check, commit in groups, give a receipt. No Django."""
