"""addPlace: an admin under its own prefix, the governor anywhere."""

import pytest

from ledger.vocabulary import check_digit, party, place
from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def gln(digits):
    return digits + check_digit(digits)


OWN = place(gln("400001777777"), "DOCK-4").id
FOREIGN = place(gln("999999777777")).id


def test_an_admin_declares_places_under_its_prefix(contracts, mill):
    receipt = contracts.govern("addPlace", mill.number, OWN, 6, by=mill.key)
    assert contracts.events(receipt) == [("PlaceAdded", {"org": mill.number, "place": OWN})]


@pytest.mark.parametrize("length", [0, 5, 7, 12, 13, 255])
def test_the_named_prefix_must_be_the_organisations(contracts, mill, length):
    with refused("PlaceOutsidePrefix", OWN, mill.number):
        contracts.govern("addPlace", mill.number, OWN, length, by=mill.key)


def test_only_the_governor_declares_places_elsewhere(contracts, mill):
    with refused("PlaceOutsidePrefix", FOREIGN, mill.number):
        contracts.govern("addPlace", mill.number, FOREIGN, 6, by=mill.key)
    contracts.govern("addPlace", mill.number, FOREIGN, 0)


def test_a_place_belongs_to_one_organisation(contracts, mill, bakery):
    contracts.govern("addPlace", mill.number, OWN, 6, by=mill.key)
    for org in (mill, bakery):
        with refused("PlaceAlreadyExists", OWN, mill.number):
            contracts.govern("addPlace", org.number, OWN, 6)


def test_nobody_declares_for_another(contracts, mill, bakery):
    with refused("NotTheAdmin", mill.number, bakery.key):
        contracts.govern("addPlace", mill.number, OWN, 6, by=bakery.key)
    with refused("OrganisationUnknown", 9):
        contracts.govern("addPlace", 9, OWN, 6)


def test_only_well_formed_places_are_declared(contracts, mill):
    wrong_ids = [
        party(gln("400001777777")).id,
        OWN[:1] + bytes(8) + OWN[9:],
        OWN[:9] + b"\0" + OWN[10:],
        OWN[:31] + b"\1",
    ]
    for wrong in wrong_ids:
        with refused("IdInvalid", wrong):
            contracts.govern("addPlace", mill.number, wrong, 6)
