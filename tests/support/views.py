"""What every view of the contracts must answer, by what the fold knows: in words, as they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger import vocabulary as v
from ledger.earnings import LIFE, quarter_of
from ledger.history import State, accounts
from ledger.rules.programmes import DAY
from tests.support.cast import ORGS

Known = tuple[tuple[Any, ...], tuple[int, ...]]
"""A question (contract, view, arguments) and its answer."""


def known(state: State, now: v.Seconds) -> Iterator[Known]:
    """Everything that ever changed."""
    yield from _goods(state)
    yield from _papers(state)
    yield from _units(state)
    yield from _programmes(state, now)
    yield from _members(state, now)


def _number(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _goods(state: State) -> Iterator[Known]:
    ledger = "ProductLedger"
    for item in {item for item, _ in state.holdings.changed}:
        for org in ORGS:
            yield (ledger, "holding", item, org), (state.held(item, org),)
            sold = state.sold.get((item, org))
            parts = (sold.by_amount, sold.by_units) if sold else (0, 0)
            yield (ledger, "sold", item, org), parts
        for unit in state.contents.changed:
            yield (ledger, "packed", unit, item), (state.packed(unit, item),)
    for item, row in state.items.rows():
        answer = (row.maker, row.recalled_by, row.expiry, row.made)
        yield (ledger, "itemOf", item), answer
    for (shipper, shipment), way in state.shipments.rows():
        for item in {item for org, item in state.transit.changed if org == way.receiver}:
            there = state.in_transit(shipper, shipment, item)
            yield (ledger, "inTransit", shipper, shipment, item), (there,)


def _papers(state: State) -> Iterator[Known]:
    for key, paper in state.certificates.rows():
        times = (paper.issued_at, paper.valid_from, paper.valid_to, paper.revoked_at)
        yield ("Certificates", "certificate", *key), times
    for (org, content), anchor in state.anchors.rows():
        short = _number(anchor.root[:24]) << 64
        yield ("Anchors", "newest", org, content), (anchor.size, short)


def _units(state: State) -> Iterator[Known]:
    registry = "UnitRegistry"
    for lot, row in state.unit_lots.rows():
        yield (registry, "issuesOf", lot), (row.issues, row.next, row.covered)
    for (lot, number), issue in state.unit_issues.rows():
        numbers = (issue.org, issue.first, issue.count, issue.each)
        yield (registry, "issueOf", lot, number), (*numbers, _number(issue.root))
        some = range(issue.first, issue.first + issue.count, 1 + issue.count // 20)
        for index in some:
            marks = state.unit(lot, index)
            every = (marks.sold, marks.returned, marks.claimed, marks.voided)
            yield (registry, "unitState", lot, index), tuple(map(int, every))
            for org in ORGS:
                sold = int(state.sold_by(lot, org, index))
                yield (registry, "soldBy", lot, index, org), (sold,)


def _programmes(state: State, now: v.Seconds) -> Iterator[Known]:
    for number, row in state.programmes.rows():
        today = row.issued_today if row.today == now // DAY else 0
        limits = (row.return_window, row.budget, row.issued, row.daily_cap, today)
        answer = (row.org, int(row.closed), *limits, _number(row.rules))
        yield ("Loyalty", "programmeOf", number), answer
        for org in ORGS:
            rights = 3 if row.org == org else state.partners.get((number, org)) or 0
            yield ("Loyalty", "rightsOf", number, org), (rights,)
    for key, opening in state.openings.rows():
        answer = (opening.programme, opening.points, opening.closes)
        yield ("Loyalty", "earningOn", *key), answer


def _members(state: State, now: v.Seconds) -> Iterator[Known]:
    for earned, row in state.earnings.rows():
        marks = (int(row.settled), int(row.compensated))
        answer = (_number(row.member), row.points, row.available_from, *marks)
        yield ("Loyalty", "earningOf", *earned), answer
    for key, stale in state.accounts.rows():
        account = accounts.present(stale, quarter_of(now))
        quarters = [account.points[q & 3] for q in accounts.quarters(account.quarter)]
        yield ("Loyalty", "accountOf", *key), (sum(quarters), account.owed, *quarters)
    for spent, redeemed in state.redemptions.rows():
        taken = [redeemed.taken[q & 3] for q in accounts.quarters(redeemed.quarter)]
        answer = (redeemed.org, redeemed.quarter, *taken)
        gone = (0,) * (2 + LIFE)
        yield ("Loyalty", "redemptionOf", *spent), gone if redeemed.cancelled else answer
