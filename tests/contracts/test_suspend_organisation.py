"""suspendOrganisation and resumeOrganisation."""

import pytest

from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_a_suspended_organisation_acts_again_when_resumed(contracts, mill):
    actor = contracts.registry.functions.actor
    receipt = contracts.govern("suspendOrganisation", mill.number)
    assert contracts.events(receipt) == [("OrganisationSuspended", {"org": mill.number})]
    with refused("OrganisationIsSuspended", mill.number):
        mill.act()
    assert contracts.registry.functions.organisationExists(mill.number).call()
    receipt = contracts.govern("resumeOrganisation", mill.number)
    assert contracts.events(receipt) == [("OrganisationResumed", {"org": mill.number})]
    assert actor(mill.key).call() == [mill.number, 63, False]


def test_it_is_one_or_the_other(contracts, mill):
    with refused("OrganisationIsNotSuspended", mill.number):
        contracts.govern("resumeOrganisation", mill.number)
    contracts.govern("suspendOrganisation", mill.number)
    with refused("OrganisationIsSuspended", mill.number):
        contracts.govern("suspendOrganisation", mill.number)


@pytest.mark.parametrize("function", ["suspendOrganisation", "resumeOrganisation"])
def test_only_the_governor_decides_and_only_on_organisations(contracts, mill, function):
    with refused("NotTheGovernor", mill.key):
        contracts.govern(function, mill.number, by=mill.key)
    with refused("OrganisationUnknown", 9):
        contracts.govern(function, 9)
