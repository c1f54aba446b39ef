"""Gelombang: the open platform that runs such a programme."""
