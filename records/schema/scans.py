"""Scans, their hash chain, and what conflicts in them."""
