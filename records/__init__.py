"""What must be kept and no chain can give back: durable SQL."""
