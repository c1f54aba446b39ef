"""Outsiders who call us: the invented training providers."""
