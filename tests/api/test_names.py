"""Names come from documents that anybody may have written."""

import pytest

from api.languages import language_of
from api.names import Name, Names


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Romaine lettuce", "Romaine lettuce"),
        ("罗马\u3000生菜 \U0001f96c\u200d", "罗马\u3000生菜 \U0001f96c\u200d"),
        ("\x1b[31mred\x1b]0;title\x07", "[31mred ]0;title"),
        ("one line\r\nanother", "one line  another"),
        ("turned \u202eround", "turned  round"),
    ],
)
def test_a_name_steers_no_terminal_and_stays_on_its_line(text, shown):
    names = Names(None, None, language_of(None, None, None))
    assert names.told({"en": text}) == Name(shown)
