"""``python -m lotmark.tied PID serve``: ``lotmark serve`` as a child that ends with process PID."""

from __future__ import annotations

import sys

from lotmark.cli import main
from lotmark.dependence import die_with

if __name__ == "__main__":
    die_with(int(sys.argv.pop(1)))
    main()
