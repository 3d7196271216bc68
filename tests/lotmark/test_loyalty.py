"""`lotmark loyalty`: programmes, members, claims and codes from the command line."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from ledger.errors import (
    ActRefused,
    ClaimRefused,
    CodeInvalid,
    InvalidInput,
    MemberErased,
    NotFound,
    RedemptionCodeRefused,
)
from lotmark.auditing import audit_installation
from lotmark.commands.loyalty import app
from tests.api.club import CLUB_RULES
from tests.api.shop import RULES, Shop, open_shop
from tests.api.town import GLNS, PACKER, SALAD, SHOP

pytestmark = pytest.mark.chain
LOT = f"{SALAD}/SAL-A"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("loyalty")) as shop:
        yield shop


@pytest.fixture(scope="module")
def run(shop: Shop) -> Callable[..., Any]:
    """The command's answer; what it raises is raised."""

    def called(*arguments: str) -> Any:
        data = ["--data", str(shop.town.services.settings.data_dir), "--json"]
        found = CliRunner().invoke(app, [*arguments, *data])
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        assert found.exit_code == 0, found.output
        return json.loads(found.stdout)

    return called


@pytest.fixture(scope="module")
def programme(shop: Shop, run, tmp_path_factory) -> str:
    """A programme with levels, in which the packer's units earn."""
    rules = tmp_path_factory.mktemp("rules") / "rules.json"
    rules.write_text(json.dumps(CLUB_RULES))
    run("open", str(rules), "--org", GLNS[SHOP], "--budget", "100000", "--daily-cap", "5000",
        "--return-days", "0")  # fmt: skip
    shop.town.settle()
    number = str(max(each["programme"] for each in run("programmes")["programmes"]))
    run("partner", number, GLNS[PACKER], "--org", str(SHOP), "--right", "earn")
    shop.town.settle()
    run("earning", LOT, "--issue", "1", "--programme", number, "--points", "60",
        "--org", GLNS[PACKER])  # fmt: skip
    shop.town.settle()
    return number


def card_of(run, *options: str) -> str:
    return str(run("member", "add", *options)["card"])


def test_a_programme_is_opened_changed_and_shown(shop, run, programme, tmp_path):
    shown = run("programme", programme)
    assert shown["terms"]["name"]["en"] == "Bowl club"
    assert [each["rights"] for each in shown["partners"]] == [["earn"]]
    assert shown["earnings"][0]["points"] == 60
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps({**CLUB_RULES, "rounding": "floor"}))
    run("change", programme, str(changed), "--org", str(SHOP), "--daily-cap", "4000",
        "--return-days", "0")  # fmt: skip
    shop.town.settle()
    assert run("programme", programme)["daily_cap"] == 4000
    levels = run("tiers", programme)["levels"]
    assert [(n["from"], n["multiplier"]) for n in levels] == [(100, "1.5"), (1000, "2")]


def test_rules_that_cannot_be_worked_with_are_refused_by_field(run, tmp_path):
    rules = tmp_path / "rules.json"
    wrong = {**RULES, "earn": [{"currency": "EUR", "amount": 0, "points": 1}]}
    for document, field in ((wrong, "rules.earn[0].amount"), ("not JSON {", "rules")):
        rules.write_text(document if isinstance(document, str) else json.dumps(document))
        with pytest.raises(InvalidInput) as error:
            run("open", str(rules), "--org", str(SHOP), "--budget", "9", "--daily-cap", "9")
        assert error.value.field == field


