"""proposeOrganisationRoles, applyOrganisationRoles: what an organisation's keys may do at most."""

import pytest

from tests.support.contracts import create, refused

pytestmark = pytest.mark.chain


def test_roles_are_set_anew_and_narrow_every_key_at_once(contracts, mill):
    receipt = contracts.set_roles(mill.number, 4)
    assert contracts.events(receipt) == [("OrganisationRolesSet", {"org": mill.number, "roles": 4})]
    assert contracts.registry.functions.actor(mill.key).call() == [mill.number, 4, False]
    with refused("NoRolesProposed", mill.number):
        contracts.govern("applyOrganisationRoles", mill.number)


def test_they_are_known_beforehand(contracts):
    delayed = create(contracts.web3, contracts.governor, "OrgRegistry", contracts.governor, 3600)
    contracts.registry = delayed
    shop = contracts.organisation("600003")
    receipt = contracts.govern("proposeOrganisationRoles", shop.number, 4)
    since = contracts.web3.eth.get_block(receipt["blockNumber"])["timestamp"] + 3600
    assert contracts.events(receipt) == [
        (
            "OrganisationRolesProposed",
            {"org": shop.number, "roles": 4, "appliesFrom": since},
        )
    ]
    with refused("RolesNotYetApplicable", shop.number, since):
        contracts.govern("applyOrganisationRoles", shop.number)


def test_only_the_governor_sets_them(contracts, mill):
    for function, *values in (("proposeOrganisationRoles", 63), ("applyOrganisationRoles",)):
        with refused("NotTheGovernor", mill.key):
            contracts.govern(function, mill.number, *values, by=mill.key)


def test_unknown_organisations_and_roles_are_refused(contracts, mill):
    for nobody in (0, mill.number + 1):
        with refused("OrganisationUnknown", nobody):
            contracts.govern("proposeOrganisationRoles", nobody, 1)
    for roles in (0, 64):
        with refused("RolesInvalid", roles):
            contracts.govern("proposeOrganisationRoles", mill.number, roles)
