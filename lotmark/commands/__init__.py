"""One file for each command of `lotmark`; a module's ``app`` is what `lotmark.cli` runs."""
