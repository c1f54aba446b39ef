"""What people tell us: reviews and surveys."""