def test_a_member_claims_spends_and_undoes(shop, run, programme):
    card = card_of(run, "--consent", "research")
    place = 3
    link = f"https://id.gs1.org/01/{SALAD}/21/{shop.serials[place]}"
    claim = ("claim", card, link, "--code", shop.codes[place])
    with pytest.raises(ActRefused, match="not sold"):
        run(*claim)
    shop.sell({"code": shop.code(place), "price": 100})
    made = run(*claim)
    assert (made["points"], made["operation"]["state"]) == (60, "accepted")
    with pytest.raises(ClaimRefused):
        run("claim", card_of(run), link, "--code", shop.codes[place])
    with pytest.raises(CodeInvalid):
        run("claim", card, link, "--code", "1234")
    shop.town.settle()
    assert "1 earnings are settled" in run("settle")["did"]
    shop.town.settle()
    code = run("redeem", "code", card, "--programme", programme, "--points", "25")["code"]
    spent = run("redeem", "confirm", code.lower(), "--org", GLNS[SHOP])
    with pytest.raises(RedemptionCodeRefused):
        run("redeem", "confirm", code, "--org", GLNS[SHOP])
    shop.town.settle()
    (balance,) = run("member", "show", card)["balances"]
    assert balance["available"] == 35
    run("redeem", "cancel", spent["redemption"], "--org", GLNS[SHOP])
    shop.town.settle()
    assert run("member", "show", card)["balances"][0]["available"] == 60
    standing = run("tiers", programme, "--card", card)["standing"]
    assert (standing["tier"], standing["earned"], standing["missing"]) == (None, 60, 40)
    balances = run("trial-balance", programme)
    assert balances["issued"] == balances["balances"] + balances["spent"] + balances["pending"]


def test_points_are_awarded_for_a_receipt_once(shop, run, programme):
    card = card_of(run)
    award = ("award", card, "--receipt", "R-1", "--programme", programme, "--points", "5",
             "--org", GLNS[SHOP])  # fmt: skip
    run(*award)
    with pytest.raises(ActRefused, match="used"):
        run(*award)
    shop.town.settle()
    assert run("member", "show", card)["balances"][0]["pending"] == 5


def test_a_member_is_exported_and_erased(run, tmp_path):
    card = card_of(run, "--email", "eva@mail.example", "--consent", "marketing")
    said = run("member", "consent", card, "--withdraw", "marketing", "--give", "research")
    assert [(n["purpose"], n["given"]) for n in said["consents"]] == [
        ("marketing", True), ("marketing", False), ("research", True),
    ]  # fmt: skip
    file = tmp_path / "member.json"
    run("member", "export", card, "--out", str(file))
    assert json.loads(file.read_text())["personal"]["email"] == "eva@mail.example"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("member", "export", card)["card"] == card
    run("member", "erase", card, "--yes")
    with pytest.raises(MemberErased):
        run("member", "show", card)
    with pytest.raises(NotFound):
        run("member", "show", "9000000000000003")


def test_an_audit_finds_nothing_after_a_member_is_forgotten(shop, run, programme):
    card = card_of(run)
    run("award", card, "--receipt", "R-2", "--programme", programme, "--points", "7",
        "--org", GLNS[SHOP])  # fmt: skip
    shop.town.settle()
    before = run("trial-balance", programme)
    run("member", "erase", card, "--yes")
    settings = shop.town.services.settings.model_copy(update={"rpc_url": shop.town.url})
    report = audit_installation(settings)
    assert report.proven
    assert report.findings == []
    assert run("trial-balance", programme) == before


def test_wrong_words_are_named(run, programme):
    for arguments, field in (
        (("member", "add", "--channel", "phone"), "channel"),
        (("member", "add", "--email", "nobody"), "email"),
        (("member", "add", "--consent", "selling"), "consents"),
        (("partner", programme, GLNS[PACKER], "--org", str(SHOP), "--right", "win"), "right"),
        (("claim", card_of(run), LOT, "--code", "x"), "unit"),
        (("member", "show", "1234"), "card"),
    ):
        with pytest.raises(InvalidInput) as error:
            run(*arguments)
        assert error.value.field == field


def test_people_see_tables(shop, programme):
    data = ["--data", str(shop.town.services.settings.data_dir)]
    for arguments, said in (
        (["tiers", programme], "Silver"),
        (["member", "show", shop.card], "agrees to: nothing"),
        (["settle"], ""),
    ):
        found = CliRunner().invoke(app, [*arguments, *data])
        assert found.exit_code == 0, found.output
        assert said in found.output
