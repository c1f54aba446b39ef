"""Contracts with partners, their pace and their health."""
