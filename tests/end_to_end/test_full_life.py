"""The whole life of a lot through the service alone: on a real chain, back through the indexer.

From two harvests to a salad with a code of its own: sold, returned, claimed, recalled, made good,
with what hostile and careless participants try on the way, refused in English and Chinese.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import pytest
from eth_account import Account

from ledger.chain.deployment import save
from ledger.chain.signing import SigningKey
from ledger.earnings import earning_of_unit
from ledger.events import CATALOGUE
from ledger.hashing import MerkleTree, unit_leaf
from ledger.vocabulary import Address, check_digit, lot, unit
from lotmark.auditing import audit_installation
from records import api_keys
from records.engine import writing
from tests.api.town import FARM, GLNS, LETTUCE, NOTICE, PACKER, SALAD, SHOP, Town, open_town
from tests.support.anvil import LocalAnvil

pytestmark = [pytest.mark.end_to_end, pytest.mark.chain]
HARVEST = {"gtin": LETTUCE, "lot": "ROM-1"}
BOWLS = {"gtin": SALAD, "lot": "SAL-A"}
ISSUE = {**BOWLS, "issue": 1}
CASE, PALLET = (head + check_digit(head) for head in ("09521235000000011", "09521235000000012"))
SERIALS = [f"7K3M9QX2HB{number}" for number in range(10)]
CODES = [SigningKey.new() for _ in SERIALS]
MEMBER = SigningKey.new()
RULES = {"en": "50 points for each bowl."}
POINTS, WINDOW, BUDGET = 50, 0, 10_000


def hexed(data: bytes) -> str:
    return "0x" + data.hex()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("life")
    with LocalAnvil() as anvil, open_town(anvil, folder) as town:
        with writing(town.services.records) as records:
            scopes = {"read", "write", "govern"}
            town.secrets[PACKER], _ = api_keys.create(records, PACKER, scopes)
        yield town


def refuse(town: Town, org: int, path: str, body: Any, code: str, status: int = 409) -> None:
    """What is refused is told with its code, in both languages, and changes nothing."""
    for language, is_chinese in (("en", False), ("zh-Hans", True)):
        answer = town.post(org, path, body, **{"Accept-Language": language})
        assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        said = answer.json()["detail" if status == 409 else "title"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in said) is is_chinese, said


def act(town: Town, org: int, path: str, body: Any) -> Any:
    """What is accepted is performed."""
    told = town.act(org, path, body)
    if "id" not in told:  # an office's
        return told
    done = town.get(f"/api/v1/operations/{told['id']}", org).json()
    assert done["state"] in ("included", "final"), done["refusal"]
    return done


def fresh(town: Town, path: str) -> Any:
    answer = town.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def held(town: Town, org: int, thing: dict[str, str]) -> str:
    found = fresh(town, f"/holdings/01/{thing['gtin']}/10/{thing['lot']}")
    amounts = {each["holder"]["organisation"]: each["amount"] for each in found}
    return amounts.get(org, "0")


# --- what codes and members sign: plain EIP-712, as any wallet does it ---


def typed(town: Town, kind: str, fields: str, message: dict[str, Any], key: SigningKey) -> str:
    address = town.services.deployment.address_of("Loyalty")
    domain = {
        "name": "Lotmark Loyalty",
        "version": "1",
        "chainId": town.services.deployment.chain_id,
        "verifyingContract": hexed(address),
    }
    listed = [
        dict(zip(("type", "name"), field.split(), strict=True)) for field in fields.split(",")
    ]
    signed = Account.sign_typed_data(key.secret, domain, {kind: listed}, message)
    return hexed(bytes(signed.signature))


TREE_LEAVES = [
    unit_leaf(lot(SALAD, "SAL-A").id, unit(SALAD, serial).id, code.address)
    for serial, code in zip(SERIALS, CODES, strict=True)
]
TREE = MerkleTree(TREE_LEAVES)


def claim(town: Town, index: int, member: Address = MEMBER.address, **changed: Any) -> Any:
    message = {"lot": lot(SALAD, "SAL-A").id, "index": index, "member": hexed(member)}
    fields = "bytes32 lot,uint64 index,address member"
    return {
        **ISSUE,
        "index": index,
        "serial": SERIALS[index],
        "member": hexed(member),
        "path": [hexed(step) for step in TREE.inclusion_path(index)],
        "signature": typed(town, "Claim", fields, message, CODES[index]),
        **changed,
    }


def redemption(town: Town, number: int, points: int) -> dict[str, Any]:
    fields = (
        "uint32 programme,address member,uint32 org,bytes32 redemption,"
        "uint64 points,uint40 deadline"
    )
    said = {
        "programme": 1,
        "member": hexed(MEMBER.address),
        "redemption": hexed(bytes([number]) * 32),
        "points": points,
        "deadline": 2**39,
    }
    message = said | {"org": SHOP, "redemption": bytes([number]) * 32}
    return said | {"signature": typed(town, "Redemption", fields, message, MEMBER)}


# --- the story, chapter by chapter; each goes on where the one before ended ---


def test_products_with_a_recipe(town: Town) -> None:
    for org, gtin, kind, decimals in ((FARM, LETTUCE, "KGM", 3), (PACKER, SALAD, "EA", 0)):
        described = {"name": {"en": "A product", "zh": "产品"}}
        body = {"gtin": gtin, "unit": kind, "decimals": decimals, "description": described}
        act(town, org, "/products", body)
    act(town, PACKER, f"/products/{SALAD}/yields", {"input": LETTUCE, "of": "1", "gives": "2"})


def test_two_runs_of_one_harvest(town: Town) -> None:
    act(town, FARM, "/lots", {**HARVEST, "amount": "300", "expiry": "2090-06-30"})
    act(town, FARM, "/lots", {**HARVEST, "amount": "200.5", "expiry": "2090-06-30"})
    assert held(town, FARM, HARVEST) == "500.5"
    refuse(town, SHOP, "/lots", {**HARVEST, "amount": "1"}, "RoleMissing")
    refuse(town, PACKER, "/lots", {**HARVEST, "amount": "1"}, "NotAMaker")
    refuse(town, FARM, "/lots", {**HARVEST, "amount": "0.0001"}, "CommandInvalid", 422)


def test_a_short_receipt_with_damage(town: Town) -> None:
    line = {**HARVEST, "amount": "400"}
    shipment = {"reference": "DN-1", "receiver": GLNS[PACKER], "lines": [line]}
    act(town, FARM, "/shipments", shipment)
    mine = {"shipper": GLNS[FARM], "reference": "DN-1"}
    act(town, PACKER, "/receipts", {**mine, "lines": [{**HARVEST, "amount": "370"}]})
    damaged = {**mine, "lines": [{**HARVEST, "amount": "20"}], "reason": "damaged"}
    act(town, PACKER, "/rejections", damaged)
    too_much = {**mine, "lines": [{**HARVEST, "amount": "11"}]}
    refuse(town, PACKER, "/receipts", too_much, "NotInTransit")
    act(town, FARM, "/cancellations", {"reference": "DN-1"})
    assert (held(town, FARM, HARVEST), held(town, PACKER, HARVEST)) == ("130.5", "370")


def test_a_transformation_within_its_yield(town: Town) -> None:
    inputs = [{**HARVEST, "amount": "100"}]
    made = {"inputs": inputs, "outputs": [{**BOWLS, "amount": 201}]}
    refuse(town, PACKER, "/transformations", made, "YieldExceeded")
    made["outputs"] = [{**BOWLS, "amount": 200}]
    act(town, PACKER, "/transformations", made)
    assert held(town, PACKER, BOWLS) == "200"


def test_units_are_issued_as_one_root(town: Town) -> None:
    body = {**BOWLS, "count": len(SERIALS), "each": "1", "root": hexed(TREE.root)}
    refuse(town, SHOP, "/unit-issues", body, "RoleMissing")
    act(town, PACKER, "/unit-issues", body)
    refuse(town, PACKER, "/unit-issues", {**body, "count": 200}, "UnitsExceedLot")
    voided = {**ISSUE, "first": 9, "count": 1, "reason": "printed_wrong"}
    act(town, PACKER, "/voids", voided)


def test_nested_packing_travels_as_one(town: Town) -> None:
    act(town, PACKER, "/packings", {"sscc": CASE, "lines": [{**BOWLS, "amount": 150}]})
    act(town, PACKER, "/packings", {"sscc": PALLET, "lines": [{"sscc": CASE}]})
    shipped = {"reference": "DN-2", "receiver": SHOP, "lines": [{"sscc": PALLET}]}
    act(town, PACKER, "/shipments", shipped)
    act(town, SHOP, "/receipts", {"shipper": PACKER, "reference": "DN-2"})
    unpack = {"sscc": CASE, "lines": [{**BOWLS, "amount": 150}]}
    refuse(town, SHOP, "/unpackings", unpack, "LogisticUnitNotHeld")  # it is inside
    act(town, SHOP, "/unpackings", {"sscc": PALLET, "lines": [{"sscc": CASE}]})
    act(town, SHOP, "/unpackings", unpack)
    assert held(town, SHOP, BOWLS) == "150"


def test_a_programme_and_what_its_units_earn(town: Town) -> None:
    terms = {"rules": RULES, "daily_cap": BUDGET, "return_window": WINDOW}
    act(town, SHOP, "/programmes", {**terms, "budget": 500})
    act(town, SHOP, "/programmes/1/fundings", {"points": BUDGET - 500})
    act(town, SHOP, "/programmes/1/changes", terms)
    earning = {**ISSUE, "points": POINTS}
    refuse(town, PACKER, "/programmes/1/earnings", earning, "NotAPartner")
    act(town, SHOP, "/programmes/1/partners", {"partner": GLNS[PACKER], "rights": ["earn"]})
    act(town, PACKER, "/programmes/1/earnings", earning)
    refuse(town, PACKER, "/programmes/1/fundings", {"points": 1}, "NotTheProgrammeOwner")


def test_units_are_sold_once(town: Town) -> None:
    act(town, SHOP, "/unit-sales", {**ISSUE, "indexes": [2, 0, 1]})
    proven = {
        **ISSUE,
        "index": 3,
        "serial": SERIALS[3],
        "code": hexed(CODES[3].address),
        "path": [hexed(step) for step in TREE.inclusion_path(3)],
    }
    refuse(town, SHOP, "/unit-sales", {**proven, "serial": SERIALS[4]}, "ProofInvalid")
    act(town, SHOP, "/unit-sales", proven)
    refuse(town, SHOP, "/unit-sales", {**ISSUE, "indexes": [0]}, "UnitAlreadySold")
    refuse(town, SHOP, "/unit-sales", {**ISSUE, "indexes": [9]}, "UnitIsVoid")
    refuse(town, SHOP, "/unit-sales", {**ISSUE, "indexes": [5, 5]}, "CommandInvalid", 422)
    act(town, SHOP, "/sales", {**BOWLS, "amount": 6})
    act(town, SHOP, "/returns", {**BOWLS, "amount": 2})
    refuse(town, SHOP, "/returns", {**BOWLS, "amount": 5}, "SoldTooSmall")
    assert held(town, SHOP, BOWLS) == "142"


def test_a_code_earns_once_and_only_for_who_it_signed(town: Town) -> None:
    refuse(town, SHOP, "/claims", claim(town, 5), "UnitNotSold")
    thief = hexed(SigningKey.new().address)
    refuse(town, SHOP, "/claims", claim(town, 0, member=MEMBER.address) | {"member": thief},
           "ProofInvalid")  # fmt: skip
    for index in (0, 1):
        act(town, FARM, "/claims", claim(town, index))
    refuse(town, SHOP, "/claims", claim(town, 0), "UnitAlreadyClaimed")
    refuse(town, SHOP, "/claims", claim(town, 0) | {"signature": "0x12"}, "CommandInvalid", 422)


def test_what_comes_back_is_clawed_back(town: Town) -> None:
    refuse(town, SHOP, "/clawbacks", {**ISSUE, "indexes": [1]}, "UnitNotReturned")
    act(town, SHOP, "/unit-returns", {**ISSUE, "indexes": [1]})
    act(town, SHOP, "/clawbacks", {**ISSUE, "indexes": [1]})
    refuse(town, SHOP, "/unit-returns", {**ISSUE, "indexes": [1]}, "UnitNotSold")


def test_points_are_spent_with_the_members_signature(town: Town) -> None:
    refuse(town, SHOP, "/redemptions", redemption(town, 1, 30), "BalanceTooSmall")  # pending
    earning = hexed(earning_of_unit(lot(SALAD, "SAL-A").id, 0))
    act(town, PACKER, "/settlements", {"programme": 1, "earnings": [earning]})
    forged = redemption(town, 1, 30) | {"points": 40}
    refuse(town, SHOP, "/redemptions", forged, "RedemptionNotSigned")
    act(town, SHOP, "/redemptions", redemption(town, 1, 30))
    refuse(town, SHOP, "/redemptions", redemption(town, 1, 30), "RedemptionAlreadyExists")
    refuse(town, SHOP, "/redemptions", redemption(town, 2, 21), "BalanceTooSmall")
    undone = {name: redemption(town, 1, 30)[name] for name in ("programme", "member", "redemption")}
    act(town, SHOP, "/redemption-cancellations", undone)
    act(town, SHOP, "/redemptions", redemption(town, 2, 50))


def test_receipts_earn_and_are_taken_back(town: Town) -> None:
    receipt = {"programme": 1, "receipt": hexed(b"\x0c" * 32), "points": 20}
    award = {**receipt, "member": hexed(MEMBER.address)}
    act(town, SHOP, "/awards", award)
    refuse(town, SHOP, "/awards", award, "ReceiptAlreadyUsed")
    act(town, SHOP, "/clawbacks", {**receipt, "points": 5})
    refuse(town, SHOP, "/clawbacks", {**receipt, "points": 16}, "EarningTooSmall")
    act(town, FARM, "/expiries", {"programme": 1, "members": [hexed(MEMBER.address)]})


def test_a_certificate_and_its_end(town: Town) -> None:
    subject = {"organisation": GLNS[PACKER]}
    issued = {"subject": subject, "content": {"title": "Organic"}, "valid_to": "2090-12-31"}
    refuse(town, FARM, "/certificates", issued, "RoleMissing")
    roles = {"roles": ["maker", "certifier"]}
    act(town, PACKER, f"/governance/organisations/{FARM}/role-proposals", roles)
    act(town, PACKER, f"/governance/organisations/{FARM}/role-applications", {})
    refuse(town, FARM, "/certificates", issued, "RoleMissing")  # its key may no more than before
    act(town, PACKER, f"/governance/organisations/{FARM}/key-rotations", roles)
    made = act(town, FARM, "/certificates", issued)
    document = made["acts"][0]["document"]
    found = fresh(town, f"/documents/{document}")
    assert found["title"] == "Organic"
    assert states(town) == ["good"]
    refuse(town, FARM, "/certificates", issued, "CertificateAlreadyExists")
    end = {"subject": subject, "document": document, "reason": "withdrawn"}
    refuse(town, PACKER, "/revocations", end, "CertificateUnknown")
    act(town, FARM, "/revocations", end)
    assert states(town) == ["revoked"]


def states(town: Town) -> list[str]:
    listed = fresh(town, f"/certificates?organisation={FARM}")
    return [each["state"] for each in listed["entries"]]


def test_a_fact_is_corrected_by_another(town: Town) -> None:
    told = fresh(town, f"/stories/01/{LETTUCE}/10/ROM-1")
    first = next(e for step in told for e in step["events"] if e["event"] == "ItemCommissioned")
    dispose = {"act": "DisposeItem", "item": hexed(lot(LETTUCE, "ROM-1").id), "amount": 500,
               "reason": 0}  # fmt: skip
    body = {"fact": first["sequence"], "reason": {"en": "Weighed wrong."}, "acts": [dispose]}
    act(town, FARM, "/corrections", body)
    assert held(town, FARM, HARVEST) == "130"
    refuse(town, FARM, "/corrections", {**body, "fact": 10**6}, "FactUnknown")
    refuse(town, FARM, "/corrections", {"fact": 1}, "CommandInvalid", 422)


def test_what_is_recalled_stays_where_it_is(town: Town) -> None:
    items = {"items": [BOWLS], "notice": NOTICE}
    refuse(town, SHOP, "/recalls", items, "NotAllowedToRecall")
    act(town, PACKER, "/recalls", items)
    refuse(town, SHOP, "/sales", {**BOWLS, "amount": 1}, "ItemIsRecalled")
    refuse(town, SHOP, "/unit-sales", {**ISSUE, "indexes": [6]}, "ItemIsRecalled")
    onward = {"reference": "DN-3", "receiver": FARM, "lines": [{**BOWLS, "amount": 1}]}
    refuse(town, SHOP, "/shipments", onward, "ItemIsRecalled")
    refuse(town, SHOP, "/claims", claim(town, 2), "ItemIsRecalled")
    other = {
        "inputs": [{**BOWLS, "amount": 5}],
        "outputs": [{**BOWLS, "lot": "SAL-Z", "amount": 5}],
    }
    refuse(town, PACKER, "/transformations", other, "ItemIsRecalled")  # laundered by re-lotting
    back = {"reference": "DN-4", "receiver": PACKER, "lines": [{**BOWLS, "amount": 2}]}
    act(town, SHOP, "/shipments", back)
    act(town, PACKER, "/receipts", {"shipper": SHOP, "reference": "DN-4"})


def test_who_claimed_is_made_good_once(town: Town) -> None:
    gift = {**ISSUE, "indexes": [0], "points": 25}
    refuse(town, PACKER, "/compensations", gift, "NotTheProgrammeOwner")
    act(town, SHOP, "/compensations", gift)
    refuse(town, SHOP, "/compensations", gift, "UnitAlreadyCompensated")


def test_the_account_adds_up(town: Town) -> None:
    account = fresh(town, f"/programmes/1/members/{hexed(MEMBER.address)}")
    assert (account["available"], account["pending"], account["owed"]) == (25, 15, 0)
    balance = fresh(town, "/programmes/1/trial-balance")
    # two claims, a receipt and a compensation; one claim and a quarter of the receipt came back
    assert balance == {
        "programme": 1, "issued": 145, "pending": 15, "balances": 25, "spent": 50, "expired": 0,
        "clawed_back": 55, "owed": 0,
    }  # fmt: skip


def test_released_goods_are_sold_again(town: Town) -> None:
    act(town, PACKER, "/releases", {"items": [BOWLS], "notice": {"en": "No glass was found."}})
    act(town, SHOP, "/unit-sales", {**ISSUE, "indexes": [1, 6]})
    # Index 1 was claimed at its first sale: it is sold again, and never earns again.
    refuse(town, SHOP, "/claims", claim(town, 1), "UnitAlreadyClaimed")
    refuse(town, SHOP, "/releases", {"items": [BOWLS], "notice": NOTICE}, "ItemIsNotRecalled")
    act(town, SHOP, "/programmes/1/closings", {})
    refuse(town, SHOP, "/claims", claim(town, 6), "ProgrammeIsClosed")


def test_readings_are_anchored(town: Town) -> None:
    readings = [f"4.{n} C".encode() for n in range(5)]
    tree = MerkleTree(readings)
    body = {"content": "sensor_readings", "root": hexed(tree.root), "size": 5}
    act(town, PACKER, "/anchors", body)
    refuse(town, PACKER, "/anchors", {**body, "root": hexed(b"\x01" * 32)}, "ListDoesNotGrow")
    path = ",".join(hexed(step) for step in tree.inclusion_path(3))
    asked = f"/anchors/inclusion?organisation={PACKER}&content=sensor_readings&index=3&path={path}"
    assert fresh(town, f"{asked}&statement={hexed(readings[3])}")["included"] is True
    assert fresh(town, f"{asked}&statement={hexed(readings[2])}")["included"] is False


def test_every_unit_tells_its_state(town: Town) -> None:
    def state(index: int) -> dict[str, Any]:
        found = fresh(town, f"/unit-states/01/{SALAD}/10/SAL-A?index={index}")
        return {name: found[name] for name in ("sold", "returned", "claimed", "voided")}

    nothing = dict.fromkeys(("sold", "returned", "claimed", "voided"), False)
    assert state(0) == nothing | {"sold": True, "claimed": True}
    assert state(5) == nothing
    assert state(9) == nothing | {"voided": True}
    assert state(1)["sold"]
    missing = town.get(f"/api/v1/unit-states/01/{SALAD}/10/SAL-A?index=10")
    assert missing.status_code == 404


def test_the_story_and_the_page_tell_it_in_words(town: Town) -> None:
    events = {event.__name__ for event in CATALOGUE}
    for tag in ("en", "zh-Hans"):
        for path in (f"01/{SALAD}/10/SAL-A", f"01/{LETTUCE}/10/ROM-1"):
            told = town.get(f"/api/v1/stories/{path}", **{"Accept-Language": tag}).json()
            headlines = [step["headline"] for step in told]
            assert headlines
            assert not events & set(headlines)
            page = town.get(f"/{path}", **{"Accept-Language": tag, "Accept": "text/html"})
            assert page.status_code == 200
            assert headlines[-1] in html.unescape(page.text)


def test_the_audit_finds_nothing(town: Town) -> None:
    town.settle()
    settings = town.services.settings
    save(town.services.deployment, settings.deployment_path)
    node = {"rpc_url": town.url}
    report = audit_installation(settings.model_copy(update=node))
    assert report.proven
    assert report.findings == []
