"""Hypothesis strategies for GS1 keys with right check digits."""

from __future__ import annotations

from hypothesis import strategies as st

from ledger.vocabulary import CHARACTER_SET_82, DIGITS, Gs1Key, Kind, check_digit

texts = st.text(sorted(CHARACTER_SET_82), min_size=1, max_size=20)


def numbers(kind: Kind) -> st.SearchStrategy[str]:
    """Digits of a kind, never zero, with their check digit."""
    length = DIGITS[kind] - 1
    bodies = st.integers(1, 10**length - 1).map(lambda number: str(number).zfill(length))
    return bodies.map(lambda body: body + check_digit(body))


def _keys(kind: Kind) -> st.SearchStrategy[Gs1Key]:
    extensions = {
        Kind.LOT: texts,
        Kind.UNIT: texts,
        # extension 0 means none in an EPC URN, so no place has it
        Kind.PLACE: st.just("") | texts.filter(lambda text: text != "0"),
    }.get(kind, st.just(""))
    return st.builds(Gs1Key, st.just(kind), numbers(kind), extensions)


gs1_keys = st.sampled_from(Kind).flatmap(_keys)
"""Every key that GS1 has a form for: all but shipments by own reference."""
