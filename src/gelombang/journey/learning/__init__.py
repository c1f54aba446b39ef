"""Providers, courses, purchases, attendance."""
