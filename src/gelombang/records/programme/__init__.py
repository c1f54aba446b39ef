"""Schemes, budgets, calendar, areas and door controls: dated data."""
