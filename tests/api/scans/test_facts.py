"""What scans of printed units are held against: dispatch, sale, return, recall, claims."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from api.scans.facts import Books, known_of
from api.scans.judging import look_for_conflicts
from ledger.vocabulary import Seconds, lot, unit
from records.engine import reading
from records.scans import alerts as inbox
from records.scans import history
from tests.api.scans.shoppers import PARIS, Street
from tests.api.shop import UNITS, Shop, open_shop
from tests.api.town import GLNS, NOTICE, PACKER, SALAD, SHOP

pytestmark = pytest.mark.chain
HOUR = 3600
KEYS = itertools.count()
PLACES = itertools.count()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("facts")) as shop:
        yield shop


@pytest.fixture
def place() -> int:
    """A unit of the run that no other test touches."""
    return next(PLACES)


def street_of(shop, places=None, later=0):
    services = shop.town.services
    street = Street(shop.town, places_database=places)
    clock = replace(services, clock=lambda: Seconds(services.now() + later))
    street.app.state.services = replace(clock, settings=street.services.settings)
    return street


def read(shop, place, kind, later=0, places=None):
    """Staff of the shop reads a unit, some seconds from now."""
    headers = {"Authorization": f"Bearer {shop.town.secrets[SHOP]}",
               "Idempotency-Key": f"read {next(KEYS)}"}  # fmt: skip
    body = {"kind": kind, "code": shop.code(place), "site": GLNS[SHOP]}
    answer = (
        street_of(shop, places, later)
        .shopper(PARIS)
        .post("/api/v1/scans", json=body, headers=headers)
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def facts(shop, place):
    subject = unit(SALAD, shop.serials[place]).id
    services = shop.town.services
    with reading(services.records) as records, reading(services.mirror) as mirror:
        return known_of(Books(mirror, records), subject, history(records, subject))


def fired(shop, place):
    subject = unit(SALAD, shop.serials[place]).id
    with reading(shop.town.services.records) as records:
        return [r["rule"] for a in inbox.alerts(records, subject=subject) for r in a.reasons]


def test_a_unit_that_was_not_dispatched(shop):
    known = facts(shop, UNITS - 1)
    assert not known.facts.activated
    assert known.makers == {PACKER}
    told = read(shop, UNITS - 1, "goods_in")
    assert (told["verdict"], told["instruction"]) == ("cannot_check", "hold")
    assert fired(shop, UNITS - 1) == ["not_activated"]


def test_a_dispatched_unit_is_received_and_sold_without_a_word(shop, place):
    known = facts(shop, place).facts
    assert (known.activated, known.sold_at, known.recalled, known.code_used) == (
        True, None, False, False,
    )  # fmt: skip
    assert known.lot == lot(SALAD, "SAL-A").id
    assert read(shop, place, "goods_in")["instruction"] == "go_on"
    assert read(shop, place, "till")["instruction"] == "go_on"
    shop.sell({"code": shop.code(place), "price": 100})
    shop.town.settle()
    assert fired(shop, place) == []


def test_a_sold_unit_that_is_offered_again(shop, place, places):
    read(shop, place, "goods_in", places=places)  # tells where the shop is
    shop.sell({"code": shop.code(place), "price": 100})
    before = facts(shop, place).facts  # the chain does not know of the sale yet
    assert before.sold_at is not None
    assert before.sold_place == (49.0, 2.5)
    shop.town.settle()
    assert facts(shop, place).facts.sold_at == before.sold_at
    assert read(shop, place, "goods_in", later=60)["conflict"] is None
    told = read(shop, place, "goods_in", later=2 * HOUR)
    assert (told["verdict"], told["instruction"]) == ("sold", "hold")
    assert told["conflict"]["reasons"] == [
        "The unit was sold, did not come back, and staff scanned it as goods 2.0 hours later."
    ]
    page = Street(shop.town).shopper().get(f"/01/{SALAD}/21/{shop.serials[place]}")
    assert page.json()["verdict"]["reasons"][:2] == ["unit_sold", "possible_conflict"]


def test_what_came_back_may_be_sold_again(shop, place):
    made = shop.sell({"code": shop.code(place), "price": 100})
    shop.town.settle()
    assert facts(shop, place).facts.sold_at is not None
    shop.ask("/till/returns", {"receipt": made["id"], "lines": [{"line": 1}]})
    shop.town.settle()
    assert facts(shop, place).facts.sold_at is None
    assert read(shop, place, "goods_in", later=3 * HOUR)["conflict"] is None


def test_looking_changes_nothing_of_a_claim(shop, place):
    """A photograph of a code earns nothing: only the hidden code does."""
    path = f"/01/{SALAD}/21/{shop.serials[place]}"
    for n in range(12):
        answer = Street(shop.town).shopper(agent=f"Phone {n}").get(path)
        assert answer.status_code == 200
    index = place
    state = shop.town.get(f"/api/v1/unit-states/01/{SALAD}/10/SAL-A?index={index}").json()
    assert (state["claimed"], state["sold"]) == (False, False)


def test_a_recall_of_the_lot_is_one_of_its_units(shop, place):
    read(shop, place, "goods_in", later=-HOUR)
    look_for_conflicts(shop.town.services)
    shop.town.act(PACKER, "/recalls", {"items": [{"gtin": SALAD, "lot": "SAL-A"}],
                                       "notice": NOTICE})  # fmt: skip
    known = facts(shop, place).facts
    assert known.recalled
    assert known.recalled_at is not None
    look_for_conflicts(shop.town.services)
    assert fired(shop, place) == []  # it was read before the recall
    told = read(shop, place, "till", later=HOUR)
    assert (told["verdict"], told["instruction"]) == ("recalled", "set_aside")
    assert fired(shop, place) == ["recalled"]
