"""The till as a page: a scanner and a form are all that is needed."""

from __future__ import annotations

import html
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from ledger.vocabulary import OrgId
from records import api_keys
from records.engine import writing
from tests.api.shop import Shop, open_shop
from tests.api.town import FARM, LETTUCE, SALAD, SHOP

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("page")) as shop:
        yield shop


@pytest.fixture
def clerk(shop: Shop) -> TestClient:
    return signed_in(shop, shop.town.secrets[SHOP])


def signed_in(shop: Shop, secret: str) -> TestClient:
    web = shop.town.client()
    web.base_url = "https://testserver"  # its cookie is sent over HTTPS only
    web.headers["Accept"] = "text/html"
    answer = web.post("/staff/sign-in", data={"key": secret, "following": "/till"})
    assert (answer.status_code, answer.url.path) == (200, "/till")
    return web


def form(page: str, action: str) -> dict[str, Any]:
    """What a browser would send of a form: hidden and filled fields, by name."""
    text = re.search(rf'<form[^>]*action="{action}">(.*?)</form>', page, re.DOTALL)
    assert text, page
    fields: dict[str, Any] = {}
    for found in re.findall(r"<input[^>]*>", text[1]):
        name, value = re.search(r'name="(\w+)"', found), re.search(r'value="([^"]*)"', found)
        if name:
            fields.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    return fields


def said(page: str) -> str:
    found = re.search(r'<p class="told[^>]*>(.*?)</p>', page, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def test_who_is_not_signed_in_is_led_to_sign_in(shop: Shop) -> None:
    web = shop.town.client()
    assert web.get("/till").url.path == "/staff"
    assert web.post("/till", data={"scanned": "x"}).url.path == "/staff"


def test_a_sale_is_scanned_priced_and_sold_and_its_form_sent_twice_sells_once(
    shop: Shop, clerk: TestClient
) -> None:
    page = clerk.get("/till").text
    assert "autofocus" in page
    for code in (f"]d201{SALAD}21{shop.serials[0]}", f"{LETTUCE} ROM-1"):
        page = clerk.post("/till", data={**form(page, "/till"), "scanned": code}).text
    fields = form(page, "/till")
    assert len(fields["code"]) == 2
    filled = {**fields, "quantity": ["", "0.5"], "price": ["3.99", "4,00"], "card": shop.card,
              "currency": "EUR", "action": "sell"}  # fmt: skip
    page = clerk.post("/till", data=filled).text
    assert "€5.99" in said(page)
    assert "59 points" in said(page)
    again = clerk.post("/till", data=filled).text
    assert said(again) == said(page)
    page = clerk.post("/till", data={**form(again, "/till"), "scanned": f"{LETTUCE} ROM-1"}).text
    assert form(page, "/till")["price"] == ["4.00"]


def test_what_must_not_be_sold_is_told_at_the_scan(shop: Shop, clerk: TestClient) -> None:
    shop.sell({"code": shop.code(3), "price": 100})
    page = clerk.get("/till").text
    sent = clerk.post("/till", data={**form(page, "/till"), "scanned": shop.code(3)})
    assert sent.status_code == 409
    assert "Do not sell it" in said(sent.text)
    empty = clerk.post("/till", data={**form(page, "/till"), "action": "sell"})
    assert "Scan something first." in said(empty.text)
    chinese = clerk.post("/till?lang=zh-Hans", data={**form(page, "/till"), "scanned": "x"})
    assert chinese.status_code in (400, 422)


def test_a_line_is_taken_out_and_a_price_is_asked_for(shop: Shop, clerk: TestClient) -> None:
    page = clerk.get("/till").text
    for place in (4, 5):
        page = clerk.post("/till", data={**form(page, "/till"), "scanned": shop.code(place)}).text
    page = clerk.post("/till", data={**form(page, "/till"), "drop": "0"}).text
    fields = form(page, "/till")
    assert fields["code"] == [shop.code(5)]
    told = clerk.post("/till", data={**fields, "price": [""], "action": "sell"})
    assert (told.status_code, "price is missing" in said(told.text)) == (422, True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"price": [price]}, "price is missing")
        for price in ("NaN", "Infinity", "1e999999", "1e999999999")
    ]
    + [({"quantity": ["NaN"]}, "price is missing"), ({"site": "&done=1"}, "GLN")],
)
def test_what_is_typed_wrongly_is_told_and_sells_nothing(
    clerk: TestClient, changed: dict[str, Any], words: str
) -> None:
    page = clerk.get("/till").text
    page = clerk.post("/till", data={**form(page, "/till"), "scanned": f"{LETTUCE} ROM-1"}).text
    filled = {**form(page, "/till"), "price": ["1"], "quantity": ["0.001"], "action": "sell"}
    told = clerk.post("/till", data={**filled, **changed})
    assert (told.status_code, words in said(told.text)) == (422, True)


