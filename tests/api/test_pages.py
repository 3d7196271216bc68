"""The pages: small, strict, honest, in both languages, and without a script."""

import re
from html.parser import HTMLParser

import pytest

from api.middleware import CONTENT_SECURITY_POLICY
from api.rendering import STATIC
from tests.api.town import LETTUCE, PACKER, SALAD

pytestmark = pytest.mark.chain
SMALL = 15_000
PAGES = [
    "/", "/?q=SAL-A", "/?q=nothing", "/docs", f"/01/{LETTUCE}/10/ROM-1", f"/01/{SALAD}/10/SAL-A",
    f"/01/{SALAD}/10/SAL-B", f"/01/{SALAD}/10/SAL-A/21/7K3M9QX2HB", f"/01/{SALAD}",
    f"/01/{SALAD}/10/NEVER", f"/trace/01/{SALAD}/10/SAL-A", "/417/9521236000004", "/nothing",
    "/01/1", "/problems/HoldingTooSmall", "/problems/NotFound",
]  # fmt: skip
LANGUAGES = {"en": "en-GB,en", "zh-Hans": "zh-CN,zh;q=0.9"}
NEVER_SAID = re.compile(
    r"genuine|authentic|\bfake|counterfeit|\bsafe\b|正品|假货|真品|假冒|安全", re.IGNORECASE
)


class Page(HTMLParser):
    """What must not be in a page, and whether its elements are closed."""

    EMPTY = frozenset({"meta", "link", "input", "br", "rect", "path", "circle"})

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.elements = [], [], []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").startswith("javascript:"):
                self.faults.append(f"<{tag} {name}>")
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in self.EMPTY and (not self.open or self.open.pop() != tag):
            self.faults.append(f"</{tag}> closes another element")


def read(town, path, tag="en"):
    headers = {"Accept": "text/html", "Accept-Language": LANGUAGES[tag]}
    town.web.cookies.clear()
    return town.web.get(path, headers=headers)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_page_is_small_strict_and_well_formed(town, path, tag):
    response = read(town, path, tag)
    page = Page(response.text)
    tags = {element for element, _ in page.elements}
    assert page.faults == []
    assert not tags & {"script", "style", "iframe", "object", "img"}
    assert dict(page.elements)["html"] == {"lang": tag}
    assert response.headers["content-language"] == tag
    assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert NEVER_SAID.search(response.text) is None
    if not path.startswith("/docs"):
        assert len(response.content) < SMALL


def test_page_and_style_together_are_small(town):
    page = read(town, f"/01/{SALAD}/10/SAL-A").content
    assert len(page) + len((STATIC / "site.css").read_bytes()) < SMALL


def test_the_language_is_switched_by_a_link_that_is_remembered(town):
    town.web.cookies.clear()
    path = f"/01/{LETTUCE}/10/ROM-1"
    english = read(town, path + "?17=261231")
    assert 'href="?17=261231&amp;lang=zh-Hans"' in english.text
    assert 'lang="zh-Hans" hreflang="zh-Hans">中文</a>' in english.text
    chinese = town.web.get(path + "?lang=zh-Hans", headers={"Accept": "text/html"})
    assert 'lang="zh-Hans"' in chinese.text.splitlines()[1]
    cookie = chinese.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    after = town.web.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
    assert "罗马生菜" in after.text
    assert "已登记" in after.text
    town.web.cookies.clear()


def test_names_without_translation_say_their_language(town):
    page = read(town, f"/01/{SALAD}/10/SAL-A", "zh-Hans").text
    assert '<span lang="en">Salad bowl</span>' in page


def test_a_recall_shows_its_notice(town):
    assert "May contain glass. Do not eat." in read(town, f"/01/{SALAD}/10/SAL-B").text
    assert "可能含有玻璃。请勿食用。" in read(town, f"/01/{SALAD}/10/SAL-B", "zh-Hans").text


