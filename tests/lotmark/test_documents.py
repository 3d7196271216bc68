"""The demonstration's documents: fresh each day, the same all day, and valid."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ledger import epcis
from ledger.vocabulary import Seconds, check_digit, logistic_unit
from lotmark.demo.documents import cast_text, resolve, story

DAY = date(2026, 3, 2)
NOON = Seconds(1772452800)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ day-5T06:30 }}", "2026-02-25T06:30:00+08:00"),
        ("{{ day+4 }}", "2026-03-06"),
        ("a{{ ymd-1 }}b{{ ymd+0 }}", "a260301b260302"),
        ("no braces { } here", "no braces { } here"),
    ],
)
def test_placeholders_are_relative_to_the_day(template: str, text: str) -> None:
    assert resolve(template, DAY) == text


def test_sscc_has_its_check_digit() -> None:
    found = resolve("{{ sscc 3 9521403 ymd-4 01 }}", DAY)
    assert found[:-1] == "39521403026022601"
    assert found[-1] == check_digit(found[:-1])
    assert logistic_unit(found)


def test_unknown_placeholder_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="tomorrow"):
        resolve("{{ tomorrow }}", DAY)


@pytest.mark.parametrize("name", [n for n in story(DAY) if n.endswith(".jsonld")])
def test_documents_are_valid_epcis_at_any_time_of_the_day(name: str) -> None:
    midnight = Seconds(NOON - 43_200)
    assert epcis.read(story(DAY)[name], midnight).events


def test_same_day_gives_same_bytes() -> None:
    assert story(DAY) == story(DAY)
    assert story(DAY) != story(date(2026, 3, 3))


def test_cast_speaks_two_languages() -> None:
    cast = json.loads(cast_text())
    names = [each["name"] for each in cast["organisations"]]
    names += [each["description"]["name"] for each in cast["products"]]
    assert all(set(name) == {"en", "zh"} for name in names)
