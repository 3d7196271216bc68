"""One address a code: a page, JSON or a linkset, and the same verdict in each."""

import json

import pytest

from api.negotiation import LINKSET
from tests.api.town import GLNS, LETTUCE, PACKER, SALAD, SHOP, SSCC, later

pytestmark = pytest.mark.chain
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"Accept": "application/json"}
UNIT = f"/01/{SALAD}/10/SAL-A/21/7K3M9QX2HB"


def verdict(town, path, web=None):
    answer = (web or town.web).get(path, headers=JSON).json()
    page = (web or town.web).get(path, headers=BROWSER)
    told = answer["verdict"]["verdict"]
    assert f'<section class="verdict {told}" role="status">' in page.text
    return told


def test_every_verdict_that_the_story_gives(town):
    assert verdict(town, f"/01/{LETTUCE}/10/ROM-1") == "registered"
    assert verdict(town, f"/01/{SALAD}/10/SAL-B") == "recalled"
    assert verdict(town, UNIT) == "sold"
    assert verdict(town, f"/01/{SALAD}/21/7K3M9QX2HB") == "sold"
    assert verdict(town, f"/01/{SALAD}/10/NEVER") == "unknown"
    assert verdict(town, f"/01/{SALAD}/10/OTHER/21/7K3M9QX2HB") == "unknown"
    assert verdict(town, f"/01/{SALAD}/10/SAL-B/21/7K3M9QX2HB") == "recalled"


def test_time_and_a_silent_node_change_the_verdict(town):
    future = town.client(clock=later(town.services))
    assert verdict(town, f"/01/{SALAD}/10/SAL-A", future) == "expired"
    assert verdict(town, f"/01/{SALAD}/10/SAL-B", future) == "recalled"
    away = town.client(chain=None)
    assert verdict(town, f"/01/{SALAD}/10/SAL-A", away) == "cannot_check"
    assert verdict(town, f"/01/{SALAD}/10/NEVER", away) == "cannot_check"
    assert verdict(town, f"/01/{SALAD}/10/SAL-B", away) == "recalled"
    assert away.get("/readyz").status_code == 503
    assert away.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "found"),
    [
        (f"/01/{SALAD}", 200, "registered"),
        (f"/00/{SSCC}", 200, "registered"),
        (f"/417/{GLNS[SHOP]}", 200, "registered"),
        (f"/414/{GLNS[PACKER]}", 200, "registered"),
        ("/01/09521234000105", 404, "unknown"),
        ("/00/095212350000000029", 404, "unknown"),
        ("/417/9521240000007", 404, "unknown"),
        (f"/01/{SALAD}/10/NEVER", 404, "unknown"),
    ],
)
def test_every_kind_of_key_has_a_page(town, path, status, found):
    for headers in (JSON, BROWSER):
        assert town.web.get(path, headers=headers).status_code == status
    assert verdict(town, path) == found


@pytest.mark.parametrize(
    "path",
    [
        f"/01/{LETTUCE}/10/ROM-1/",
        f"/gtin/{LETTUCE}/lot/ROM-1",
        f"/01/{LETTUCE[1:]}/10/ROM-1",
        f"/01/{LETTUCE}/10/rom-1",
        f"/01/{LETTUCE}/10/%52OM-1",
        f"/01/{LETTUCE}/10/ROM-1?17=261231&linkType=gs1:pip",
    ],
)
def test_other_ways_of_writing_are_understood(town, path):
    assert town.web.get(path, headers=JSON).json()["key"]["lot"] == "ROM-1"


@pytest.mark.parametrize(
    "path",
    ["/01/09521234000014", "/01/1", "/01/", f"/01/{LETTUCE}/10/", f"/01/{LETTUCE}/21/A/10/B",
     f"/01/{LETTUCE}/10/{'x' * 21}", f"/01/{LETTUCE}/10/%FF", f"/01/{LETTUCE}/10/%00",
     f"/01/{LETTUCE}/10/a%20b", "/00/1", "/417/x", "/414/9521234000007",
     f"/01/{LETTUCE}/10/%E5%90%8D"],
)  # fmt: skip
def test_what_is_no_link_is_400_and_never_a_verdict(town, path):
    page, data = town.web.get(path, headers=BROWSER), town.web.get(path, headers=JSON)
    assert (page.status_code, data.status_code) == (400, 400)
    assert data.headers["content-type"] == "application/problem+json"
    assert 'class="verdict' not in page.text


