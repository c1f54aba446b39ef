"""The rehearsal of verification: slow, failing and lying partners, and nobody who notices."""
