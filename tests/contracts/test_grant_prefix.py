"""grantPrefix: prefixes of different owners never contain each other."""

import pytest

from tests.support.contracts import refused

pytestmark = pytest.mark.chain


@pytest.fixture
def one(contracts):
    return contracts.organisation("100000").number


@pytest.fixture
def other(contracts):
    return contracts.organisation("200000").number


@pytest.fixture
def third(contracts):
    return contracts.organisation("300000").number


def test_a_prefix_is_granted(contracts, one):
    receipt = contracts.govern("grantPrefix", one, 9, 4000010)
    assert contracts.events(receipt) == [
        ("PrefixGranted", {"org": one, "length": 9, "prefix": 4000010})
    ]
    owner = contracts.registry.functions.prefixOwner
    assert owner(9, 4000010).call() == one
    assert owner(8, 400001).call() == owner(10, 40000100).call() == 0


@pytest.mark.parametrize(
    ("length", "prefix"),
    [(0, 0), (5, 40000), (13, 4 * 10**12), (255, 1), (6, 10**6), (12, 10**12), (12, 2**64 - 1)],
)
def test_prefixes_have_six_to_twelve_digits(contracts, one, length, prefix):
    with refused("PrefixInvalid", length, prefix):
        contracts.govern("grantPrefix", one, length, prefix)


def test_a_prefix_has_one_owner(contracts, one, other):
    contracts.govern("grantPrefix", one, 8, 40000100)
    for asking in (other, one):
        with refused("PrefixAlreadyGranted", 8, 40000100, one):
            contracts.govern("grantPrefix", asking, 8, 40000100)


@pytest.mark.parametrize(("length", "prefix"), [(9, 400001001), (12, 400001009999)])
def test_nothing_within_anothers_prefix_is_granted(contracts, one, other, length, prefix):
    contracts.govern("grantPrefix", one, 8, 40000100)
    with refused("PrefixAlreadyGranted", length, prefix, one):
        contracts.govern("grantPrefix", other, length, prefix)


@pytest.mark.parametrize(("length", "prefix"), [(6, 400001), (11, 40000100123)])
def test_nothing_that_contains_anothers_prefix_is_granted(contracts, one, other, length, prefix):
    contracts.govern("grantPrefix", one, 12, 400001001234)
    with refused("PrefixAlreadyGranted", length, prefix, one):
        contracts.govern("grantPrefix", other, length, prefix)


def test_an_owner_nests_its_own(contracts, one):
    contracts.govern("grantPrefix", one, 8, 40000100)
    contracts.govern("grantPrefix", one, 6, 400001)
    contracts.govern("grantPrefix", one, 12, 400001001234)


def test_two_owners_within_a_prefix_are_both_remembered(contracts, one, other, third):
    contracts.govern("grantPrefix", one, 8, 40000100)
    contracts.govern("grantPrefix", other, 8, 40000101)
    contracts.govern("grantPrefix", one, 8, 40000102)
    for asking, found in ((one, other), (other, one), (third, one)):
        with refused("PrefixAlreadyGranted", 6, 400001, found):
            contracts.govern("grantPrefix", asking, 6, 400001)


def test_neighbours_do_not_disturb_each_other(contracts, one, other):
    contracts.govern("grantPrefix", one, 8, 40000100)
    contracts.govern("grantPrefix", other, 8, 40000101)
    contracts.govern("grantPrefix", other, 6, 400002)
    contracts.govern("grantPrefix", other, 7, 400001)  # 0400001


def test_only_the_governor_grants_and_only_to_organisations(contracts, mill):
    with refused("NotTheGovernor", mill.key):
        contracts.govern("grantPrefix", mill.number, 6, 999999, by=mill.key)
    with refused("OrganisationUnknown", 9):
        contracts.govern("grantPrefix", 9, 6, 999999)
