"""Events of the contract OrgRegistry."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.fields import (
    AddressField,
    Event,
    IndexedAddress,
    IndexedId,
    IndexedOrg,
    SecondsField,
    Uint8,
    Uint16,
    Uint64,
)


class RegistryEvent(Event):
    """An event of the contract OrgRegistry."""

    contract = "OrgRegistry"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OrganisationRegistered(RegistryEvent):
    """An organisation was admitted."""

    org: IndexedOrg
    party: IndexedId
    admin: AddressField
    roles: Uint16


@dataclass(frozen=True, slots=True)
class OrganisationRolesProposed(RegistryEvent):
    """Other roles were proposed for an organisation; they may be applied from ``applies_from``
    on.
    """

    org: IndexedOrg
    roles: Uint16
    applies_from: SecondsField


@dataclass(frozen=True, slots=True)
class OrganisationRolesSet(RegistryEvent):
    """The roles of an organisation were set anew."""

    org: IndexedOrg
    roles: Uint16


@dataclass(frozen=True, slots=True)
class OrganisationSuspended(RegistryEvent):
    """An organisation may no longer act."""

    org: IndexedOrg


@dataclass(frozen=True, slots=True)
class OrganisationResumed(RegistryEvent):
    """A suspended organisation may act again."""

    org: IndexedOrg


@dataclass(frozen=True, slots=True)
class PrefixGranted(RegistryEvent):
    """A company prefix of ``length`` digits with the numeric value ``prefix`` was granted."""

    org: IndexedOrg
    length: Uint8
    prefix: Uint64


@dataclass(frozen=True, slots=True)
class PlaceAdded(RegistryEvent):
    """A place was declared to be an organisation's."""

    org: IndexedOrg
    place: IndexedId


@dataclass(frozen=True, slots=True)
class KeyAdded(RegistryEvent):
    """A key may act for an organisation from ``valid_from`` until ``valid_to`` (0: no end)."""

    org: IndexedOrg
    key: IndexedAddress
    roles: Uint16
    valid_from: SecondsField
    valid_to: SecondsField


@dataclass(frozen=True, slots=True)
class KeyRevoked(RegistryEvent):
    """A key may no longer act; its organisation stays known."""

    org: IndexedOrg
    key: IndexedAddress


@dataclass(frozen=True, slots=True)
class AdminProposed(RegistryEvent):
    """An admin was proposed for an organisation; nothing changes until it accepts, which it may
    from ``acceptable_from`` on.
    """

    org: IndexedOrg
    admin: IndexedAddress
    acceptable_from: SecondsField


@dataclass(frozen=True, slots=True)
class AdminAccepted(RegistryEvent):
    """The admin of an organisation changed."""

    org: IndexedOrg
    admin: IndexedAddress


@dataclass(frozen=True, slots=True)
class WritesPaused(RegistryEvent):
    """Organisations may write nothing new for now, but for what safety asks for."""


@dataclass(frozen=True, slots=True)
class WritesResumed(RegistryEvent):
    """Organisations may write again."""


@dataclass(frozen=True, slots=True)
class GovernorProposed(RegistryEvent):
    """A governor was proposed; nothing changes until it accepts."""

    governor: IndexedAddress


@dataclass(frozen=True, slots=True)
class GovernorAccepted(RegistryEvent):
    """The governor changed."""

    governor: IndexedAddress
