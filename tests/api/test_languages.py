"""Which language a reader gets, and what it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.languages import CHINESE, ENGLISH, TAGS, Language, language_of, localised


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("en-GB", ENGLISH),
        ("fr,zh;q=.1", CHINESE),
        ("zh-TW", CHINESE),
        ("zh-Hans-CN", CHINESE),
        ("en;q=0,zh", CHINESE),
        ("de", ENGLISH),
        ("*", ENGLISH),
        ("", ENGLISH),
        (";q=;,;q=nan,zh;q=nan", ENGLISH),
    ],
)
def test_the_header_chooses(header, tag):
    assert language_of(None, None, header).tag == tag


def test_what_is_asked_for_wins_over_cookie_and_header():
    assert language_of("zh", "en", "en").tag == CHINESE
    assert language_of(None, "zh-Hans", "en").tag == CHINESE
    assert language_of("tlh", "zh", "en").tag == CHINESE


@given(st.text(), st.text(), st.text())
def test_nonsense_gives_some_language(asked, cookie, header):
    assert language_of(asked, cookie, header).tag in TAGS


def test_texts_of_documents_fall_back_with_their_tag():
    assert localised({"zh": "沙拉", "en": "Salad"}, Language(CHINESE)) == ("沙拉", "")
    assert localised({"zh-CN": "沙拉"}, Language(ENGLISH)) == ("沙拉", "zh-CN")
    assert localised({"de": "Salat", "en": "Salad"}, Language(CHINESE)) == ("Salad", "en")
    assert localised("Salad", Language(CHINESE)) == ("Salad", "")
    for nothing in (None, 3, [], {}, {"en": 3}, {"en": " "}, "", {3: "x"}):
        assert localised(nothing, Language(ENGLISH)) is None


def test_dates_are_written_as_the_language_does():
    assert Language(ENGLISH).date(1764000000) == "November 24, 2025"
    assert Language(CHINESE).date(1764000000) == "2025年11月24日"
    assert Language(ENGLISH).moment(1764000000) == "Nov 24, 2025 16:00"
