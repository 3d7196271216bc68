"""A shopper's real browser, without JavaScript, in both languages."""

import io
import re
import socket
import threading

import cv2
import numpy as np
import pytest
import uvicorn
import zxingcpp
from PIL import Image

from tests.api.town import LETTUCE, SALAD

pytestmark = [pytest.mark.chain, pytest.mark.browser]
ROM, SAL_B = f"/01/{LETTUCE}/10/ROM-1", f"/01/{SALAD}/10/SAL-B"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address(town):
    """The town's service on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(town.web.app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        host, port = listening.getsockname()
        yield f"http://{host}:{port}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def phone(browser):
    """Opens a page as a phone set to a language would; fails on anything the page is refused."""
    contexts = []

    def opened(url, locale="en-GB"):
        context = browser.new_context(
            locale=locale, viewport=PHONE, java_script_enabled=False, color_scheme="light"
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("requestfailed", lambda request: page.complaints.append(request.url))
        page.requests = []
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("locale", "word", "product"),
    [("en-GB", "Registered", "Romaine lettuce"), ("zh-CN", "已登记", "罗马生菜")],
)
def test_the_verdict_comes_first_in_the_readers_language(phone, address, locale, word, product):
    page = phone(address + ROM, locale)
    status = page.get_by_role("status")
    assert word in status.inner_text()
    assert status.bounding_box()["y"] < 200
    assert page.get_by_role("heading", name=product, exact=True).is_visible()
    assert page.complaints == []
    assert all(url.startswith(address) for url in page.requests)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_colours_and_shape_come_from_our_style(phone, address):
    red = phone(address + SAL_B).locator(".verdict")
    green = phone(address + ROM).locator(".verdict")
    background = "getComputedStyle(document.querySelector('.verdict')).backgroundColor"
    assert red.page.evaluate(background) == "rgb(179, 38, 30)"
    assert green.page.evaluate(background) != red.page.evaluate(background)
    assert red.locator("svg").bounding_box()["width"] == 44


def test_the_language_is_switched_and_stays(phone, address):
    page = phone(address + ROM)
    page.get_by_role("link", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.get_by_role("link", name="完整来龙去脉").click()
    assert "链上操作" in page.content()
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_proof_opens_without_a_script(phone, address):
    page = phone(address + ROM)
    evidence = page.locator(".evidence")
    assert not evidence.is_visible()
    page.locator("summary").click()
    assert evidence.is_visible()
    assert re.search(r"0x[0-9a-f]{64}", evidence.inner_text())


def test_keyboard_and_screen_reader_find_their_way(phone, address):
    page = phone(address + ROM)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    tree = page.locator("body").aria_snapshot()
    assert "- status:" in tree
    assert tree.index("- heading") < tree.index("- list")


def test_search_leads_to_the_lot_and_the_trace_is_drawn(phone, address):
    page = phone(address + "/")
    page.get_by_role("searchbox").or_(page.locator("#q")).first.fill("SAL-A")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("link", name="SAL-A").first.click()
    page.get_by_role("link", name="The whole way, there and back").click()
    boxes = page.locator("svg .box")
    assert boxes.count() >= 2
    assert page.locator(".graph path.edge").count() >= 1
    assert page.complaints == []


def test_a_decoded_code_opens_the_page(phone, address, town):
    response = town.web.get(f"/api/v1/qr{ROM}.png")
    picture = Image.open(io.BytesIO(response.content))
    (found,) = zxingcpp.read_barcodes(picture, try_invert=False)
    text, *_ = cv2.QRCodeDetector().detectAndDecode(np.array(picture.convert("L")))
    assert found.text == text == "https://id.town.example" + ROM
    page = phone(text.replace("https://id.town.example", address))
    assert "Registered" in page.get_by_role("status").inner_text()


def test_a_drawn_code_is_read_from_the_screen(phone, address, browser):
    page = phone(f"{address}/api/v1/qr{ROM}.svg?scale=20")
    picture = Image.open(io.BytesIO(page.screenshot()))
    (found,) = zxingcpp.read_barcodes(picture, try_invert=False)
    assert found.text == "https://id.town.example" + ROM
    assert browser.is_connected()
