"""The outside world: one client and one honest fake each."""
