"""What is wrong with a document, and where."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import DocumentInvalid

MAX_FAULTS = 200
"""So many faults of one document are told; more help no one."""


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """1-based line and column in the file, JSON pointer (RFC 6901), reason in English."""

    line: int
    column: int
    field: str
    reason: str


def refusal(faults: list[Fault]) -> DocumentInvalid:
    """The exception with all faults in the order of the file; the first is its message."""
    told = sorted(set(faults))
    first = told[0]
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    where = f"line {first.line}, {first.field}" if first.field else f"line {first.line}"
    return DocumentInvalid(
        f"{where}: {first.reason}{more}",
        field=first.field,
        line=first.line,
        faults=[
            {"line": f.line, "column": f.column, "field": f.field, "reason": f.reason} for f in told
        ],
    )
