"""Search: what a person may have in hand, from a GTIN to a transaction hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from ledger.vocabulary import OrgId

HitKind = Literal[
    "product", "lot", "unit", "logistic unit", "shipment", "place", "organisation",
    "transaction", "statement", "block",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. ``id`` is a packed id, or a transaction's, statement's or block's hash.

    ``label`` is for people. ``recorded``: the ledger knows it; otherwise only statements name it.
    """

    kind: HitKind
    id: bytes
    label: str
    org: OrgId | None
    recorded: bool


def search(connection: Connection, text: str, limit: int = 20) -> tuple[Hit, ...]:
    """What a text may mean: GTIN, lot number, serial, SSCC, GLN, Digital Link path parts, or a hash
    in hex.
    """
    raise NotImplementedError
