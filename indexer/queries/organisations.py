"""Organisations: who they are, what they may do, their places and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from indexer import tables as t
from ledger.vocabulary import Address, Id, OrgId, Role, Seconds


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key of an organisation; ``valid_to`` 0 means no end."""

    address: Address
    roles: Role
    valid_from: Seconds
    valid_to: Seconds
    revoked: bool


@dataclass(frozen=True, slots=True)
class PrefixView:
    """A company prefix: ``length`` digits with the numeric value ``value``."""

    length: int
    value: int


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation with its prefixes, places and keys, each in ascending order."""

    org: OrgId
    party: Id
    roles: Role
    suspended: bool
    prefixes: tuple[PrefixView, ...]
    places: tuple[Id, ...]
    keys: tuple[KeyView, ...]


def organisation(connection: Connection, org: OrgId) -> OrganisationView | None:
    """An organisation by its number, or None."""
    found = _views(connection, select(t.organisation).where(t.organisation.c.org == org))
    return found[0] if found else None


def by_party(connection: Connection, party: Id) -> OrganisationView | None:
    """An organisation by its packed GLN, or None."""
    found = _views(connection, select(t.organisation).where(t.organisation.c.party == party))
    return found[0] if found else None


def organisations(
    connection: Connection, after: OrgId | None = None, limit: int = 100
) -> tuple[OrganisationView, ...]:
    """Organisations by ascending number."""
    o = t.organisation.c
    return _views(
        connection,
        select(t.organisation).where(o.org > (after or 0)).order_by(o.org).limit(limit),
    )


def _views(connection: Connection, query: Select[Any]) -> tuple[OrganisationView, ...]:
    rows = connection.execute(query).all()
    orgs = [row.org for row in rows]
    prefixes = _of(connection, t.prefix, orgs, lambda row: PrefixView(row.length, row.prefix))
    places = _of(connection, t.place, orgs, lambda row: Id(row.place))
    keys = _of(connection, t.key, orgs, _key)
    return tuple(
        OrganisationView(
            OrgId(row.org),
            Id(row.party),
            Role(row.roles),
            row.suspended,
            tuple(prefixes.get(row.org, ())),
            tuple(places.get(row.org, ())),
            tuple(keys.get(row.org, ())),
        )
        for row in rows
    )


def _key(row: Any) -> KeyView:
    valid = (Seconds(row.valid_from), Seconds(row.valid_to))
    return KeyView(Address(row.key), Role(row.roles), *valid, row.revoked)


def _of(
    connection: Connection, table: Table, orgs: Sequence[int], view: Callable[[Any], Any]
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    query = select(table).where(table.c.org.in_(orgs)).order_by(*table.primary_key.columns)
    for row in connection.execute(query):
        found.setdefault(row.org, []).append(view(row))
    return found