def test_it_comes_back_by_line_and_by_code_and_is_undone(shop: Shop, clerk: TestClient) -> None:
    made = shop.sell(
        {"code": f"{SALAD}/SAL-B", "quantity": 3, "price": 300},
        {"code": shop.code(6), "price": 100},
    )
    page = clerk.get("/till").text
    back = {**form(page, "/till/return"), "receipt": made["number"], "what": "1@2"}
    page = clerk.post("/till/return", data=back).text
    assert "€2.00" in said(page)
    by_code = {**form(page, "/till/return"), "receipt": "", "what": shop.code(6)}
    page = clerk.post("/till/return", data=by_code).text
    assert "€1.00" in said(page)
    wrong = clerk.post("/till/return", data={**form(page, "/till/return"), "what": ""})
    assert wrong.status_code == 422
    shop.sell({"code": shop.code(7), "price": 100})
    page = clerk.get("/till").text
    page = clerk.post("/till/undo", data=form(page, "/till/undo")).text
    assert "Undo" in said(page)


def test_a_code_that_no_member_shows_is_refused(clerk: TestClient) -> None:
    page = clerk.get("/till").text
    sent = clerk.post(
        "/till/redeem", data={**form(page, "/till/redeem"), "member_code": "ABCDEFGH"}
    )
    assert sent.status_code in (404, 409, 422)
    assert said(sent.text)


def test_forms_of_other_pages_and_keys_that_only_read_sell_nothing(
    shop: Shop, clerk: TestClient
) -> None:
    foreign = clerk.post("/till", data={"scanned": shop.code(8), "form_token": "0" * 64})
    assert foreign.status_code == 403
    with writing(shop.town.services.records) as records:
        reads, _ = api_keys.create(records, OrgId(FARM), {"read"})
    reader = signed_in(shop, reads)
    page = reader.get("/till").text
    assert 'action="/till"' not in page
    token = signed_in(shop, reads)
    assert token.post("/till/undo", data={"form_token": "x"}).status_code == 403


@pytest.mark.browser
def test_a_scanner_that_types_sells_without_a_script(shop: Shop, browser: Browser) -> None:
    """It types a code and presses Enter; the field has the focus again for the next one."""
    with serving(shop) as address:
        context = browser.new_context(java_script_enabled=False, locale="en-GB")
        page = context.new_page()
        page.goto(f"{address}/till")
        page.fill("#key", shop.town.secrets[SHOP])
        page.keyboard.press("Enter")
        for typed in (shop.code(12), f"]d201{SALAD}21{shop.serials[13]}", f"{LETTUCE} ROM-1"):
            page.locator("#scanned:focus").wait_for()
            with page.expect_navigation():
                page.keyboard.type(typed)
                page.keyboard.press("Enter")
        page.locator("#scanned:focus").wait_for()
        prices = page.locator("input[name=price]")
        for place in range(3):
            prices.nth(place).fill("1.5")
        with page.expect_navigation():
            page.click("button[value=sell]")
        assert "€4.50" in page.locator(".told").inner_text()
        context.close()


@contextmanager
def serving(shop: Shop) -> Iterator[str]:
    """The service on a port of its own, whose cookies need no HTTPS."""
    services = shop.town.services
    plain = services.settings.model_copy(update={"public_url": "http://127.0.0.1"})
    app = shop.town.client(settings=plain).app
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        host, port = listening.getsockname()
        yield f"http://{host}:{port}"
        server.should_exit = True
        thread.join(10)
