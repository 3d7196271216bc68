"""A supply chain of our own invention, to look at and to try things on."""
