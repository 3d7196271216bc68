"""What keys of any organisation have signed is brought by another, once."""

from __future__ import annotations

import pytest

from ledger.chain.relay import Domain, act_of, sign_act
from ledger.commands import AnchorRoot, CommissionItem, to_json
from ledger.vocabulary import Seconds, lot
from tests.api.town import FARM, LETTUCE, SHOP

pytestmark = pytest.mark.chain
LATE = Seconds(2**40)


def signed(town, org, commands, number, *, deadline=LATE, signer=None):
    key = town.services.keystore.key_for(org)
    deployment, contract = town.services.deployment, commands[0].contract
    domain = Domain(deployment.chain_id, deployment.address_of(contract), contract)
    act = act_of(key.address, commands, number, deadline)
    signature = sign_act(signer or key, domain, act)
    return {
        "actor": "0x" + key.address.hex(),
        "acts": [to_json(command) for command in commands],
        "operation": str(number),
        "deadline": deadline,
        "signature": "0x" + signature.hex(),
    }


def make(number):
    return [CommissionItem(lot(LETTUCE, f"RELAY-{number}").id, 5, 0)]


def test_the_shop_brings_what_the_farm_has_signed(town):
    body = {"operations": [signed(town, FARM, make(1), 2**70), signed(town, FARM, make(2), 2**71)]}
    told = town.act(SHOP, "/relay", body)
    assert [act["act"] for act in told["acts"]] == ["CommissionItem"] * 2
    done = town.get(f"/api/v1/operations/{told['id']}", SHOP).json()
    assert done["state"] == "included"
    for number in (1, 2):
        item = town.get(f"/api/v1/items/01/{LETTUCE}/10/RELAY-{number}").json()
        assert item["maker"]["organisation"] == FARM
    again = town.post(SHOP, "/relay", body)
    assert (again.status_code, again.json()["code"]) == (409, "OperationAlreadyPerformed")


def test_the_same_request_again_is_the_same_operation(town):
    body = {"operations": [signed(town, FARM, make(3), 2**72)]}
    first = town.post(SHOP, "/relay", body, key="relay once")
    second = town.post(SHOP, "/relay", body, key="relay once")
    assert first.json()["id"] == second.json()["id"]
    town.settle()


def test_who_comes_second_is_refused_with_the_reason(town):
    """Both were accepted before either was on chain."""
    body = {"operations": [signed(town, FARM, make(4), 2**73)]}
    with_another = {"operations": [*body["operations"], signed(town, FARM, make(7), 2**77)]}
    bodies = (body, with_another, body)
    first, second, same = (town.post(SHOP, "/relay", each).json() for each in bodies)
    town.settle()
    # The very same call counts as brought, by whomever.
    assert town.get(f"/api/v1/operations/{same['id']}", SHOP).json()["state"] == "included"
    done = [town.get(f"/api/v1/operations/{each['id']}", SHOP).json() for each in (first, second)]
    assert sorted(each["state"] for each in done) == ["included", "refused"]
    (refused,) = (each for each in done if each["state"] == "refused")
    assert refused["refusal"]["code"] == "OperationAlreadyPerformed"
    assert refused["attention"] is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"deadline": 5}, "DeadlinePassed"),
        ({"signature": "0x" + "11" * 65}, "SignatureInvalid"),
        ({"operation": "7"}, "SignatureInvalid"),
    ],
)
def test_what_the_contract_would_refuse_is_told_at_once(town, changed, code):
    deadline = Seconds(changed.get("deadline", LATE))
    operation = signed(town, FARM, make(5), 2**74, deadline=deadline) | changed
    refused = town.post(SHOP, "/relay", {"operations": [operation]}, **{"Accept-Language": "zh"})
    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refused.json()["detail"])


def test_bad_operations_are_told_with_their_field(town):
    unknown = signed(town, FARM, make(6), 2**75) | {"acts": [{"act": "Fly"}]}
    said = town.post(SHOP, "/relay", {"operations": [unknown]})
    assert (said.status_code, said.json()["field"]) == (422, "operations[0].acts.act")
    mixed = [
        signed(town, FARM, make(6), 2**75),
        signed(town, FARM, [AnchorRoot(0, b"\x01" * 32, 5, bytes(32))], 2**76),
    ]
    assert town.post(SHOP, "/relay", {"operations": mixed}).status_code == 422


def test_domains_are_what_the_contracts_say(town):
    for domain in town.get("/api/v1/relay/domains").json():
        address = town.services.deployment.address_of(domain["contract"])
        assert domain["verifying_contract"] == "0x" + address.hex()
        assert domain["chain_id"] == town.services.deployment.chain_id
