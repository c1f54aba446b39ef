"""Keys change while the programme runs: where a rotation stands, and the work of it."""
