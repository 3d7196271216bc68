"""The web: JSON, pages, codes, labels and the Digital Link resolver."""
