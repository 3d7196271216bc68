"""Rows of certificates and anchors."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.vocabulary import DocumentHash, Seconds


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate; good from ``valid_from`` until before ``valid_to`` (0: no end), unless
    revoked.
    """

    scheme: DocumentHash
    issued_at: Seconds
    valid_from: Seconds
    valid_to: Seconds
    revoked_at: Seconds = Seconds(0)
    reason: int = 0


@dataclass(frozen=True, slots=True)
class Anchor:
    """The newest root of an organisation's list of statements, and how many these are."""

    root: DocumentHash
    size: int
