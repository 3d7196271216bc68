"""Organisations: who they are, what they may do, their places and keys."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

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
    raise NotImplementedError


def by_party(connection: Connection, party: Id) -> OrganisationView | None:
    """An organisation by its packed GLN, or None."""
    raise NotImplementedError


def organisations(
    connection: Connection, after: OrgId | None = None, limit: int = 100
) -> tuple[OrganisationView, ...]:
    """Organisations by ascending number."""
    raise NotImplementedError
