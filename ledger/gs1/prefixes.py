"""Company prefixes: where a GS1 key's prefix ends, which only a table knows."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.errors import EpcUrnInvalid, SettingInvalid
from ledger.vocabulary import Gs1Key, Kind

_INDICATED = {Kind.PRODUCT, Kind.LOT, Kind.UNIT, Kind.LOGISTIC_UNIT}
_LENGTHS = range(6, 13)


class CompanyPrefixes:
    """The company prefixes one knows: its own, its partners'. Unknown ones are refused, never
    guessed.

    Raises:
        SettingInvalid: a prefix that is not 6 to 12 digits.
    """

    def __init__(self, prefixes: Iterable[str] = ()) -> None:
        self._prefixes = frozenset(prefixes)
        for prefix in self._prefixes:
            if not (prefix.isascii() and prefix.isdigit() and len(prefix) in _LENGTHS):
                raise SettingInvalid(
                    f"{prefix!r} is no company prefix of 6 to 12 digits", value=prefix
                )

    def length(self, key: Gs1Key) -> int:
        """Digits of the prefix at the head of a key; the longest known one counts.

        Raises:
            EpcUrnInvalid: none of the known prefixes fits.
        """
        digits = key.digits[1:] if key.kind in _INDICATED else key.digits
        for length in reversed(_LENGTHS):
            if digits[:length] in self._prefixes:
                return length
        raise EpcUrnInvalid(f"the company prefix of {key} is not known", value=str(key))
