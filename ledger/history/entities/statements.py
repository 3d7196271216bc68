"""Rows of what was said."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.vocabulary import DocumentHash, OrgId


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a statement: whether everything that follows from it is recorded, whether
    that were acts at all, and whether its organisation took it back.
    """

    fulfilled: bool
    recorded: bool = False
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """Who first told of something that happened, and with which amounts (hash)."""

    org: OrgId
    statement: DocumentHash
    amounts: bytes
