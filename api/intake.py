"""What is taken in: the statements of a document, each with the acts its source names, if any."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.commands import Command
from ledger.statements import Statement
from ledger.vocabulary import DocumentHash, Id, Seconds


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a document: where it stands and what is to follow from it.

    ``commands`` is None where the acts follow from the statement; ``with_others`` are statements
    that share its operation. ``corrects`` names the statement it takes back, ``by`` what replaces
    that one. ``attachments`` are documents its acts point to: (bytes, media type).
    """

    statement: Statement
    raw: bytes
    pointer: str
    line: int
    expiries: dict[Id, Seconds]
    notes: tuple[str, ...] = ()
    commands: tuple[Command, ...] | None = None
    with_others: tuple[Said, ...] = ()
    event_id: str | None = None
    corrects: DocumentHash | None = None
    by: DocumentHash = DocumentHash(bytes(32))
    attachments: tuple[tuple[bytes, str], ...] = ()

    @property
    def everyone(self) -> tuple[Said, ...]:
        """Itself and the statements that share its operation."""
        return (self, *self.with_others)
