"""A recall from the lot to the people: reached, told, acknowledged and made good, on a real chain;
then one of them is erased, and the books and the audit still agree. Chapter by chapter.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.liability import agrees_with_chain, agrees_with_mirror, report_of
from api.members.membership import erase
from api.recalls.notifying import notify_recalls
from indexer.queries.status import status
from ledger.chain.deployment import save
from lotmark.auditing import audit_installation
from lotmark.cli import app
from records.engine import reading
from records.schema import notices as tables
from tests.api.club import DAY, PER_PACK, PROGRAMME, WINDOW, Club, open_club
from tests.api.shop import BOWLS, SERIAL
from tests.api.town import FARM, GLNS, PACKER, SALAD, SHOP

pytestmark = pytest.mark.chain
LINK = f"01/{SALAD}/10/SAL-A"
SAYS = {"en": "May contain glass.", "zh": "可能含有玻璃。"}
CONSENT = {"consents": {"recall_notices": True}}
PER_LINE = 30


class Story:
    """The club, and who is in the story."""

    def __init__(self, club: Club) -> None:
        self.club, self.town = club, club.town
        self.anna = club.join(**CONSENT, language="zh-Hans")  # claims a pack
        self.ben = club.join(**CONSENT)  # buys with his card
        self.carl = club.join()  # buys with his card and wants to hear nothing
        self.dora = club.join(**CONSENT)  # brings back what she bought

    def recall(self, path: str, org: int = PACKER) -> Any:
        return self.town.get(f"/api/v1/recalls/{LINK}{path}", org)

    def reach(self) -> dict[str, Any]:
        answer = self.recall("/reach")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def ask(self, org: int, path: str, body: Any, key: str = "") -> dict[str, Any]:
        answer = self.town.post(org, f"/recalls/{LINK}{path}", body, key=key)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def rows(self, table: Any) -> list[Any]:
        with reading(self.town.services.records) as records:
            return list(records.execute(table.select()))

    def notices(self, joined: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.club.own(self.club.token(joined), "/notices").json()
        return found

    def points(self, joined: dict[str, Any]) -> int:
        path = f"/api/v1/programmes/{PROGRAMME}/members/{joined['address']}"
        found = self.town.get(path).json()
        return int(found["available"] + found["pending"])


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with open_club(tmp_path_factory.mktemp("recall")) as club:
        yield Story(club)


def test_what_is_sold_of_a_lot_before_anybody_knows(story: Story) -> None:
    club, code = story.club, story.club.shop.code
    assert club.claim(story.anna["card"], club.sold()).status_code == 202
    club.shop.sell({"code": code(1), "price": 1000}, card=story.ben["card"])
    loose = {"code": f"https://id.gs1.org/{LINK}", "quantity": 3, "price": 900}
    club.shop.sell(loose, card=story.carl["card"])
    club.shop.sell({"code": code(2), "price": 1000})  # to nobody
    sold = club.shop.sell({"code": code(3), "price": 1000}, card=story.dora["card"])
    story.town.settle()
    club.shop.ask("/till/returns", {"receipt": sold["number"], "lines": [{"line": 1}]})
    inputs, outputs = [{**BOWLS, "amount": 10}], [{"gtin": SALAD, "lot": "SAL-X", "amount": 10}]
    story.town.act(PACKER, "/transformations", {"inputs": inputs, "outputs": outputs})
    story.town.settle()


def test_only_who_answers_for_the_lot_sees_how_far_a_recall_would_reach(story: Story) -> None:
    for org, code in ((SHOP, 403), (FARM, 403), (0, 401)):
        assert story.recall("/reach", org).status_code == code
    told = story.reach()
    assert told["recall"] is None
    assert story.town.get(f"/api/v1/recalls/01/{SALAD}/10/NONE/reach", PACKER).status_code == 404
    assert story.town.get("/api/v1/recalls/01/1/10/X/reach", PACKER).status_code == 400
    answer = story.town.post(PACKER, f"/recalls/{LINK}/notices", {})
    assert answer.status_code == 409


def test_a_recall_reaches_shops_units_receipts_and_members_and_names_nobody(story: Story) -> None:
    story.town.act(PACKER, "/recalls", {"items": [BOWLS], "notice": SAYS})
    told = story.reach()
    affected = [(n["item"]["lot"] or n["item"]["serial"], n["recalled"]) for n in told["affected"]]
    assert affected == [("SAL-A", True), ("SAL-X", False), (SERIAL, False)]
    held = {
        (n["organisation"]["organisation"], n["item"]["lot"] or n["item"]["serial"]): n["amount"]
        for n in told["holders"]
    }
    assert held == {
        (PACKER, "SAL-A"): "39",
        (SHOP, "SAL-A"): "144",
        (PACKER, "SAL-X"): "10",
        (SHOP, SERIAL): "1",
    }
    (sold,) = told["sold"]
    assert (sold["by_amount"], sold["by_units"]) == ("3", "3")
    (units,) = told["units"]
    assert (units["sold"], units["returned"], units["claimed"]) == (3, 1, 1)
    assert units["never_sold"] == units["issued"] - 4
    assert told["buyers"] == {
        "consenting": 2, "not_consenting": 1, "strangers": 0, "without_card": 2,
    }  # fmt: skip
    (shop,) = told["shops"]
    assert (shop["lines"], shop["members"]) == (4, None)  # fewer than ten: kept back
    text = json.dumps(told)
    for joined in (story.anna, story.ben, story.carl, story.dora):
        assert joined["card"] not in text


def test_a_regulator_gets_every_event_with_its_place_on_chain(story: Story) -> None:
    assert story.recall("/proofs", SHOP).status_code == 403
    proofs = story.recall("/proofs").json()["proofs"]
    listed = csv.DictReader(io.StringIO(story.recall("/proofs?format=csv").text))
    assert [each["transaction"] for each in listed] == [each["transaction"] for each in proofs]
    kinds = [each["event"] for each in proofs]
    assert {"ItemRecalled", "ItemConsumed", "ItemProduced", "PointsClaimed"} <= set(kinds)
    assert kinds.count("UnitSold") == 4
    assert story.town.services.chain is not None
    for each in proofs:
        receipt = story.town.services.chain.receipt(bytes.fromhex(each["transaction"][2:]))
        assert receipt is not None
        assert receipt.block == each["block"]
        (log,) = [n for n in receipt.logs if n.log_index == each["log_index"]]
        assert each["entry"] == int.from_bytes(log.data[:8], "big")


def test_each_is_told_once_in_their_language_and_nobody_who_does_not_consent(story: Story) -> None:
    first = story.ask(PACKER, "/notices", {}, key="tell")
    assert (first["members"], first["organisations"], first["not_consenting"]) == (2, 2, 1)
    assert story.ask(PACKER, "/notices", {}, key="tell") == first
    again = story.ask(PACKER, "/notices", {})
    assert (again["members"], again["organisations"]) == (0, 0)
    assert story.town.post(SHOP, f"/recalls/{LINK}/notices", {}).status_code == 403
    messages = {row.card: row for row in story.rows(tables.messages)}
    assert set(messages) == {story.anna["card"], story.ben["card"]}
    assert messages[story.anna["card"]].body == SAYS["zh"]
    assert messages[story.ben["card"]].body == SAYS["en"]
    (told,) = story.notices(story.ben)
    assert (told["text"], told["acknowledged"]) == (SAYS["en"], None)
    assert story.notices(story.carl) == []


def test_messages_are_for_who_took_the_members_in(story: Story) -> None:
    told = story.town.get("/api/v1/messages", SHOP).json()["entries"]
    assert {each["card"] for each in told} == {story.anna["card"], story.ben["card"]}
    assert story.town.get("/api/v1/messages", PACKER).json()["entries"] == []
    (first,) = story.town.get("/api/v1/messages?limit=1", SHOP).json()["entries"]
    part = story.town.get("/api/v1/messages?limit=1", SHOP).json()["next"]
    (second,) = story.town.get(f"/api/v1/messages?limit=1&after={part}", SHOP).json()["entries"]
    assert {first["card"], second["card"]} == {story.anna["card"], story.ben["card"]}


def test_who_consents_later_is_told_later_and_who_withdraws_has_no_message(story: Story) -> None:
    token = story.club.token(story.carl)
    story.club.own(token, "/consents", {"recall_notices": True})
    said = notify_recalls(story.town.services)
    assert said == "1 members and 0 organisations were told of recalls"
    assert notify_recalls(story.town.services) is None
    assert len(story.rows(tables.messages)) == 3
    story.club.own(token, "/consents", {"recall_notices": False})
    assert {row.card for row in story.rows(tables.messages)} == {
        story.anna["card"], story.ben["card"],
    }  # fmt: skip
    assert len(story.notices(story.carl)) == 1


def test_shops_and_members_acknowledge_and_who_does_not_is_overdue(story: Story) -> None:
    assert story.town.post(FARM, f"/recalls/{LINK}/acknowledgements", {}).status_code == 404
    done = story.ask(SHOP, "/acknowledgements", {})
    assert done["acknowledged"] is not None
    (mine,) = story.town.get("/api/v1/notices", SHOP).json()["entries"]
    assert mine["acknowledged"] == done["acknowledged"]
    token, (told,) = story.club.token(story.ben), story.notices(story.ben)
    path = f"/notices/{told['notice']}/acknowledgements"
    assert story.club.own(token, path, {}).status_code == 204
    assert story.club.own(story.club.token(story.anna), path, {}).status_code == 404
    story.club.clock.ahead += 2 * DAY
    late = story.recall("/notices?overdue=true").json()
    assert [n["organisation"]["organisation"] for n in late["organisations"]] == [PACKER]
    assert late["progress"] == {
        "members": 3, "members_acknowledged": 1, "members_overdue": 0,
        "organisations": 2, "organisations_acknowledged": 1, "organisations_overdue": 1,
    }  # fmt: skip
    story.club.clock.ahead -= 2 * DAY


def test_a_dry_run_says_how_much_and_gives_nothing(story: Story) -> None:
    body = {"programme": PROGRAMME, "points_per_unit": PER_PACK, "points_per_line": PER_LINE}
    dry = story.ask(SHOP, "/compensations", {**body, "dry_run": True})
    assert (dry["units"], dry["lines"], dry["points"]) == (1, 2, PER_PACK + 2 * PER_LINE)
    assert (dry["refusal"], dry["operations"]) == (None, [])
    much = {**body, "points_per_line": 10**9, "dry_run": True}
    assert story.ask(SHOP, "/compensations", much)["refusal"] == "DailyCapExceeded"
    refused = story.town.post(PACKER, f"/recalls/{LINK}/compensations", body)
    assert refused.json()["code"] == "NotTheProgrammeOwner"
    assert story.rows(tables.compensations) == []


def test_each_unit_and_line_is_made_good_once(story: Story) -> None:
    before = {n["card"]: story.points(n) for n in (story.anna, story.ben, story.carl, story.dora)}
    body = {"programme": PROGRAMME, "points_per_unit": PER_PACK, "points_per_line": PER_LINE}
    given = story.ask(SHOP, "/compensations", body, key="good")
    assert (given["units"], given["lines"], len(given["operations"])) == (1, 2, 2)
    assert story.ask(SHOP, "/compensations", body, key="good") == given
    at_once = story.ask(SHOP, "/compensations", body)  # while the first is on its way
    story.town.settle()
    later = story.ask(SHOP, "/compensations", body)
    for again in (at_once, later):
        assert (again["units"], again["lines"], again["points"], again["given"]) == (0, 0, 0, 3)
    gained = {n["card"]: story.points(n) - before[n["card"]]
              for n in (story.anna, story.ben, story.carl, story.dora)}  # fmt: skip
    assert list(gained.values()) == [PER_PACK, PER_LINE, PER_LINE, 0]
    assert story.club.difference() == 0


def test_when_a_member_is_erased_nothing_of_it_stays_and_the_books_agree(story: Story) -> None:
    before = story.town.get(f"/api/v1/programmes/{PROGRAMME}/trial-balance").json()
    erase(story.town.services, story.ben["card"])
    for table in (tables.notices, tables.messages, tables.referrals, tables.refused_referrals):
        assert story.ben["card"] not in str(story.rows(table))
    told = story.reach()["buyers"]
    assert (told["consenting"], told["without_card"]) == (1, 3)
    progress = story.recall("/notices").json()["progress"]
    assert (progress["members"], progress["members_acknowledged"]) == (3, 1)
    assert story.town.get(f"/api/v1/programmes/{PROGRAMME}/trial-balance").json() == before


def test_what_the_programme_owes_is_the_same_on_chain_in_the_mirror_and_in_the_report(
    story: Story,
) -> None:
    story.club.pass_time(WINDOW + 1)
    story.club.work()
    services = story.town.services
    path = f"/api/v1/programmes/{PROGRAMME}/liability"
    assert story.town.get(path, PACKER).status_code == 403
    told = story.town.get(path, SHOP).json()
    balance = story.town.get(f"/api/v1/programmes/{PROGRAMME}/trial-balance").json()
    assert (told["difference"], told["issued"]) == (0, balance["issued"])
    assert sum(n["issued"] for n in told["channels"]) == told["issued"]
    assert sum(n["available"] + n["pending"] for n in told["expiries"]) == told["outstanding"]
    with reading(services.mirror) as mirror, reading(services.records) as records:
        found = report_of(mirror, records, PROGRAMME)
        assert agrees_with_mirror(mirror, found)
        at = status(mirror)
        assert at is not None
        assert agrees_with_chain(services, mirror, at.block)
        early = report_of(mirror, records, PROGRAMME, as_of=0)
        assert early.report.total("issued") == 0
    wrong = story.town.get(f"{path}?as_of={10**9}", SHOP)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "as_of")


def told_by(story: Story, *words: str) -> Any:
    """What the command answers, as JSON."""
    data = str(story.town.services.settings.data_dir)
    save(story.town.services.deployment, story.town.services.settings.deployment_path)
    asked = [*words, "--data", data, "--json"]
    result = copy_context().run(CliRunner().invoke, app, asked)  # --json is for this call alone
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def test_the_commands_tell_and_do_the_same(story: Story, tmp_path: Path) -> None:
    lot, again = f"{SALAD}/SAL-A", "lotmark"
    assert [n["item"]["lot"] for n in told_by(story, "recall", "list")["recalls"]] == ["SAL-A"]
    file = tmp_path / "proofs.csv"
    told = told_by(story, "recall", "reach", lot, "--export", str(file))
    assert told["totals"] == story.reach()["totals"]
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert len(rows) == len(story.recall("/proofs").json()["proofs"])
    assert told_by(story, "recall", "notify", lot)["members"] == 0
    done = told_by(story, "recall", "acknowledge", lot, "--org", GLNS[PACKER])["progress"]
    assert done["organisations_acknowledged"] == 2
    words = ["recall", "compensate", lot, "--org", GLNS[SHOP], "--programme", str(PROGRAMME)]
    dry = told_by(story, *words, "--per-unit", "5", "--per-line", "5", "--dry-run", "--key", again)
    assert (dry["units"], dry["lines"], dry["dry_run"]) == (0, 0, True)


def test_the_commands_show_what_is_owed(story: Story) -> None:
    number = str(PROGRAMME)
    told = told_by(story, "loyalty", "liability", number)
    path = f"/api/v1/programmes/{PROGRAMME}"
    assert told == story.town.get(f"{path}/liability", SHOP).json()
    assert told_by(story, "loyalty", "settlement", number) == told["settlement"]
    assert told_by(story, "loyalty", "expiries", number) == {"expiries": told["expiries"]}
    assert told_by(story, "loyalty", "referrals")["rewarded"] == 0
    opened = told_by(
        story, "loyalty", "campaign", "open", "Bowls", "--org", GLNS[SHOP], "--programme", number,
        "--budget", "10", "--points", "1", "--ends", "2090-12-31",
    )  # fmt: skip
    campaign = str(opened["campaign"])
    assert told_by(story, "loyalty", "campaign", "list")["campaigns"] == [opened]
    report = told_by(story, "loyalty", "campaign", "report", campaign)
    assert report["effect"]["verdict"] == "too_few"
    assert told_by(story, "loyalty", "campaign", "stop", campaign)["stopped"] is not None


def test_the_audit_finds_nothing(story: Story) -> None:
    story.town.settle()
    settings = story.town.services.settings
    save(story.town.services.deployment, settings.deployment_path)
    report = audit_installation(settings.model_copy(update={"rpc_url": story.town.url}))
    assert report.proven
    assert report.findings == []
