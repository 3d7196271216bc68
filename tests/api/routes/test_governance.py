"""Offices through the service: with the scope for it, and only where their keys are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.vocabulary import Role
from records import api_keys
from records.engine import writing
from records.governance import Governance
from tests.api.town import FARM, LETTUCE, NOTICE, PACKER, Town, open_town
from tests.support.anvil import LocalAnvil

pytestmark = pytest.mark.chain
ORG = f"/governance/organisations/{FARM}"


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of its own: it is suspended and paused. The packer's key may govern, too."""
    folder = tmp_path_factory.mktemp("ruled")
    with LocalAnvil() as anvil, open_town(anvil, folder) as town:
        with writing(town.services.records) as records:
            scopes = {"read", "write", "govern"}
            town.secrets[PACKER], _ = api_keys.create(records, PACKER, scopes)
        described = {"name": {"en": "Lettuce"}}
        product = {"gtin": LETTUCE, "unit": "KGM", "decimals": 3, "description": described}
        town.act(FARM, "/products", product)
        yield town


def govern(town, path, body=None, code=202):
    answer = town.post(PACKER, path, body or {})
    assert answer.status_code == code, answer.text
    town.settle()
    return answer.json()


def harvest(town, lot):
    body = {"gtin": LETTUCE, "lot": lot, "amount": "5"}
    return town.post(FARM, "/lots", body, **{"Accept-Language": "zh"})


def test_without_the_scope_nobody_governs(ruled):
    assert ruled.post(FARM, f"{ORG}/suspensions", {}).status_code == 403
    assert ruled.web.post(f"/api/v1{ORG}/suspensions", json={}).status_code in (400, 401)
    assert ruled.post(PACKER, f"{ORG}/suspensions", b"{").status_code == 400


