"""Whose turn it is: what touches the same things is sent in the order in which it was accepted.

Every key is worked by itself, so without this a recall could overtake the use of a lot that was
accepted before it, and a receipt its shipment. An operation waits while one that was accepted
earlier, of another organisation, names one of its things and is not in a block yet. The operations
of one organisation are in order by their nonces, but for those that need others
(`records.sending.needs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ledger.commands import (
    ChangeProgramme,
    CloseProgramme,
    FundProgramme,
    OpenEarning,
    SetPartner,
)
from ledger.errors import KeyInvalid
from ledger.vocabulary import Id, Kind, is_item, key_of, product_of
from records.outbox import UNSETTLED, Operation
from records.schema import outbox

_WORD = re.compile(r'"0x([0-9a-f]{64})"')
_ADDRESS = re.compile(r'"0x([0-9a-f]{40})"')
_PROGRAMME = re.compile(r'"act":"(\w+)","programme":(\d+)')
_ON_PROGRAMMES = {
    command.__name__
    for command in (FundProgramme, ChangeProgramme, CloseProgramme, SetPartner, OpenEarning)
}
_KINDS = {Kind.PRODUCT, Kind.LOT, Kind.UNIT, Kind.LOGISTIC_UNIT, Kind.SHIPMENT}
_NEVER = 2**63


@dataclass(frozen=True, slots=True)
class Things:
    """What an operation names, and what that belongs to: products of lots and units, programmes of
    members.

    Two operations on lots of one product may pass each other; one on the product itself may not.
    """

    named: frozenset[bytes]
    products: frozenset[bytes]


def things(commands_text: str) -> Things:
    """What commands, as the outbox keeps them, are about."""
    words = {Id(bytes.fromhex(word)) for word in _WORD.findall(commands_text)}
    ids = {word for word in words if word[0] in _KINDS and _is_id(word)}
    members = {bytes.fromhex(address) for address in _ADDRESS.findall(commands_text)}
    programmes = _PROGRAMME.findall(commands_text)
    changed = {_programme(number) for act, number in programmes if act in _ON_PROGRAMMES}
    used = {_programme(number) for act, number in programmes if act not in _ON_PROGRAMMES}
    products = {product_of(each) for each in ids if is_item(each)}
    return Things(frozenset(ids | members | changed), frozenset(products | used))


def _programme(number: str) -> bytes:
    return b"programme " + number.encode()


def _is_id(word: bytes) -> bool:
    """Whether 32 bytes are an id rather than a hash that happens to begin like one."""
    try:
        key_of(word)
    except KeyInvalid:
        return False
    return True


class Order:
    """Tells which operations may go. Remembers what those that wait are about."""

    def __init__(self) -> None:
        self._about: dict[int, Things] = {}

    def free(self, connection: Connection, operations: Sequence[Operation]) -> list[Operation]:
        """The first of an organisation's operations, up to one that has to wait for another's."""
        if not operations:
            return []
        earlier = self._earlier(connection, operations[0], operations[-1])
        if not earlier:
            return list(operations)
        named = _first((seq, about.named) for seq, about in earlier)
        products = _first((seq, about.products) for seq, about in earlier)
        for place, operation in enumerate(operations):
            own = things(operation.commands_json)
            # Nothing at all is named by what is said of a place only: nobody is waited for.
            others = [named.get(each, _NEVER) for each in own.named | own.products]
            others += [products.get(each, _NEVER) for each in own.named]
            if min(others, default=_NEVER) < operation.seq:
                return list(operations[:place])
        return list(operations)

    def _earlier(
        self, connection: Connection, first: Operation, last: Operation
    ) -> list[tuple[int, Things]]:
        """Operations of others that were accepted before and are not in a block, by acceptance."""
        waiting = (
            outbox.c.state.in_(UNSETTLED)
            & outbox.c.attention.is_(None)
            & (outbox.c.org != first.org)
            & (outbox.c.seq < last.seq)
        )
        seqs = list(connection.scalars(select(outbox.c.seq).where(waiting)))
        unread = [seq for seq in seqs if seq not in self._about]
        if unread:
            query = select(outbox.c.seq, outbox.c.commands).where(waiting)
            rows = connection.execute(query.where(outbox.c.seq >= min(unread)))
            self._about |= {row.seq: things(row.commands) for row in rows}
        settled = min((*seqs, first.seq))
        self._about = {seq: about for seq, about in self._about.items() if seq >= settled}
        return sorted((seq, self._about[seq]) for seq in seqs if seq in self._about)


def _first(lists: Iterable[tuple[int, Iterable[bytes]]]) -> dict[bytes, int]:
    """The first operation that names each thing."""
    found: dict[bytes, int] = {}
    for seq, ids in lists:
        for each in ids:
            found.setdefault(each, seq)
    return found
