"""Makes the units of a run, 1024 at a time: what is printed of them, and what is kept of them."""

from __future__ import annotations

import csv
import io
import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field

from api.qr import address_of
from ledger import vocabulary as v
from ledger.chain.codes import code_addresses
from ledger.codes import code_text, new_codes, new_serials, pairing
from ledger.gs1.digital_link import link_of
from ledger.hashing import leaf_hash, unit_leaf
from ledger.unit_trees import CHUNK, root_over
from records.units import Chunk, lookup_key

COLUMNS = (
    "place", "gtin", "lot", "serial", "digital_link", "element_string", "code", "pairing",
)  # fmt: skip
"""Of a print file. ``code`` is the hidden code, empty where there is none; ``pairing`` is a mark
that the outer and the hidden label of a unit share.
"""
NO_CODE = v.Address(bytes(20))
_WORTH_A_POOL = 20_000
_IN_FLIGHT = 3
"""Chunks that a process may have waiting: made is not written yet."""


@dataclass(frozen=True, slots=True)
class Order:
    """What all units of a run have in common."""

    lot: v.Gs1Key
    base_url: str
    codes: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """A chunk of units. ``rows`` are their lines of the print file, secrets among them."""

    chunk: Chunk
    keys: bytes
    rows: bytes = field(repr=False)


def header() -> bytes:
    """The first line of a print file."""
    return _lines([COLUMNS])


def pressed(order: Order, count: int, processes: int = 1) -> Iterator[Pressed]:
    """So many units, chunk by chunk, made by one process or several."""
    sizes = [(first, min(CHUNK, count - first)) for first in range(0, count, CHUNK)]
    if processes < 2 or count < _WORTH_A_POOL:
        for first, size in sizes:
            yield press(order, first, size)
        return
    fresh = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    with ProcessPoolExecutor(processes, mp_context=fresh) as pool:
        waiting: deque[Future[Pressed]] = deque()
        for first, size in sizes:
            waiting.append(pool.submit(press, order, first, size))
            if len(waiting) >= processes * _IN_FLIGHT:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def press(order: Order, first: int, count: int) -> Pressed:
    """Units with the places from ``first`` on, no more than one chunk of them."""
    serials = new_serials(count)
    codes = new_codes(count) if order.codes else []
    addresses = code_addresses(codes) if codes else [NO_CODE] * count
    units = _ids(order.lot, serials)
    lot = order.lot.id
    leaves = [leaf_hash(unit_leaf(lot, *each)) for each in zip(units, addresses, strict=True)]
    chunk = Chunk(root_over(leaves), b"".join(leaves), b"".join(addresses) if codes else b"")
    keys = b"".join(map(lookup_key, units))
    return Pressed(chunk, keys, _rows(order, first, serials, codes, units))


def _ids(lot: v.Gs1Key, serials: Sequence[str]) -> list[v.Id]:
    """Ids as `ledger.vocabulary.unit` makes them: all but the serial is the same."""
    model = v.unit(lot.digits, serials[0]).id
    before, after = model[:9], model[9 + len(serials[0]) :]
    return [v.Id(before + serial.encode("ascii") + after) for serial in serials]


def _rows(
    order: Order, first: int, serials: Sequence[str], codes: Sequence[bytes], units: Sequence[v.Id]
) -> bytes:
    gtin, lot = order.lot.digits, order.lot.extension
    model = link_of(("01", gtin), {"10": lot, "21": serials[0]}, {}, strict=True)
    link = address_of(model, order.base_url).removesuffix(serials[0])
    element = f"(01){gtin}(10){lot}(21)"
    texts = map(code_text, codes) if codes else [""] * len(serials)
    return _lines(
        (first + n, gtin, lot, serial, link + serial, element + serial, code, pairing(unit))
        for n, (serial, code, unit) in enumerate(zip(serials, texts, units, strict=True))
    )


def _lines(rows: Sequence[Sequence[object]] | Iterator[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)  # RFC 4180
    return text.getvalue().encode("ascii")
