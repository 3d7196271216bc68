"""Whom the mirror says a recall reaches, against a search by hand over all of random lives."""

from __future__ import annotations

from itertools import product

import pytest

from indexer.logged import logged_between
from indexer.queries import loyalty, reach
from indexer.queries.loyalty.journal import issuers, journal
from indexer.queries.status import status
from insights.accounting.cohorts import book
from insights.liability import liability
from insights.reach import downstream
from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from tests.indexer.living_chain import FARM, ORGS, SALAD

pytestmark = pytest.mark.chain


@pytest.fixture
def story(living, indexer, mirror):
    """All events of a random life, read back from the mirror."""
    living.live(blocks=40, acts=5)
    living._look()  # as the chain has it: some operations were refused
    indexer.catch_up()
    with mirror.read() as connection:
        end = status(connection).block
        yield connection, [n for some in logged_between(connection, 0, end) for n in some]


def links_by_hand(events):
    """What was made of what: by facts, run by run, and by statements, line by line."""
    runs, told = {}, {}
    for each in events:
        match each.event:
            case e.ItemConsumed() | e.ItemProduced() as event:
                run = runs.setdefault((each.block, event.transformation), (set(), set()))
                run[isinstance(event, e.ItemProduced)].add(event.item)
            case e.StatementMade() as event if event.part in (v.Part.INPUT, v.Part.OUTPUT):
                said = told.setdefault((event.org, event.statement), (set(), set()))
                said[event.part == v.Part.OUTPUT].add(event.subject)
    return (
        {pair for ins, outs in runs.values() for pair in product(ins, outs)},
        {pair for ins, outs in told.values() for pair in product(ins, outs)},
    )


def reached(start, pairs):
    found, more = {start}, True
    while more:
        new = {b for a, b in pairs if a in found} - found
        found, more = found | new, bool(new)
    return found


def test_everything_made_of_a_lot_is_what_a_search_by_hand_finds(story):
    connection, events = story
    facts, told = links_by_hand(events)
    items = {each.event.item for each in events if isinstance(each.event, e.ItemCommissioned)}
    longest = 0
    for start in sorted(items):
        found = downstream(start, lambda some: reach.made_of(connection, some))
        assert {each.item for each in found} == reached(start, facts | told)
        assert {each.item for each in found if each.fact} == reached(start, facts)
        longest = max(longest, len(found))
    assert longest > 2


def test_who_holds_awaits_and_packed_what_is_what_the_fold_says(story, living):
    connection, _ = story
    items = [key for key, _ in living.state.items.rows()]
    found = list(reach.stocks(connection, items))
    held = {(n.item, n.org): n.amount for n in found if n.where == "held"}
    state = living.state
    assert held == {key: n for key, n in state.holdings.rows() if key[0] in items}
    moving = sorted((n.item, n.org, n.amount) for n in found if n.where == "in_transit")
    assert moving == sorted(
        (item, org, way.amount)
        for (org, item), ways in state.transit.rows() if item in items for way in ways
    )  # fmt: skip
    packed = sorted((n.item, n.amount) for n in found if n.where == "packed")
    assert packed == sorted(
        (each.item, each.amount)
        for _, some in state.contents.rows() for each in some if each.item in items
    )  # fmt: skip
    for each in found:
        if each.where == "packed":
            inside = each.logistic_unit
            while any(inside in (p.item for p in some) for _, some in state.contents.rows()):
                inside = next(
                    unit for unit, some in state.contents.rows() if inside in (p.item for p in some)
                )
            keepers = {org for org in ORGS if state.held(inside, org)}
            keepers |= {org for org, item in dict(state.transit.rows()) if item == inside}
            assert each.org in keepers


