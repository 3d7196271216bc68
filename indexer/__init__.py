"""From the chain to its SQL mirror, and every query on the mirror."""
