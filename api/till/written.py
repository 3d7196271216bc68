"""What comes back, as people write it."""

from __future__ import annotations

import re

from api.till.asked import ReturnLine

LINE = re.compile(r"\d{1,6}", re.ASCII)
"""The number of a line; every code is longer."""


def return_line(text: str) -> ReturnLine:
    """``LINE`` or ``CODE``, each with ``@QUANTITY`` where it is less than all."""
    what, at, quantity = text.strip().rpartition("@")
    name = what if at else text.strip()
    many = quantity if at else None
    if LINE.fullmatch(name):
        return ReturnLine(line=int(name), quantity=many)
    return ReturnLine(code=name, quantity=many)
