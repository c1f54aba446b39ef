"""Measured comparisons: figures move with the machine, so each bench reports ratios of one run."""
