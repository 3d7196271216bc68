"""One address, several forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.negotiation import HTML, JSON, JSON_LD, LINKSET, preferred

OFFERS = (HTML, JSON, JSON_LD, LINKSET)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (BROWSER, HTML),
        (None, HTML),
        ("", HTML),
        ("*/*", HTML),
        ("application/json", JSON),
        ("application/json, text/html;q=0.9", JSON),
        ("text/html;q=0.5, application/*;q=0.6", JSON),
        ("application/linkset+json", LINKSET),
        ("APPLICATION/LD+JSON", JSON_LD),
        ("text/html;q=0, */*", JSON),
        ("image/png", None),
        ("application/json;q=x", None),
        ("application/json;q=nan", None),
    ],
)
def test_the_client_chooses(accept, form):
    assert preferred(accept, OFFERS) == form


@given(st.text())
def test_nonsense_is_harmless(accept):
    assert preferred(accept, OFFERS) in (*OFFERS, None)
