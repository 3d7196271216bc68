"""Bodies are read exactly or refused."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.strict_json import parse
from ledger.errors import RequestMalformed

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**60), 10**60) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_what_is_plain_comes_through(value):
    assert parse(json.dumps(value).encode()) == value


def test_fractions_are_exact():
    assert parse(b"[0.1, 1e2, 12345678901234567890.123]") == [
        Decimal("0.1"), Decimal("1e2"), Decimal("12345678901234567890.123"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff", b"{'a': 1}", b'{"a": NaN}', b"[Infinity]", b"[-Infinity]",
        b'{"a": 1, "a": 2}', b"[" * 100_000, b"[" * 40 + b"]" * 40, b"1" * 5000,
        b"1e99999999999999999999999", b'["\\u0000"]', b'["\\ud800"]', b'{"\\u0000": 1}',
        b"\xef\xbb\xbf{}", b"01", b"1.", b'"\x01"',
    ],
)  # fmt: skip
def test_what_readers_could_disagree_about_is_refused(body):
    with pytest.raises(RequestMalformed):
        parse(body)


def test_the_line_of_a_fault_is_named():
    with pytest.raises(RequestMalformed) as caught:
        parse(b'{\n  "a": 1,\n  b\n}')
    assert caught.value.line == 3
