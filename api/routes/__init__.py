"""The JSON interface, one file per noun. Everything here lies under /api/v1."""
