"""A member's phone: a whole life of points without script, and the little that script does."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from tests.api.club import PER_PACK, WINDOW, Club, open_club
from tests.api.town import SALAD, SHOP

pytestmark = [pytest.mark.chain, pytest.mark.browser]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    with open_club(tmp_path_factory.mktemp("club")) as club:
        yield club


@pytest.fixture(scope="module")
def address(club) -> Iterator[str]:
    """The service on a port of its own, without https: cookies may go over this machine's wire."""
    settings = club.town.services.settings.model_copy(update={"public_url": None})
    app = club.town.client(settings=settings).app
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        host, port = listening.getsockname()
        yield f"http://{host}:{port}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def phone(browser):
    """A phone's page; what it is refused is in ``complaints``."""
    contexts = []

    def opened(*, script: bool):
        context = browser.new_context(
            locale="en-GB", viewport=PHONE, java_script_enabled=script, color_scheme="light"
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("requestfailed", lambda request: page.complaints.append(request.url))
        return page

    yield opened
    for context in contexts:
        context.close()


def test_a_member_joins_claims_and_gets_a_code_without_script(club, address, phone):
    page, place = phone(script=False), club.sold()
    page.goto(f"{address}/join")
    page.fill("#name", "Anna")
    page.click("main button")
    card = page.inner_text(".shown >> nth=0").replace(" ", "")
    page.goto(f"{address}/01/{SALAD}/21/{club.shop.serials[place]}")
    page.click("a.button")
    page.fill("#code", club.shop.codes[place])
    page.click("main button")
    assert f"{PER_PACK} points go to the card" in page.inner_text("main")
    club.town.settle()
    club.pass_time(WINDOW + 1)
    page.goto(f"{address}/member")
    page.fill("#points", "20")
    page.click("#code button")
    code = page.inner_text("#code .shown")
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", code)
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing sticks out of the screen"
    till = club.town.post(SHOP, f"/redemption-codes/{code}/confirmations", {})
    assert (till.status_code, till.json()["card"]) == (202, card)
    assert page.complaints == []


def test_the_code_behind_the_address_gets_into_the_form_and_out_of_the_address(
    club, address, phone
):
    page, code = phone(script=True), club.shop.codes[9].replace("-", "")
    page.goto(f"{address}/claim?u={SALAD}/{club.shop.serials[9]}#{code}")
    assert page.input_value("#code") == code
    assert code not in page.url
    assert page.complaints == []