def test_sales_units_and_claims_are_those_of_the_events(story, living):
    connection, events = story
    items = [key for key, _ in living.state.items.rows()]
    sold = {(n.item, n.org): (n.by_amount, n.by_units) for n in reach.sold(connection, items)}
    assert sold == {key: (n.by_amount, n.by_units) for key, n in living.state.sold.rows()}
    times = {}
    for each in events:
        if isinstance(each.event, e.ItemSold):
            times.setdefault((each.event.item, each.event.org), []).append(each.time)
    for each in reach.sold(connection, items):
        known = times[each.item, each.org]
        assert (each.first, each.last) == (min(known), max(known))

    ever = {(n.event.lot, n.event.index) for n in events if isinstance(n.event, e.UnitSold)}
    for each in reach.unit_counts(connection, items):
        issues = [n for (lot, _), n in living.state.unit_issues.rows() if lot == each.lot]
        units = [i for n in issues for i in range(n.first, n.first + n.count)]
        marks = [living.state.unit(each.lot, index) for index in units]
        assert each.issued == len(units)
        assert each.sold == sum(n.sold for n in marks)
        assert each.claimed == sum(n.claimed for n in marks)
        assert each.never_sold == len([i for i in units if (each.lot, i) not in ever])
    claims = [n for n in events if isinstance(n.event, e.PointsClaimed)]
    found = {(n.lot, n.index): n for n in reach.claims(connection, items)}
    assert set(found) == {(n.event.lot, n.event.index) for n in claims}
    for each in claims:
        there = found[each.event.lot, each.event.index]
        assert (there.member, there.time) == (each.event.member, each.time)
        issue = living.state.unit_issues.get((there.lot, there.issue))
        assert issue is not None
        assert issue.has(there.index)


def test_every_event_behind_a_recall_is_proven_with_its_place(story, living):
    connection, events = story
    items = [key for key, _ in living.state.items.rows()]
    given = {(n.logged.block, n.logged.log_index) for n in reach.proofs(connection, items)}
    kinds = (e.ItemRecalled, e.ItemSold, e.ItemReturned, e.UnitSold, e.PointsClaimed)
    wanted = {(n.block, n.log_index) for n in events if isinstance(n.event, kinds)}
    assert wanted <= given
    recalled = {key for key, row in living.state.items.rows() if row.recalled_by}
    assert reach.recalled_of(connection, items) == recalled
    assert {each.item for each in reach.recalls(connection)} == recalled


def test_a_recall_is_told_with_who_recalled_and_what_it_says(living, indexer, mirror):
    item, document = v.lot(SALAD.digits, "R").id, v.DocumentHash(b"\x07" * 32)
    living.act(FARM, c.CommissionItem(item, v.Amount(5), v.Seconds(0)))
    living.mine()
    indexer.catch_up()
    with mirror.read() as connection:
        assert reach.recall(connection, item) is None
    living.act(FARM, c.RecallItems((item,), document))
    living.mine()
    indexer.catch_up()
    with mirror.read() as connection:
        assert reach.recall(connection, item) == reach.Recall(item, FARM, document, living.time)


def test_the_book_of_a_programme_is_what_the_mirrors_accounts_say(story, living):
    connection, _ = story
    for number, row in living.state.programmes.rows():
        events = journal(connection, number)
        units = [
            (n.event.lot, n.event.index) for n in events if isinstance(n.event, e.PointsClaimed)
        ]
        known = issuers(connection, units)
        made = book(events, row.org, lambda lot, index, known=known: known[lot, index])
        report = liability(made, living.time)
        books = loyalty.trial_balance(connection, number)
        assert (report.total("issued"), report.total("pending")) == (books.issued, books.pending)
        assert (report.total("available"), report.owed) == (books.balances, books.owed)
        assert (report.total("redeemed"), report.total("expired")) == (books.spent, books.expired)
        assert (report.total("clawed_back"), report.difference) == (books.clawed_back, 0)
        for lot, index in units:
            issue = living.state.issue_with(lot, index)
            assert issue is not None
            assert known[lot, index] == issue.org
