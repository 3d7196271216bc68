"""What the command's exit code says, by what the caller can do about it."""

from __future__ import annotations

from ledger.errors import ChainContradiction, InvalidInput, LotmarkError, Unavailable

OK = 0
REFUSED = 1
"""The rules said no, or an audit found something."""
INVALID = 2
"""What was given must be mended; also what typer answers to a wrong command line."""
UNAVAILABLE = 3
"""It may work later."""
CONTRADICTION = 4
"""What the chain says cannot be true together: an operator must look."""


def exit_code(error: LotmarkError) -> int:
    """The code for an error."""
    if isinstance(error, InvalidInput):
        return INVALID
    if isinstance(error, Unavailable):
        return UNAVAILABLE
    if isinstance(error, ChainContradiction):
        return CONTRADICTION
    return REFUSED
