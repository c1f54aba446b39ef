"""The facts that every step refers to."""
