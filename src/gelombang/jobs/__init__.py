"""The clock and the queue: thin sweeps, one call each."""
