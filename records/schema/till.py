"""Receipts of sales and returns."""
