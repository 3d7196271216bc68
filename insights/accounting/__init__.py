"""What points mean in the books of their issuer."""
