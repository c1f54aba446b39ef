"""Dukcapil, the civil registry: whether elements belong to a NIK (standards §1, R059)."""
