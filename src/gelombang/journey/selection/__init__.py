"""Eligibility, quota cells, a draw anyone can repeat, awards."""
