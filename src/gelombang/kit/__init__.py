"""Values that are the same everywhere: plain Python, no domain word, no Django."""
