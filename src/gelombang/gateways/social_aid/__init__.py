"""The social registry (DTKS): who receives government social aid (R061, R065)."""