def test_the_way_to_check_names_contract_block_and_transaction(town):
    page = read(town, f"/01/{SALAD}/10/SAL-A").text
    assert "0x" + town.services.deployment.ledger.hex() in page
    assert re.search(r"block \d+, log \d+, journal entry \d+", page)
    assert re.search(r"<code>0x[0-9a-f]{64}</code>", page)


def test_what_others_wrote_is_never_markup(town):
    evil = '"><script>alert(1)</script>'
    described = {"name": {"en": evil, "zh": evil}, "brand": evil}
    gtin = "09521234000808"
    town.act(1, "/products", {
        "gtin": gtin, "unit": "KGM", "decimals": 0, "description": described,
    })  # fmt: skip
    town.act(1, "/lots", {"gtin": gtin, "lot": "A<B>", "amount": 1})
    for path in (f"/01/{gtin}/10/A%3CB%3E", f"/trace/01/{gtin}/10/A%3CB%3E", f"/01/{gtin}"):
        page = read(town, path)
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "<B>" not in page.text
        assert Page(page.text).faults == []


def test_a_long_story_is_cut_and_leads_on(town):
    lot = {"gtin": LETTUCE, "lot": "LONG"}
    for n in range(20):
        town.post(1, "/lots", lot | {"amount": n + 1})
    town.settle()
    page = read(town, f"/01/{LETTUCE}/10/LONG")
    assert len(page.content) < SMALL
    assert (
        f'<li class="gap"><a href="/trace/01/{LETTUCE}/10/LONG">8 more steps</a></li>' in page.text
    )


def test_search_goes_straight_to_what_was_pasted(town):
    pasted = f"https://elsewhere.example/01/{LETTUCE}/10/ROM-1"
    response = town.web.get("/", params={"q": pasted}, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, f"/01/{LETTUCE}/10/ROM-1")


def test_a_statement_without_act_is_told_as_such(town):
    page = read(town, f"/01/{SALAD}/10/SAL-A").text
    assert 'class="fact"' in page
    assert "act on record" in page


def test_a_recalled_source_is_told_without_deciding(town):
    town.act(PACKER, "/lots", {"gtin": SALAD, "lot": "SRC", "amount": 10})
    town.act(PACKER, "/transformations", {
        "inputs": [{"gtin": SALAD, "lot": "SRC", "amount": 10}],
        "outputs": [{"gtin": SALAD, "lot": "NEW", "amount": 10}],
    })  # fmt: skip
    assert "no conflict is known" in read(town, f"/01/{SALAD}/10/NEW").text
    notice = {"items": [{"gtin": SALAD, "lot": "SRC"}], "notice": {"en": "Found mould."}}
    town.act(PACKER, "/recalls", notice)
    page = read(town, f"/01/{SALAD}/10/NEW").text
    assert '<section class="verdict registered caution" role="status">' in page
    assert "Something it was made of is recalled" in page
    assert "no conflict is known" not in page
    assert "Recalled: " in page
    town.act(PACKER, "/releases", notice)
    assert "no conflict is known" in read(town, f"/01/{SALAD}/10/NEW").text


def test_contradictions_are_open_questions(town):
    lot = f"https://id.gs1.org/01/{SALAD}/10/NEW"
    event = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "eventTime": "2026-01-31T09:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "quantityList": [{"epcClass": lot, "quantity": 7}],
    }
    town.act(PACKER, "/lots", {"gtin": SALAD, "lot": "NEW", "amount": 1})
    said = town.post(3, "/documents", event, **{"Content-Type": "application/json"})
    assert said.status_code == 202, said.text
    town.settle()
    page = read(town, f"/01/{SALAD}/10/NEW").text
    assert "Open questions" in page
    assert "7 pieces of Salad bowl, lot NEW were received by Corner Shop; 0 were" in page
    assert "no conflict is known" not in page
    assert "statement only" in page
