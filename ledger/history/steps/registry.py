"""Steps of the fold: events of the registry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger import events as e
from ledger.history.entities import KeyGrant, Organisation
from ledger.history.steps.step import Steps
from ledger.vocabulary import OrgId, Role, Seconds

if TYPE_CHECKING:
    from ledger.history.state import State


def _organisation_registered(state: State, event: e.OrganisationRegistered, time: Seconds) -> None:
    state.organisations.put(event.org, Organisation(event.party, event.admin, Role(event.roles)))
    state.parties.put(event.party, event.org)


def _change(state: State, org: OrgId, **changes: object) -> None:
    known = state.organisations.get(org)
    if known is not None:
        state.organisations.put(org, replace(known, **changes))  # type: ignore[arg-type]


def _roles_set(state: State, event: e.OrganisationRolesSet, time: Seconds) -> None:
    _change(state, event.org, roles=Role(event.roles))


def _suspended(state: State, event: e.OrganisationSuspended, time: Seconds) -> None:
    _change(state, event.org, suspended=True)


def _resumed(state: State, event: e.OrganisationResumed, time: Seconds) -> None:
    _change(state, event.org, suspended=False)


def _admin_accepted(state: State, event: e.AdminAccepted, time: Seconds) -> None:
    _change(state, event.org, admin=event.admin)


def _writes_paused(state: State, event: e.WritesPaused, time: Seconds) -> None:
    state.pauses.put(0, row=True)


def _writes_resumed(state: State, event: e.WritesResumed, time: Seconds) -> None:
    state.pauses.put(0, None)


def _prefix_granted(state: State, event: e.PrefixGranted, time: Seconds) -> None:
    state.prefixes.put((event.length, event.prefix), event.org)


def _place_added(state: State, event: e.PlaceAdded, time: Seconds) -> None:
    state.places.put(event.place, event.org)


def _key_added(state: State, event: e.KeyAdded, time: Seconds) -> None:
    grant = KeyGrant(event.org, Role(event.roles), event.valid_from, event.valid_to)
    state.keys.put(event.key, grant)


def _key_revoked(state: State, event: e.KeyRevoked, time: Seconds) -> None:
    known = state.keys.get(event.key)
    if known is not None:
        state.keys.put(event.key, replace(known, valid_to=time, revoked=True))


STEPS: Steps = {
    e.OrganisationRegistered: _organisation_registered,
    e.OrganisationRolesSet: _roles_set,
    e.OrganisationSuspended: _suspended,
    e.OrganisationResumed: _resumed,
    e.AdminAccepted: _admin_accepted,
    e.WritesPaused: _writes_paused,
    e.WritesResumed: _writes_resumed,
    e.PrefixGranted: _prefix_granted,
    e.PlaceAdded: _place_added,
    e.KeyAdded: _key_added,
    e.KeyRevoked: _key_revoked,
}
