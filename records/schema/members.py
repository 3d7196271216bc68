"""Members of loyalty programmes, and what they claim and redeem."""
