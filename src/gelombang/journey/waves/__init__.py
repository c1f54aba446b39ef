"""A wave opens, people join it, it closes."""
