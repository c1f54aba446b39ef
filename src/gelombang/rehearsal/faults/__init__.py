"""Faults while people register: what breaks, what people hear, and what is there at the end."""
