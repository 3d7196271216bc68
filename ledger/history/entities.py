"""What the fold keeps: tables of frozen rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from ledger.vocabulary import Address, DocumentHash, Id, OrgId, Role, Seconds

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Table(Generic[K, V]):
    """Rows by key. A row that is not there reads as None; putting None removes it.

    ``load`` gives the rows that were there before; ``changed`` names the keys that were put since.
    """

    __slots__ = ("_load", "_rows", "changed")

    def __init__(self, load: Callable[[K], V | None] | None = None) -> None:
        self._load = load
        self._rows: dict[K, V | None] = {}
        self.changed: set[K] = set()

    def get(self, key: K) -> V | None:
        """The row, or None."""
        try:
            return self._rows[key]
        except KeyError:
            row = self._rows[key] = self._load(key) if self._load else None
            return row

    def put(self, key: K, row: V | None) -> None:
        """Sets or removes a row."""
        self._rows[key] = row
        self.changed.add(key)

    def rows(self) -> Iterator[tuple[K, V]]:
        """The rows that are in memory: all of them where there is nothing to load from."""
        return ((key, row) for key, row in self._rows.items() if row is not None)

    def preload(self, rows: Iterable[tuple[K, V | None]]) -> None:
        """Rows known beforehand, so that they need not be loaded one by one."""
        for key, row in rows:
            self._rows.setdefault(key, row)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A legal party. ``party`` is its packed GLN."""

    party: Id
    admin: Address
    roles: Role
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """An organisation's key; valid from ``valid_from`` until ``valid_to`` (0: no end), unless
    revoked.
    """

    org: OrgId
    roles: Role
    valid_from: Seconds
    valid_to: Seconds
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """A product. ``unit`` is a UN/ECE Rec 20 code; amounts count its ``decimals``-th decimal
    part.
    """

    org: OrgId
    unit: str
    decimals: int
    document: DocumentHash
    recipe: bool = False


@dataclass(frozen=True, slots=True)
class Yield:
    """One part of the input gives at most ``numerator / denominator`` parts of the output."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Item:
    """A lot or serialised unit, with what became of its amounts all in all."""

    maker: OrgId
    expiry: Seconds
    depth: int
    made: int
    consumed: int = 0
    sold: int = 0
    disposed: int = 0
    recalled_by: OrgId = OrgId(0)
    recall_document: DocumentHash = DocumentHash(bytes(32))
    since: Seconds = Seconds(0)
    """Time of the block in which it was first made."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """A shipment as its shipper named it."""

    receiver: OrgId
    shipped_at: Seconds


@dataclass(frozen=True, slots=True)
class Transit:
    """An amount of one item on its way to one receiver."""

    shipper: OrgId
    shipment: Id
    amount: int


@dataclass(frozen=True, slots=True)
class Packed:
    """An amount of one item inside a logistic unit."""

    item: Id
    amount: int


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
