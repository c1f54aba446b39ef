"""The opening minute, open loop: more people than a machine has cores, each with a receipt."""
