"""The languages of pages and messages: which one a reader gets, and the words in it.

The message ids are the English texts. Other languages are gettext catalogues in ``api/locale``,
compiled when they are first read, so that no compiled file can be older than its source.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale, dates, negotiate_locale, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ledger.vocabulary import Seconds

CATALOGUES = Path(__file__).parent / "locale"
ENGLISH, CHINESE = "en", "zh-Hans"
TAGS = (ENGLISH, CHINESE)
"""BCP 47 tags of the languages there are, the first for readers of any other."""
NAMES = {ENGLISH: "English", CHINESE: "中文"}
COOKIE = "lang"

# A reader of any Chinese is served better by ours than by English.
_ALIASES = dict.fromkeys(("zh", "zh-CN", "zh-SG", "zh-TW", "zh-HK", "zh-MO", "zh-Hant"), CHINESE)
_LONGEST_HEADER = 500
LATEST = 253_402_300_799
"""The last second of the year 9999, beyond which no date can be written."""


def marked(text: str) -> str:
    """The text itself; marks it for the catalogues where it is translated only later."""
    return text


def marked_plural(one: str, many: str) -> tuple[str, str]:
    """A pair of messages for `Language.plural`, marked for the catalogues like `marked`."""
    return one, many


@dataclass(frozen=True)
class Language:
    """A reader's language."""

    tag: str

    @property
    def locale(self) -> Locale:
        """Babel's locale."""
        return Locale.parse(self.tag, sep="-")

    @property
    def translations(self) -> gettext.NullTranslations:
        """The catalogue, for Jinja."""
        return _translations(self.tag)

    def text(self, message: str, /, **values: object) -> str:
        """A message in this language with its ``{values}`` filled in."""
        said = self.translations.gettext(message) if message else ""
        return said.format(**values) if values else said

    def plural(self, one: str, many: str, number: int, /, **values: object) -> str:
        """A message that counts something; ``{number}`` is filled in."""
        said = self.translations.ngettext(one, many, number)
        return said.format(number=number, **values)

    def term(self, context: str, word: str) -> str | None:
        """A word's translation within a context; None where the catalogue has none."""
        said = self.translations.pgettext(context, word)
        return None if said == word else said

    def country(self, code: str) -> str:
        """A country by its ISO 3166-1 code; empty where it is not known."""
        return str(self.locale.territories.get(code, "")) if code else ""

    def money(self, minor: int, currency: str) -> str:
        """A sum in whole smallest parts of a currency (ISO 4217)."""
        exact = Decimal(minor).scaleb(-numbers.get_currency_precision(currency))
        return numbers.format_currency(exact, currency, locale=self.locale)

    def date(self, seconds: Seconds) -> str:
        """A day, UTC."""
        return dates.format_date(_moment(seconds), "long", locale=self.locale)

    def moment(self, seconds: Seconds) -> str:
        """A day and minute; pages say once that times are UTC."""
        moment = _moment(seconds)
        day = dates.format_date(moment, "medium", locale=self.locale)
        return f"{day} {moment:%H:%M}"


def _moment(seconds: Seconds) -> datetime:
    return datetime.fromtimestamp(min(seconds, LATEST), UTC)


@cache
def _translations(tag: str) -> gettext.NullTranslations:
    if tag == ENGLISH:
        return gettext.NullTranslations()
    folder = CATALOGUES / tag.replace("-", "_") / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale=tag.replace("-", "_"))
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language_of(asked: str | None, cookie: str | None, header: str | None) -> Language:
    """The language asked for by ``?lang=``, else the cookie's, else the header's, else English."""
    wishes = [wish for wish in (asked, cookie) if wish]
    for preferred in (wishes, _preferences(header or "")):
        if found := _known(preferred):
            return Language(found)
    return Language(ENGLISH)


def _known(preferred: Iterable[str]) -> str | None:
    for wish in preferred:
        if not wish.isascii() or len(wish) > 40:  # longer than any tag
            continue
        tag = wish.replace("_", "-")
        if found := negotiate_locale([tag], TAGS, sep="-", aliases={}):
            return str(found)
        for alias, ours in _ALIASES.items():
            if tag.lower() == alias.lower() or tag.lower().startswith(alias.lower() + "-"):
                return ours
    return None


def _preferences(header: str) -> list[str]:
    weighed = []
    for place, part in enumerate(header[:_LONGEST_HEADER].split(",")):
        tag, _, parameters = part.partition(";")
        weight = _weight(parameters)
        if weight > 0:
            weighed.append((-weight, place, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def localised(texts: object, language: Language) -> tuple[str, str] | None:
    """A text out of ``{"en": ..., "zh": ...}``, and its tag unless it is the reader's language.

    The reader's language first, then English, then any. Foreign documents bring these, so
    anything else than texts is passed over.
    """
    if isinstance(texts, str):
        return (texts, "") if texts.strip() else None
    if not isinstance(texts, dict):
        return None
    pairs = ((tag, text) for tag, text in texts.items() if isinstance(tag, str))
    usable = {tag: text for tag, text in pairs if isinstance(text, str) and text.strip()}
    ours = {_known([tag]): (text, tag) for tag, text in reversed(usable.items())}
    if language.tag in ours:
        return ours[language.tag][0], ""
    return ours.get(ENGLISH) or next(((text, tag) for tag, text in usable.items()), None)
