"""Members over the web: they join, claim, spend, see, and leave; on a real chain."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from api.scans.judging import histories
from insights.conflicts import judge_unit
from ledger.commands import VoidUnits
from ledger.hashing import sha256
from ledger.vocabulary import VoidReason, lot, unit
from records import outbox
from records.engine import reading
from records.members import claims, messages
from records.scans import history
from records.schema import metadata
from tests.api.club import DAY, PER_PACK, PROGRAMME, WINDOW, Club, open_club
from tests.api.routes.test_relay import signed
from tests.api.shop import BOWLS
from tests.api.town import FARM, NOTICE, PACKER, SALAD, SHOP

pytestmark = pytest.mark.chain
LOT = lot(SALAD, "SAL-A").id


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    with open_club(tmp_path_factory.mktemp("club")) as club:
        yield club


def test_joining_needs_nothing_and_a_repeat_finds_the_same_card_and_secret(club):
    body = {"consents": {"research": True}, "email": "anna@mail.example"}
    first = club.town.post(SHOP, "/members", body, key="anna")
    again = club.town.post(SHOP, "/members", body, key="anna")
    other = club.town.post(SHOP, "/members", {}, key="anna")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.json()["consents"] == ["research"]
    assert other.json()["code"] == "IdempotencyKeyReused"
    assert club.own(club.token(first.json()), "").json()["card"] == first.json()["card"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "nobody"}, "email"), ({"phone": "call me"}, "phone"),
        ({"password": "short"}, "password"), ({"referred_by": "1234"}, "referred_by"),
        ({"referred_by": "9000000000000003"}, "referred_by"), ({"wallet": "0x"}, "wallet"),
        ({"consents": {"selling": True}}, "consents.selling"), ({"language": "x y"}, "language"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(club, body, field):
    answer = club.town.post(SHOP, "/members", body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_who_signs_in_wrongly_learns_nothing_and_is_slowed_down(club):
    joined = club.join()
    settings = club.town.services.settings.model_copy(update={"sign_ins_per_hour": 3})
    web = club.town.client(settings=settings)

    def sign_in(card: str, word: str):
        return web.post("/api/v1/member-sessions", json={"card": card, "password": word})

    answers = [sign_in(card, "wrong") for card in (joined["card"], "9000000000000003", "12")]
    assert {each.status_code for each in answers} == {401}
    assert len({each.text for each in answers}) == 1
    assert [sign_in(joined["card"], "wrong").status_code for _ in range(2)] == [401, 401]
    slowed = sign_in(joined["card"], joined["secret"])
    assert (slowed.status_code, slowed.json()["code"]) == (429, "TooManyRequests")
    assert int(slowed.headers["Retry-After"]) > 0
    others = [sign_in(f"{number}", "wrong").status_code for number in range(14)]
    assert (others[0], others[-1]) == (401, 429), "nor are many cards tried from one address"


def test_a_pack_earns_once_and_only_after_it_was_sold(club):
    card, other = club.join()["card"], club.join()["card"]
    place = club.next_unit
    early = club.claim(card, place)
    assert (early.status_code, early.json()["code"]) == (409, "UnitNotSold")
    assert club.sold() == place
    wrong = club.claim(card, place, code=club.shop.codes[place + 1])
    assert (wrong.status_code, wrong.json()["code"]) == (409, "ClaimRefused")
    unknown = club.claim(card, place, serial="NOSUCHSERIAL")
    assert (unknown.status_code, unknown.json()["code"]) == (409, "ClaimRefused")
    typed = club.shop.codes[place].lower().replace("-", " ")
    good = club.claim(card, place, code=typed)
    assert (good.status_code, good.json()["points"]) == (202, PER_PACK)
    for who in (card, other):
        late = club.claim(who, place)
        assert (late.status_code, late.json()["code"]) == (409, "ClaimRefused")
    club.town.settle()
    assert club.balance(card)["pending"] == PER_PACK
    assert club.balance(other) == {}
    assert club.difference() == 0


def test_the_used_code_of_a_pack_in_other_hands_is_a_conflict(club):
    card, other = club.join()["card"], club.join()["card"]
    place = club.sold()
    assert club.claim(card, place).status_code == 202
    club.town.settle()
    club.claim(card, place)
    services, pack = club.town.services, unit(SALAD, club.shop.serials[place]).id
    assert _judged(services, pack) is None, "who claimed it may try again"
    club.claim(other, place, code=club.shop.codes[place + 1])
    assert _judged(services, pack) is None, "a wrong code is not this pack's"
    club.claim(other, place)
    found = _judged(services, pack)
    assert (found.level, [reason.rule for reason in found.reasons]) == ("conflict", ["code_used"])
    with reading(services.records) as connection:
        kept = history(connection, pack)[-1]
    assert kept.details.kind == "code"
    assert kept.details.canonical().keys() == {"subject", "kind", "verdict", "org"}


def _judged(services, pack):
    return next(
        (judge_unit(scans, facts) for facts, scans in histories(services) if facts.unit == pack),
        None,
    )


def test_a_repeated_claim_is_the_same_operation(club):
    body = club.asked(club.join()["card"], club.sold())
    first, again = (club.town.post(SHOP, "/member-claims", body, key="c1") for _ in range(2))
    assert first.json() == again.json()
    changed = club.town.post(SHOP, "/member-claims", {**body, "card": "9" * 16}, key="c1")
    assert changed.status_code == 422


def test_looking_at_a_pack_claims_nothing(club):
    place = club.sold()
    for _ in range(5):
        club.town.get(f"/01/{SALAD}/21/{club.shop.serials[place]}", Accept="text/html")
        club.town.get(f"/claim?u={SALAD}/{club.shop.serials[place]}", Accept="text/html")
    assert club.claim(club.join()["card"], place).status_code == 202


def test_of_many_who_claim_one_pack_at_once_one_wins(club):
    place, cards = club.sold(), [club.join()["card"] for _ in range(8)]
    codes: list[int] = []
    workers = [
        threading.Thread(target=lambda c=card: codes.append(club.claim(c, place).status_code))
        for card in cards
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(codes) == [202] + [409] * 7
    club.town.settle()
    assert sum(bool(club.balance(card)) for card in cards) == 1


def test_claims_are_limited_by_the_hour(club):
    settings = club.town.services.settings.model_copy(update={"claims_per_hour": 2})
    web, card = club.town.client(settings=settings), club.join()["card"]
    headers = {"Authorization": f"Bearer {club.town.secrets[SHOP]}"}
    body = club.asked(card, club.next_unit)
    answers = [
        web.post("/api/v1/member-claims", json=body, headers={**headers, "Idempotency-Key": str(n)})
        for n in range(3)
    ]
    assert [each.status_code for each in answers] == [409, 409, 429]


def test_a_claim_made_while_the_sale_is_on_its_way_waits_for_it(club):
    card, place = club.join()["card"], club.next_unit
    club.next_unit += 1
    club.shop.sell({"code": club.shop.code(place), "price": 100})
    made = club.claim(card, place)
    assert made.status_code == 202
    with reading(club.town.services.records) as records:
        assert outbox.get(records, made.json()["operation"]["id"]).needs
    club.town.settle()
    assert club.balance(card)["pending"] == PER_PACK


def test_a_claim_made_while_the_node_is_away_settles_later(club):
    card, place = club.join()["card"], club.sold()
    os.kill(club.shop.anvil.pid, signal.SIGSTOP)
    try:
        made = club.claim(card, place)
        assert (made.status_code, made.json()["operation"]["state"]) == (202, "accepted")
    finally:
        os.kill(club.shop.anvil.pid, signal.SIGCONT)
    club.town.settle()
    assert club.balance(card)["pending"] == PER_PACK


def test_a_claim_that_the_contract_refuses_frees_the_pack_and_tells_the_member(club):
    """The maker voids the code by an act that another brings: only the contract knows of it."""
    card, place = club.join()["card"], club.sold()
    void = [VoidUnits(LOT, 1, place, 1, VoidReason.REVEALED)]
    brought = {"operations": [signed(club.town, PACKER, void, 2**90)]}
    assert club.town.post(SHOP, "/relay", brought).status_code == 202
    made = club.claim(card, place)
    assert made.status_code == 202
    club.town.settle()
    with reading(club.town.services.records) as records:
        refusal = outbox.get(records, made.json()["operation"]["id"]).refusal
        assert claims.claim_of(records, LOT, place) is not None
    assert refusal is not None
    assert refusal.code == "UnitIsVoid"
    assert "1 claims were refused" in (club.work()[0] or "")
    with reading(club.town.services.records) as records:
        assert claims.claim_of(records, LOT, place) is None
        assert [m.kind for m in messages.newest(records, card)] == ["claim_refused"]
    late = club.claim(card, place)
    assert (late.status_code, late.json()["code"]) == (409, "UnitIsVoid")


def test_points_become_spendable_and_a_code_spends_them_once(club):
    joined = club.join()
    token = club.token(joined)
    club.earn(joined["card"], 3)
    assert club.balance(joined["card"])["available"] == 3 * PER_PACK
    code = club.code(token, 120)
    seen = club.town.get(f"/api/v1/redemption-codes/{code}", SHOP).json()
    assert (seen["programme"], seen["points"]) == (PROGRAMME, 120)
    answers: list[int] = []
    spelled = [code, code.lower(), code.replace("-", ""), f"%20{code}%20", code.replace("-", "%09")]

    def confirm(text: str) -> None:
        path = f"/redemption-codes/{text}/confirmations"
        answers.append(club.town.post(SHOP, path, {}).status_code)

    workers = [threading.Thread(target=confirm, args=(text,)) for text in spelled]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(answers) == [202, 409, 409, 409, 409]
    club.town.settle()
    assert club.balance(joined["card"])["available"] == 3 * PER_PACK - 120
    used = club.town.post(SHOP, f"/redemption-codes/{code}/confirmations", {}).json()
    assert used["code"] == "RedemptionCodeRefused"
    assert club.difference() == 0


def test_due_points_are_settled_in_the_operation_that_spends_them(club):
    joined = club.join()
    token = club.token(joined)
    assert club.claim(joined["card"], club.sold()).status_code == 202
    club.town.settle()
    early = club.own(token, "/redemption-codes", {"programme": PROGRAMME, "points": 10})
    assert (early.status_code, early.json()["code"]) == (409, "BalanceTooSmall")
    club.pass_time(WINDOW + 1)
    path = f"/redemption-codes/{club.code(token, PER_PACK)}/confirmations"
    made = club.town.post(SHOP, path, {}, key="till 1")
    acts = [each["act"] for each in made.json()["operation"]["acts"]]
    assert acts == ["SettlePoints", "RedeemPoints"]
    assert (
        club.town.post(SHOP, path, {}, key="till 1").json()["redemption"]
        == (made.json()["redemption"])
    )
    club.town.settle()
    assert club.balance(joined["card"])["available"] == 0


def test_a_code_is_good_for_minutes_at_who_may_redeem_and_until_another_is_asked_for(club):
    joined = club.join()
    token = club.token(joined)
    club.earn(joined["card"])
    first, second = club.code(token, 10), club.code(token, 10)
    old = club.town.post(SHOP, f"/redemption-codes/{first}/confirmations", {})
    assert (old.status_code, old.json()["code"]) == (409, "RedemptionCodeRefused")
    stranger = club.town.post(FARM, f"/redemption-codes/{second}/confirmations", {})
    assert stranger.status_code == 409
    assert stranger.json()["code"] in ("RoleMissing", "NotAPartner")
    club.pass_time(601)
    late = club.town.post(SHOP, f"/redemption-codes/{second}/confirmations", {})
    assert "too old" in late.json()["detail"]
    third = club.code(token, 10)
    back = club.own(token, "/redemption-codes/cancellations", {})
    assert back.status_code == 204
    gone = club.town.post(SHOP, f"/redemption-codes/{third}/confirmations", {})
    assert "taken back" in gone.json()["detail"]
    shaped = club.town.post(SHOP, "/redemption-codes/UUUU-UUUU/confirmations", {})
    assert (shaped.status_code, shaped.json()["field"]) == (422, "code")
    assert club.balance(joined["card"])["available"] == PER_PACK


def test_wrong_codes_are_limited(club):
    settings = club.town.services.settings.model_copy(update={"wrong_codes_per_hour": 2})
    web = club.town.client(settings=settings)
    headers = {"Authorization": f"Bearer {club.town.secrets[SHOP]}"}
    answers = [
        web.get(f"/api/v1/redemption-codes/{code}", headers=headers).status_code
        for code in ("00000000", "00000001", "00000002")
    ]
    assert answers == [409, 409, 429]


def test_a_history_adds_up_by_channel_and_together(club):
    joined = club.join()
    token, card = club.token(joined), joined["card"]
    club.earn(card, 2)
    club.shop.sell({"code": club.shop.code(club.next_unit), "price": 1000}, card=card,
                   programme=PROGRAMME)  # fmt: skip
    club.next_unit += 1
    club.town.settle()
    spent = club.town.post(SHOP, f"/redemption-codes/{club.code(token, 70)}/confirmations", {})
    club.town.settle()
    number = spent.json()["redemption"]
    undone = club.town.post(SHOP, f"/redemptions/{number}/cancellations", {})
    assert undone.status_code == 202
    club.town.settle()
    told = club.own(token, "/history").json()
    kinds = [each["kind"] for each in told["entries"]]
    assert kinds[:2] == ["earned", "earned"]
    assert kinds[-2:] == ["redeemed", "cancelled"]
    sums = {each["channel"]: each for each in told["totals"]}
    assert sums["online"]["earned"] == 2 * PER_PACK
    assert sums["store"]["earned"] >= 100
    whole = told["whole"]
    for name in ("earned", "redeemed", "clawed_back", "expired", "balance"):
        assert whole[name] == sum(each[name] for each in told["totals"])
    balance = club.balance(card)
    assert whole["balance"] == balance["available"] + balance["pending"] - balance["owed"]
    assert sum(each["change"] for each in told["entries"]) == whole["balance"]
    page = club.own(token, "/history?limit=2").json()
    assert (len(page["entries"]), page["next"]) == (2, "2")
    assert balance["standing"]["tier"]["en"] == "Silver"


def test_another_cannot_undo_a_redemption(club):
    joined = club.join()
    club.earn(joined["card"])
    code = club.code(club.token(joined), 5)
    made = club.town.post(SHOP, f"/redemption-codes/{code}/confirmations", {}).json()
    club.town.settle()
    path = f"/redemptions/{made['redemption']}/cancellations"
    assert club.town.post(PACKER, path, {}).status_code == 404
    assert club.town.post(SHOP, path, {}).status_code == 202
    club.town.settle()
    assert club.balance(joined["card"])["available"] == PER_PACK


def test_the_export_holds_everything_and_erasure_leaves_the_books_right(club):
    email = "ben.export@mail.example"
    joined = club.join(name="Ben", email=email, consents={"recall_notices": True})
    token, card = club.token(joined), joined["card"]
    club.earn(card)
    bought = {"code": club.shop.code(club.next_unit), "price": 500}
    receipt = club.shop.sell(bought, card=card, programme=PROGRAMME)
    club.next_unit += 1
    club.town.settle()
    kept = club.own(token, "/export").json()
    assert [each["receipt"] for each in kept["purchases"]] == [receipt["id"]]
    assert kept["personal"]["email"] == email
    assert [each["purpose"] for each in kept["consents"]] == ["recall_notices"]
    told = {each["event"] for each in kept["chain"]["events"]}
    assert told == {"PointsClaimed", "PointsSettled", "PointsAwarded"}
    assert set(kept["others"]) == {"messages", "referrals", "refused_referrals"}
    assert kept["claims"][0]["programme"] == PROGRAMME
    before = club.town.get(f"/api/v1/programmes/{PROGRAMME}/trial-balance").json()
    assert club.own(token, "/erasures", {"card": "9000000000000003"}).status_code == 422
    assert club.own(token, "/erasures", {"card": card}).status_code == 204
    assert club.own(token, "").status_code == 410
    assert club.own(token, "/redemption-codes", {"programme": 2, "points": 5}).status_code == 410
    assert club.town.get(f"/api/v1/members/{card}", SHOP).status_code == 410
    assert club.claim(card, club.sold()).status_code == 410
    signed = {"card": card, "password": joined["secret"]}
    assert club.town.web.post("/api/v1/member-sessions", json=signed).status_code == 401
    after = club.town.get(f"/api/v1/programmes/{PROGRAMME}/trial-balance").json()
    assert after == before
    assert club.difference() == 0
    assert tables_with(club, card) == {"members"}
    assert tables_with(club, receipt["id"]) >= {"receipts"}
    assert tables_with(club, email) == set()


def tables_with(club, text: str) -> set[str]:
    """Every table of the records that a text stands in."""
    with reading(club.town.services.records) as records:
        return {
            table.name
            for table in metadata.sorted_tables
            for row in records.execute(table.select())
            if any(text in str(value) for value in row)
        }


def test_requests_without_a_members_token_are_refused(club):
    for path in ("", "/history", "/export"):
        assert club.own({}, path).status_code == 401
        assert club.own({"Member-Token": "x.y.z"}, path).status_code == 401
    card = club.join()["card"]
    assert club.town.get(f"/api/v1/members/{card}").status_code == 401


def test_nobody_sees_a_member_with_another_vault_key(club, tmp_path):
    joined = club.join(name="Cora")
    token = club.token(joined)
    services = club.town.services
    folder = tmp_path / "keys"
    folder.mkdir()
    sessions = services.settings.keys_dir / "sessions.secret"
    (folder / "sessions.secret").write_bytes(sessions.read_bytes())
    (folder / "sessions.secret").chmod(0o600)
    (folder / "members.secret").write_bytes(sha256(b"another"))
    (folder / "members.secret").chmod(0o600)
    settings = services.settings.model_copy(update={
        "data_dir": tmp_path, "records_url": services.settings.records_database,
    })  # fmt: skip
    web = club.town.client(settings=settings)
    answer = web.get("/api/v1/members/me/export", headers=token)
    assert (answer.status_code, answer.json()["code"]) == (503, "VaultClosed")
    assert "secret" not in answer.text


def test_a_recalled_lot_earns_no_more_and_points_expire_on_the_day(club):
    joined = club.join()
    token, card = club.token(joined), joined["card"]
    place = club.sold()
    club.earn(card, 2)
    code = club.code(token, 60)
    spent = club.town.post(SHOP, f"/redemption-codes/{code}/confirmations", {}).json()
    club.town.settle()
    until = club.balance(card)["by_quarter"][0]["until"]
    assert until
    club.town.act(PACKER, "/recalls", {"items": [BOWLS], "notice": NOTICE})
    late = club.claim(card, place)
    assert (late.status_code, late.json()["code"]) == (409, "ItemIsRecalled")
    club.pass_time(4 * 90 * DAY)
    assert club.balance(card)["available"] == 0
    told = club.own(club.token(joined), "/history").json()
    assert told["entries"][-1]["kind"] == "redeemed"
    assert told["whole"]["balance"] == 0, "what has expired is gone before it is written off"
    undone = club.town.post(SHOP, f"/redemptions/{spent['redemption']}/cancellations", {})
    assert undone.status_code == 202
    club.town.settle()
    assert club.balance(card)["available"] == 0, "cancelling gives points no new life"
    assert any("written off" in (did or "") for did in club.work())
    told = club.own(club.token(joined), "/history").json()
    assert told["whole"]["balance"] == 0
    assert told["whole"]["expired"] == 2 * PER_PACK
    assert club.difference() == 0
    assert club.work() == [None, None]
