"""`python -m lotmark` is the command."""

from __future__ import annotations

from lotmark.cli import main

if __name__ == "__main__":
    main()
