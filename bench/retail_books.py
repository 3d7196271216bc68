"""Whether the books of a replay balance: asked of the contract itself, of the mirror, of the report
of what the programme owes, and of the receipts.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from eth_utils.crypto import keccak
from sqlalchemy import func, select

from api.liability import report_of
from bench.retail_shop import PROGRAMME, SHOP, RetailShop
from indexer import tables as t
from indexer.queries.loyalty import trial_balance
from ledger.chain.codec import decode_event, event_topic
from ledger.chain.port import Chain
from ledger.earnings import earning_of_receipt
from ledger.events import PointsAwarded, PointsClawedBack
from ledger.vocabulary import Address
from records.engine import reading
from records.schema.members import members
from records.schema.till import receipt_lines, receipts

_AT_ONCE = 500
_BLOCKS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Books:
    """Points by account, as one of the four tells them; ``difference`` is zero or something is
    wrong.
    """

    issued: int
    pending: int
    balances: int
    clawed_back: int
    owed: int

    @property
    def difference(self) -> int:
        """What the accounts are out by."""
        return self.pending + self.balances + self.clawed_back - self.owed - self.issued

    def told(self) -> dict[str, int]:
        """For the report."""
        return {**asdict(self), "difference": self.difference}


def on_chain(shop: RetailShop) -> Books:
    """Read from the contract's own storage, but for what was clawed back, which only logs tell."""
    loyalty = shop.services.deployment.address_of("Loyalty")
    with closing(_Asker(shop.anvil.url, loyalty)) as ask:
        return _asked(shop, ask, loyalty)


def _asked(shop: RetailShop, ask: _Asker, loyalty: Address) -> Books:
    with reading(shop.services.records) as records:
        awarded = select(receipts.c.chain_number).where(receipts.c.programme.is_not(None))
        numbers = [
            bytes(each) for each in records.scalars(awarded.where(receipts.c.kind == "sale"))
        ]
        addresses = [bytes(each) for each in records.scalars(select(members.c.address))]
    issued = ask.all("programmeOf(uint32)", [(PROGRAMME,)])[0][4]
    earnings = [(PROGRAMME, earning_of_receipt(SHOP, each)) for each in numbers]
    left = ask.all("earningOf(uint32,bytes32)", earnings)
    held = ask.all("accountOf(uint32,address)", [(PROGRAMME, each) for each in addresses])
    assert shop.services.chain is not None
    awarded_points, clawed_back = _logged(shop.services.chain, loyalty, shop)
    if awarded_points != issued:
        raise AssertionError(f"the logs award {awarded_points} points, the contract {issued}")
    return Books(
        issued=issued,
        pending=sum(each[1] for each in left if not each[3]),
        balances=sum(each[0] for each in held),
        clawed_back=clawed_back,
        owed=sum(each[1] for each in held),
    )


def _logged(chain: Chain, loyalty: Address, shop: RetailShop) -> tuple[int, int]:
    """Points of all awards and of all that was clawed back, from raw logs."""
    sums = {PointsAwarded: 0, PointsClawedBack: 0}
    head = chain.head().number
    for kind in sums:
        for first in range(shop.services.deployment.first_block, head + 1, _BLOCKS_AT_ONCE):
            last = min(head, first + _BLOCKS_AT_ONCE - 1)
            for log in chain.logs([loyalty], first, last, [event_topic(kind)]):
                sums[kind] += decode_event(log).points  # type: ignore[attr-defined]  # both have them
    return sums[PointsAwarded], sums[PointsClawedBack]


def in_mirror(shop: RetailShop) -> Books:
    """The trial balance that the service answers with."""
    with reading(shop.services.mirror) as mirror:
        told = trial_balance(mirror, PROGRAMME)
    return Books(told.issued, told.pending, told.balances, told.clawed_back, told.owed)


def in_report(shop: RetailShop) -> Books:
    """What the report says that the programme owes, folded from its events alone."""
    with reading(shop.services.mirror) as mirror, reading(shop.services.records) as records:
        told = report_of(mirror, records, PROGRAMME).report
    return Books(
        issued=told.total("issued"),
        pending=told.total("pending"),
        balances=told.total("available"),
        clawed_back=told.total("clawed_back"),
        owed=told.owed,
    )


def in_receipts(shop: RetailShop) -> Books:
    """What the receipts promised and took back."""
    r = receipts.c
    with reading(shop.services.records) as records:
        by_kind = dict(
            records.execute(
                select(r.kind, func.sum(r.points)).where(r.no_points.is_(None)).group_by(r.kind)
            ).all()
        )
    issued, back = int(by_kind.get("sale", 0)), int(by_kind.get("return", 0))
    return Books(issued, issued - back, 0, back, 0)


def goods(shop: RetailShop) -> dict[str, int]:
    """Pieces that are sold and did not come back: by the mirror and by the receipts, and in how
    many lots the two differ.
    """
    with reading(shop.services.mirror) as mirror:
        rows = mirror.execute(select(t.sold.c.item, t.sold.c.by_amount))
        mirrored = {bytes(row.item): int(row.by_amount) for row in rows if row.by_amount}
    left = func.sum(receipt_lines.c.amount - receipt_lines.c.returned)
    joined = receipt_lines.join(receipts, receipts.c.id == receipt_lines.c.receipt)
    query = select(receipt_lines.c.item, left).select_from(joined).where(receipts.c.kind == "sale")
    with reading(shop.services.records) as records:
        rows = records.execute(query.group_by(receipt_lines.c.item))
        kept = {bytes(item): int(amount) for item, amount in rows if amount}
    differing = {each for each in mirrored.keys() | kept if mirrored.get(each) != kept.get(each)}
    return {
        "mirror": sum(mirrored.values()),
        "receipts": sum(kept.values()),
        "lots that differ": len(differing),
    }


class _Asker:
    """Calls views of one contract, many in one request; all their values are single words."""

    def __init__(self, url: str, to: bytes) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self._to = "0x" + to.hex()

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def all(self, function: str, arguments: Sequence[tuple[int | bytes, ...]]) -> list[list[int]]:
        """The words of each answer."""
        selector = keccak(function.encode())[:4]
        return [words for part in self._parts(selector, arguments) for words in part]

    def _parts(
        self, selector: bytes, arguments: Sequence[tuple[int | bytes, ...]]
    ) -> Iterator[list[list[int]]]:
        for start in range(0, len(arguments), _AT_ONCE):
            calls = [
                self._call(place, selector, some)
                for place, some in enumerate(arguments[start : start + _AT_ONCE])
            ]
            headers = {"Content-Type": "application/json"}
            self._connection.request("POST", "/", json.dumps(calls), headers)
            answers = json.loads(self._connection.getresponse().read())
            by_id = {each["id"]: bytes.fromhex(each["result"][2:]) for each in answers}
            yield [_words(by_id[place]) for place in range(len(calls))]

    def _call(
        self, place: int, selector: bytes, arguments: tuple[int | bytes, ...]
    ) -> dict[str, object]:
        words = [
            each.to_bytes(32, "big") if isinstance(each, int) else each.rjust(32, b"\0")
            for each in arguments
        ]
        data = "0x" + (selector + b"".join(words)).hex()
        params = [{"to": self._to, "data": data}, "latest"]
        return {"jsonrpc": "2.0", "id": place, "method": "eth_call", "params": params}


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 32], "big") for at in range(0, len(data), 32)]
