"""An agency proposes people. A nomination is not a registration."""
