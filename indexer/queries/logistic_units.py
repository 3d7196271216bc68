"""Logistic units: where they are and what is in them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from indexer.queries.lots import TransitView
from ledger.vocabulary import Id, OrgId


@dataclass(frozen=True, slots=True)
class ContentView:
    """An item or logistic unit inside, with its amount."""

    item: Id
    amount: int


@dataclass(frozen=True, slots=True)
class LogisticUnitView:
    """A logistic unit that carries something now: held, inside another or on its way (exactly one
    of the three).
    """

    id: Id
    holder: OrgId | None
    inside: Id | None
    in_transit: TransitView | None
    contents: tuple[ContentView, ...]


def logistic_unit(connection: Connection, sscc: Id) -> LogisticUnitView | None:
    """A logistic unit, or None where it carries nothing now."""
    raise NotImplementedError