def test_an_encoded_slash_belongs_to_the_lot(town):
    town.act(1, "/lots", {"gtin": LETTUCE, "lot": "A/B+C", "amount": 1})
    found = town.web.get(f"/01/{LETTUCE}/10/A%2FB%2BC", headers=JSON)
    assert (found.status_code, found.json()["key"]["lot"]) == (200, "A/B+C")
    assert found.json()["key"]["url"].endswith("/10/A%2FB%2BC")
    assert town.get(f"/api/v1/items/01/{LETTUCE}/10/A%2FB%2BC").status_code == 200
    assert town.web.get(f"/01/{LETTUCE}/10/A/B+C").status_code == 400


def test_a_linkset_lists_every_level(town):
    for response in (
        town.web.get(UNIT, headers={"Accept": LINKSET}),
        town.web.get(UNIT + "?linkType=linkset", headers=BROWSER),
    ):
        assert response.status_code == 200
        assert response.headers["content-type"] == LINKSET
        assert "json-ld#context" in response.headers["link"]
        contexts = json.loads(response.content)["linkset"]
        anchors = [context["anchor"] for context in contexts]
        paths = [anchor.removeprefix("https://id.town.example") for anchor in anchors]
        assert paths == [UNIT, f"/01/{SALAD}/10/SAL-A", f"/01/{SALAD}"]
        for context in contexts:
            (default,) = context["https://ref.gs1.org/voc/defaultLink"]
            assert default["href"] == context["anchor"]
            assert set(default) == {"href", "title", "type", "hreflang"}
        assert "https://ref.gs1.org/voc/traceability" in contexts[0]
        assert "https://ref.gs1.org/voc/traceability" not in contexts[2]


def test_link_types_lead_on_or_are_404(town):
    response = town.web.get(UNIT + "?linkType=gs1:traceability", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (307, "/trace" + UNIT)
    assert town.web.get(UNIT + "?linkType=gs1:hasRetailers").status_code == 404


def test_the_resolver_describes_itself(town):
    found = town.web.get("/.well-known/gs1resolver").json()
    assert found["resolverRoot"] == "https://id.town.example"
    assert set(found["supportedPrimaryKeys"]) == {"01", "00", "414", "417"}


def test_http_as_the_standard_asks(town):
    for path in (UNIT, f"/00/{SSCC}"):
        head = town.web.head(path, headers=BROWSER)
        assert (head.status_code, head.content) == (200, b"")
        assert "linkType=linkset" in head.headers["link"]
        options = town.web.options(path)
        assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    shared = town.web.get(UNIT, headers=JSON | {"Origin": "https://elsewhere.example"})
    assert shared.headers["access-control-allow-origin"] == "*"
    assert "Accept" in shared.headers["vary"]
    assert shared.headers["cache-control"] == "no-store"
    assert town.web.get(UNIT, headers={"Accept": "image/png"}).status_code == 406
    assert town.web.post(UNIT).status_code == 405
    probe = town.web.head("/healthz")
    assert (probe.status_code, probe.content) == (200, b"")


def test_page_and_data_say_the_same(town):
    data = town.web.get(f"/01/{SALAD}/10/SAL-A", headers=JSON).json()
    page = town.web.get(f"/01/{SALAD}/10/SAL-A", headers=BROWSER).text
    for step in data["story"]:
        assert step["headline"] in page
    assert data["sources"][0]["item"]["lot"] == "ROM-1"
    for event in (event for step in data["story"] for event in step["events"][:1]):
        assert event["transaction"] in page


def test_codes_that_nobody_registered_can_be_tried_a_few_times_only(town):
    settings = town.services.settings.model_copy(update={"unknown_codes_per_minute": 3})
    web = town.client(settings=settings)
    answers = [web.get(f"/01/{SALAD}/10/TRY{n}", headers=BROWSER) for n in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    # A shopper with a real pack behind the same address is not made to wait.
    assert web.get(f"/01/{SALAD}/10/SAL-A").status_code == 200
