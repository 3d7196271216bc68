"""setOrganisationRoles: what an organisation's keys may do at most."""

import pytest

from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_roles_are_set_anew_and_narrow_every_key_at_once(contracts, mill):
    receipt = contracts.govern("setOrganisationRoles", mill.number, 4)
    assert contracts.events(receipt) == [("OrganisationRolesSet", {"org": mill.number, "roles": 4})]
    assert contracts.registry.functions.actor(mill.key).call() == [mill.number, 4]


def test_only_the_governor_sets_them(contracts, mill):
    with refused("NotTheGovernor", mill.key):
        contracts.govern("setOrganisationRoles", mill.number, 63, by=mill.key)


def test_unknown_organisations_and_roles_are_refused(contracts, mill):
    for nobody in (0, mill.number + 1):
        with refused("OrganisationUnknown", nobody):
            contracts.govern("setOrganisationRoles", nobody, 1)
    for roles in (0, 64):
        with refused("RolesInvalid", roles):
            contracts.govern("setOrganisationRoles", mill.number, roles)
