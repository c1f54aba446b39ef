"""The public randomness beacon: rounds that nobody can know before their time (standards §9.2)."""
