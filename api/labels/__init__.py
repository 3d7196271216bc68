"""Labels: codes in bulk, sheets, ZPL and CSV, each read back before it is released."""
