"""The chain client: one port, one node behind it."""
