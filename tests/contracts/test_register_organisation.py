"""registerOrganisation: the governor admits parties, numbered from 1."""

import pytest

from ledger.vocabulary import check_digit, party, place
from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def gln(digits):
    return digits + check_digit(digits)


PARTY = party(gln("400001000000")).id


def test_organisations_are_numbered_in_order(contracts):
    admin = next(contracts.accounts)
    for number, digits in enumerate(("400001000000", "500002000000"), start=1):
        receipt = contracts.govern("registerOrganisation", party(gln(digits)).id, admin, 5)
        assert contracts.events(receipt) == [
            (
                "OrganisationRegistered",
                {"org": number, "party": party(gln(digits)).id, "admin": admin, "roles": 5},
            )
        ]
    functions = contracts.registry.functions
    assert functions.organisationOf(party(gln("500002000000")).id).call() == 2
    assert [functions.organisationExists(org).call() for org in range(4)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_party_stands_for_one_organisation(contracts):
    contracts.govern("registerOrganisation", PARTY, contracts.governor, 1)
    with refused("OrganisationAlreadyExists", PARTY, 1):
        contracts.govern("registerOrganisation", PARTY, contracts.governor, 1)


def test_only_the_governor_admits(contracts):
    other = next(contracts.accounts)
    with refused("NotTheGovernor", other):
        contracts.govern("registerOrganisation", PARTY, other, 1, by=other)


def test_only_well_formed_parties_are_admitted(contracts):
    wrong_ids = [
        place(gln("400001000000")).id,
        PARTY[:1] + bytes(8) + PARTY[9:],
        PARTY[:8] + bytes([PARTY[8] ^ 1]) + PARTY[9:],  # with a wrong check digit
        PARTY[:9] + b"A" + PARTY[10:],
        PARTY[:1] + (10**13 + 7).to_bytes(8, "big") + PARTY[9:],  # of 14 digits
    ]
    for wrong in wrong_ids:
        with refused("IdInvalid", wrong):
            contracts.govern("registerOrganisation", wrong, contracts.governor, 1)


@pytest.mark.parametrize("roles", [0, 64, 65, 2**16 - 1])
def test_roles_are_known_bits(contracts, roles):
    with refused("RolesInvalid", roles):
        contracts.govern("registerOrganisation", PARTY, contracts.governor, roles)


def test_an_organisation_has_an_admin(contracts):
    with refused("AddressIsZero"):
        contracts.govern("registerOrganisation", PARTY, "0x" + "00" * 20, 1)
