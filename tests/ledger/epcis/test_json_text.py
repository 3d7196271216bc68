"""JSON text that knows where everything stands, and refuses what other parsers let pass."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.epcis.json_text import JsonText
from ledger.errors import DocumentInvalid


def parsed(value: Any) -> Any:
    """As our reader has it: every number a decimal."""
    return json.loads(json.dumps(value), parse_int=Decimal, parse_float=Decimal)


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(-1e18, 1e18, allow_nan=False).filter(lambda f: f == 0 or abs(f) > 1e-9)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)
indents = st.sampled_from([None, 0, 1, 4, "\t"])


def containers(value: Any, pointer: str = ""):
    if isinstance(value, (dict, list)):
        yield pointer, value
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, child in items:
            token = str(name).replace("~", "~0").replace("/", "~1")
            yield from containers(child, f"{pointer}/{token}")


@given(values, indents, st.booleans(), st.sampled_from(["", " ", "\r\n\t"]))
def test_reads_what_python_reads_and_every_slice_is_exact(value, indent, escaped, around):
    data = (around + json.dumps(value, indent=indent, ensure_ascii=escaped) + around).encode()
    text = JsonText(data)
    assert text.value == parsed(value)
    assert not text.faults
    for pointer, container in containers(text.value):
        piece = text.slice(container)
        assert JsonText(piece).value == container
        assert piece in data
        line, column = text.locate(pointer)
        rows = data.decode().split("\n")
        assert len(rows) >= line
        assert rows[line - 1][column - 1 : column] != ""


@given(st.dictionaries(texts, values, min_size=1, max_size=5), indents)
def test_every_member_is_located_at_its_key(value, indent):
    source = json.dumps(value, indent=indent)
    text = JsonText(source.encode())
    for name in value:
        token = name.replace("~", "~0").replace("/", "~1")
        line, column = text.locate(f"/{token}")
        row = source.split("\n")[line - 1]
        assert row[column - 1 :].startswith(json.dumps(name))


@given(st.lists(st.integers() | texts, min_size=1, max_size=6))
def test_every_item_is_located_at_itself(items):
    source = json.dumps(items, indent=1)
    text = JsonText(source.encode())
    for index, item in enumerate(items):
        line, column = text.locate(f"/{index}")
        assert source.split("\n")[line - 1][column - 1 :].startswith(json.dumps(item))


def test_columns_count_characters_and_slices_are_bytes():
    data = '{"名": "有机", "e": {"é": [1]}}'.encode()
    text = JsonText(data)
    assert text.slice(text.value["e"]) == '{"é": [1]}'.encode()
    assert text.locate("/e") == (1, 13)


@pytest.mark.parametrize(
    ("data", "line", "column", "reason"),
    [
        (b"", 1, 1, "ends too early"),
        (b"   ", 1, 4, "ends too early"),
        (b'{"a": 1', 1, 8, "comma or }"),
        (b'{"a": [1, 2}', 1, 12, "comma or ]"),
        (b'{"a": 1,}', 1, 9, "key in quotes"),
        (b'{"a": [1,]}', 1, 10, "unexpected"),
        (b"{'a': 1}", 1, 2, "key in quotes"),
        (b'{"a" 1}', 1, 6, "colon"),
        (b'{\n  "a": 1\n  "b": 2\n}', 3, 3, "comma"),
        (b'{"a": 01}', 1, 8, "comma"),
        (b'{"a": .5}', 1, 7, "unexpected"),
        (b'{"a": +1}', 1, 7, "unexpected"),
        (b'{"a": nul}', 1, 7, "unexpected"),
        (b'{"a": "x}', 1, 7, "unterminated"),
        (b'{"a": "\n"}', 1, 8, "control character"),
        (b'{"a": "\\x"}', 1, 8, "escape"),
        (b'{"a": 1} {"b": 2}', 1, 10, "more text"),
        (b'{"a": // no\n 1}', 1, 7, "unexpected"),
        (b'{"a": "\xff"}', 1, 8, "no UTF-8"),
        (b'{\n"a": "\xc3"}', 2, 7, "no UTF-8"),
        (b"\xef\xbb\xbf{}", 1, 1, "byte order mark"),
        ("{}".encode("utf-16"), 1, 1, "byte order mark"),
        (b"[" * 65 + b"]" * 65, 1, 65, "nested deeper than 64"),
    ],
)
def test_broken_text_is_refused_with_line_and_column(data, line, column, reason):
    with pytest.raises(DocumentInvalid) as raised:
        JsonText(data)
    (fault,) = raised.value.values["faults"]
    assert (fault["line"], fault["column"]) == (line, column)
    assert reason in fault["reason"]


def test_depth_up_to_the_limit():
    assert JsonText(b"[" * 64 + b"]" * 64).value


def test_size_is_bounded():
    assert JsonText(b"[1, 2]", max_bytes=6).value
    with pytest.raises(DocumentInvalid, match="larger than 5 bytes"):
        JsonText(b"[1, 2]", max_bytes=5)


@pytest.mark.parametrize(
    ("data", "line", "pointer", "reason"),
    [
        (b'{"a": 1,\n "a": 2}', 2, "/a", "'a' stands twice"),
        (b'{"a": 1, "\\u0061": 2}', 1, "/a", "'a' stands twice"),
        (b'{"x": [{"y": {}},\n {"b": [1], "b": 2}]}', 2, "/x/1/b", "'b' stands twice"),
        (b'{"a/b": {"c": 1,\n"c": 2}}', 2, "/a~1b/c", "'c' stands twice"),
        (b"[1,\nNaN]", 2, "/1", "NaN is no JSON number"),
        (b'{"q":\n -Infinity}', 2, "/q", "-Infinity is no JSON number"),
        (b'{"q": Infinity}', 1, "/q", "Infinity is no JSON number"),
        (b'{"q": 1e99999999999999999999}', 1, "/q", "longer or larger"),
        (b'{"q": ' + b"9" * 65 + b"}", 1, "/q", "longer or larger"),
        (b'{"t": "\\ud83d"}', 1, "/t", "surrogate"),
        (b'{"t": "\\ude00\\ud83d"}', 1, "/t", "surrogate"),
        (b'{"\\ud83d": 1}', 1, "/?", "surrogate"),
    ],
)  # fmt: skip
def test_what_other_parsers_let_pass_is_a_fault_with_its_pointer(data, line, pointer, reason):
    (fault,) = JsonText(data).faults
    assert (fault.line, fault.field.replace("�", "?")) == (line, pointer)
    assert reason in fault.reason


def test_a_number_beyond_what_python_converts_is_located_like_any_other():
    text = JsonText(b'{"a": ' + b"9" * 9000 + b', "b": ' + b"1" * 9000 + b"}")
    assert [(fault.field, fault.line) for fault in text.faults] == [("/a", 1), ("/b", 1)]


def test_a_surrogate_pair_is_a_character():
    text = JsonText(b'"\\ud83d\\ude00"')
    assert text.value == "\U0001f600"
    assert not text.faults


def test_numbers_keep_their_digits():
    value = JsonText(b"[0.1, 12345678901234567890, 1.50, -0, 1e3]").value
    assert value == [
        Decimal("0.1"),
        Decimal(12345678901234567890),
        Decimal("1.50"),
        Decimal("-0"),
        Decimal("1e3"),
    ]


@given(st.binary(max_size=40))
def test_no_bytes_break_the_reader(data):
    with suppress(DocumentInvalid):
        JsonText(data)


@given(st.text('{}[]",:0123456789.eE+-\\untrfalsNI \n', max_size=40))
def test_no_near_json_breaks_the_reader_and_it_agrees_with_python(source):
    try:
        expected = json.loads(source, parse_int=Decimal, parse_float=Decimal)
    except (ValueError, ArithmeticError):
        with pytest.raises(DocumentInvalid):
            JsonText(source.encode(errors="replace"))
        return
    text = JsonText(source.encode())
    if not text.faults:
        assert text.value == expected


def test_a_pointer_to_nowhere_is_located_at_the_last_thing_that_exists():
    text = JsonText(b'{\n "a": {\n  "b": 1}}')
    assert text.locate("/a/missing/deep") == (2, 2)
    assert text.locate("/missing") == (1, 1)
    assert text.locate("") == (1, 1)