def test_a_suspended_organisation_may_not_act_until_it_is_resumed(ruled):
    govern(ruled, f"{ORG}/suspensions")
    refused = harvest(ruled, "S-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "OrganisationIsSuspended")
    again = govern(ruled, f"{ORG}/suspensions", code=409)
    assert again["code"] == "OrganisationIsSuspended"
    govern(ruled, f"{ORG}/resumptions")
    assert harvest(ruled, "S-1").status_code == 202


def test_a_pause_leaves_recalls(ruled):
    ruled.act(FARM, "/lots", {"gtin": LETTUCE, "lot": "P-1", "amount": "5"})
    govern(ruled, "/governance/pauses")
    assert ruled.get("/api/v1/governance").json()["paused"] is True
    assert harvest(ruled, "P-2").json()["code"] == "WritesArePaused"
    ruled.act(FARM, "/recalls", {"items": [{"gtin": LETTUCE, "lot": "P-1"}], "notice": NOTICE})
    govern(ruled, "/governance/pause-ends")
    assert harvest(ruled, "P-2").status_code == 202


def test_roles_are_proposed_and_applied(ruled):
    govern(ruled, f"{ORG}/role-proposals", {"roles": ["maker", "certifier"]})
    govern(ruled, f"{ORG}/role-applications")
    told = ruled.get(f"/api/v1/organisations/{FARM}").json()
    assert told["roles"] == ["maker", "certifier"]
    assert govern(ruled, f"{ORG}/role-applications", code=409)["code"] == "NoRolesProposed"
    assert govern(ruled, f"{ORG}/role-proposals", {"roles": ["king"]}, code=422)


def test_a_rotated_key_goes_on_for_the_old_one(ruled):
    old = ruled.services.keystore.key_for(FARM).address
    rotated = govern(ruled, f"{ORG}/key-rotations")
    assert rotated["revoked"] == ["0x" + old.hex()]
    assert rotated["key"] == "0x" + ruled.services.keystore.key_for(FARM).address.hex()
    ruled.act(FARM, "/lots", {"gtin": LETTUCE, "lot": "R-1", "amount": "5"})
    keys = ruled.get(f"/api/v1/organisations/{FARM}").json()["keys"]
    assert {key["address"]: key["revoked"] for key in keys} == {
        "0x" + old.hex(): True,
        rotated["key"]: False,
    }


def test_a_key_that_still_sends_is_revoked_later(ruled):
    """What it has signed waits for a block that is made after the rotation."""
    old = ruled.services.keystore.key_for(FARM).address
    made = harvest(ruled, "R-2").json()
    ruled.sender.step()  # in a block, but the sender has not looked yet
    first = ruled.post(PACKER, f"{ORG}/key-rotations", {}).json()
    assert first["waiting"] == ["0x" + old.hex()]
    ruled.settle()
    second = govern(ruled, f"{ORG}/key-rotations")
    assert (second["revoked"], second["waiting"]) == (["0x" + old.hex()], [])
    assert second["key"] == first["key"]
    assert ruled.get(f"/api/v1/operations/{made['id']}", FARM).json()["state"] == "included"


def test_keys_are_added_and_revoked(ruled):
    key = ruled.services.keystore.make().address
    govern(ruled, f"{ORG}/keys", {"address": "0x" + key.hex(), "roles": ["maker"]})
    govern(ruled, f"{ORG}/key-revocations", {"address": "0x" + key.hex()})
    keys = ruled.get(f"/api/v1/organisations/{FARM}").json()["keys"]
    assert {"0x" + key.hex(): True}.items() <= {k["address"]: k["revoked"] for k in keys}.items()


def test_offices_change_hands_in_two_steps(ruled):
    admin, governor = (ruled.services.keystore.make().address for _ in range(2))
    held = {"address": "0x" + admin.hex()}
    govern(ruled, f"{ORG}/admin-acceptances", held, code=409)
    govern(ruled, f"{ORG}/admin-proposals", held)
    govern(ruled, f"{ORG}/admin-acceptances", held)
    govern(ruled, f"{ORG}/key-rotations")  # by the new admin
    held = {"address": "0x" + governor.hex()}
    before = ruled.get("/api/v1/governance").json()["governor"]
    govern(ruled, "/governance/governor-proposals", held)
    govern(ruled, "/governance/governor-acceptances", held)
    assert ruled.get("/api/v1/governance").json()["governor"] == held["address"]
    govern(ruled, "/governance/governor-proposals", {"address": before})
    govern(ruled, "/governance/governor-acceptances", {"address": before})


def test_an_office_whose_key_is_elsewhere_is_told_so(ruled):
    elsewhere = {"address": "0x" + "5a" * 20}
    govern(ruled, "/governance/governor-proposals", elsewhere)
    refused = govern(ruled, "/governance/governor-acceptances", elsewhere, code=404)
    assert "5a5a" in refused["detail"]


def test_the_directory_names_every_contract(ruled):
    told = {each["name"]: each["address"] for each in ruled.get("/api/v1/directory").json()}
    deployed = ruled.services.deployment.contracts
    assert told == {name: "0x" + each.address.hex() for name, each in deployed.items()}


def test_an_operation_is_not_lost_to_a_rotation(ruled):
    made = harvest(ruled, "RACE-1").json()
    lanes, _ = ruled.sender._work()  # the sender has read which key signs
    govern(ruled, f"{ORG}/key-rotations")
    ruled.sender._round(lanes, watches=False)  # and only now reaches this organisation
    ruled.settle()
    assert ruled.get(f"/api/v1/operations/{made['id']}", FARM).json()["state"] == "included"


def test_a_rotation_keeps_the_roles_of_the_key(ruled):
    view = ruled.services
    held = Governance(view.records, view.chain, view.deployment, view.keystore)
    held.rotate(FARM, Role.MAKER)
    ruled.settle()
    rotated = govern(ruled, f"{ORG}/key-rotations")
    keys = {k["address"]: k for k in ruled.get(f"/api/v1/organisations/{FARM}").json()["keys"]}
    assert keys[rotated["key"]]["roles"] == ["maker"]
