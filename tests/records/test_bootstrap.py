"""An organisation from nothing, once, however often it is asked for."""

from __future__ import annotations

import pytest

from ledger.chain.codec import decode_event
from ledger.chain.development import GOVERNOR, account
from ledger.chain.signing import SigningKey
from ledger.errors import ActRefused, KeyInvalid, NodeUnavailable, NotADevelopmentChain
from ledger.events import KeyAdded, OrganisationRegistered, PlaceAdded, PrefixGranted
from ledger.vocabulary import Role, place
from records import accounts
from records.bootstrap import Bootstrap, NewOrganisation
from records.engine import reading
from tests.records.sending import Meddler

pytestmark = pytest.mark.chain

MILL = NewOrganisation(
    "9506000133331",
    "Mill",
    {"de": "Mühle"},
    roles=Role.MAKER,
    prefixes=["4000001", "0614141"],
    places=[place("9506000133331"), place("9506000133331", "DOCK")],
)


def registry_events(world):
    head = world.chain.head().number
    first = world.deployment.first_block
    return [decode_event(log) for log in world.chain.logs([world.deployment.registry], first, head)]


def test_an_organisation_is_admitted_with_all_it_needs(world):
    made = world.bootstrap().organisation(MILL)
    with reading(world.engine) as connection:
        assert accounts.account(connection, made.org) == made
    assert (made.org, made.name_in("de")) == (3, "Mühle")
    key = world.keystore.key_for(3)
    governor = account(world.chain, GOVERNOR).address
    assert registry_events(world)[-6:] == [
        OrganisationRegistered(3, made.party.id, governor, 1),
        PrefixGranted(3, 7, 4000001),
        PrefixGranted(3, 7, 614141),
        PlaceAdded(3, MILL.places[0].id),
        PlaceAdded(3, MILL.places[1].id),
        KeyAdded(3, key.address, 1, 0, 0),
    ]


def test_asking_again_changes_nothing(world):
    first = world.bootstrap().organisation(MILL)
    before = registry_events(world)
    assert world.bootstrap().organisation(MILL) == first
    assert registry_events(world) == before


@pytest.mark.parametrize("survived", range(6))
def test_a_crash_at_any_step_is_gone_over(world, survived):
    left = [survived]

    def send_all(raws):
        if not left[0]:
            raise NodeUnavailable("killed")
        left[0] -= 1
        return world.chain.send_all(raws)

    frail = Bootstrap(
        world.engine,
        Meddler(world.chain, send_all=send_all),
        world.deployment,
        world.keystore,
    )
    with pytest.raises(NodeUnavailable):
        frail.organisation(MILL)
    made = world.bootstrap().organisation(MILL)
    events = [e for e in registry_events(world) if getattr(e, "org", 0) == made.org]
    assert len(events) == 6
    with reading(world.engine) as connection:
        assert len(accounts.all_accounts(connection)) == 3


def test_what_the_registry_refuses_is_told(world):
    thief = NewOrganisation("9506000133331", "Thief", prefixes=["9506000"])
    with pytest.raises(ActRefused) as caught:
        world.bootstrap().organisation(thief)
    assert caught.value.code == "PrefixAlreadyGranted"
    with pytest.raises(KeyInvalid):
        world.bootstrap().organisation(NewOrganisation("9506000133330", "Nobody"))


def test_elsewhere_the_governor_must_be_named(world):
    elsewhere = Meddler(world.chain, chain_id=lambda: 1)
    with pytest.raises(NotADevelopmentChain):
        Bootstrap(world.engine, elsewhere, world.deployment, world.keystore)
    stranger = SigningKey.new()
    named = Bootstrap(world.engine, world.chain, world.deployment, world.keystore, stranger)
    with pytest.raises(ActRefused) as caught:
        named.organisation(MILL)
    assert caught.value.code == "NotTheGovernor"
