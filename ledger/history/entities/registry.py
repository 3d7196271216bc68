"""Rows of what the registry knows."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.vocabulary import Address, Id, OrgId, Role, Seconds


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
