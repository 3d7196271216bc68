"""Recalls at work: whom they reach, who is told, and what makes it good."""
