"""How far a recall reaches, against a search that tries every path."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from indexer.queries.reach import Claimed, Link, SoldBy, Stock, UnitCount
from insights.reach import SMALLEST_GROUP, Bought, downstream, reach
from ledger.vocabulary import Address, Id, OrgId, Seconds

NODES = [Id(bytes([10, n]) + bytes(30)) for n in range(12)]
node = st.integers(0, len(NODES) - 1)
link = st.builds(lambda a, b, fact: Link(NODES[a], NODES[b], fact), node, node, st.booleans())
graphs = st.lists(link, max_size=40)


def following(links):
    return lambda items: [each for each in links if each.source in set(items)]


def closure(links) -> set[tuple[Id, Id]]:
    """Which item is in which, by Warshall: every pair is tried with every item between them."""
    pairs = {(each.source, each.target) for each in links} | {(n, n) for n in NODES}
    for between, a, b in product(NODES, NODES, NODES):
        if (a, between) in pairs and (between, b) in pairs:
            pairs.add((a, b))
    return pairs


def shortest(links, start) -> dict[Id, int]:
    """Steps from an item to every other, by Bellman and Ford."""
    far = {start: 0}
    for _ in NODES:
        for each in links:
            if each.source in far:
                far[each.target] = min(far.get(each.target, 99), far[each.source] + 1)
    return far


@given(graphs, node)
def test_everything_that_was_made_of_an_item_is_found_and_nothing_else(links, start):
    found = downstream(NODES[start], following(links))
    pairs = closure(links)
    assert {each.item for each in found} == {b for a, b in pairs if a == NODES[start]}
    assert {each.item: each.depth for each in found} == shortest(links, NODES[start])
    proven = closure([each for each in links if each.fact])
    assert {n.item for n in found if n.fact} == {b for a, b in proven if a == NODES[start]}
    assert found[0].item == NODES[start]


@given(graphs, node)
def test_each_item_is_asked_for_once_so_that_circles_end(links, start):
    asked = []

    def counted(items):
        asked.extend(items)
        return following(links)(items)

    downstream(NODES[start], counted)
    assert len(asked) == len(set(asked))


def claimed(place, member, *, index=0, returned=False):
    return Claimed(
        NODES[place], index, 1, Address(bytes([member]) * 20), 1, returned, compensated=False,
        time=Seconds(1),
    )  # fmt: skip


members = st.integers(1, 6)
cards = st.sampled_from([None, *(f"card {n}" for n in range(1, 6))])
stocks = st.builds(
    lambda n, org, amount: Stock(NODES[n], OrgId(org), amount, "held"),
    node, st.integers(1, 4), st.integers(0, 3),
)  # fmt: skip
sales = st.builds(
    lambda n, org, by, units: SoldBy(NODES[n], OrgId(org), by, units, Seconds(1), Seconds(2)),
    node, st.integers(1, 4), st.integers(0, 2), st.integers(0, 2),
)  # fmt: skip
lines = st.builds(
    lambda n, i, org, card: Bought(f"receipt {i}", 1, NODES[n], None, OrgId(org), card),
    node, st.integers(0, 9), st.integers(1, 4), cards,
)  # fmt: skip
claims = st.builds(lambda n, m, back: claimed(n, m, returned=back), node, members, st.booleans())
KNOWN = {Address(bytes([n]) * 20): f"card {n}" for n in range(1, 5)}  # 5 and 6 are strangers
CONSENTS = {"card 1": True, "card 2": False, "card 3": True, "card 4": False}  # 5 was erased


@given(graphs, node, st.lists(stocks), st.lists(sales), st.lists(lines), st.lists(claims))
def test_who_holds_sold_bought_and_claimed_it_is_what_a_search_by_hand_finds(
    links, start, held, sold, bought, made
):
    affected = downstream(NODES[start], following(links))
    found = reach(
        affected,
        stocks=held,
        sold=sold,
        units=[UnitCount(n, 5, 1, 0, 1, 4, 0) for n in NODES],
        claims=made,
        bought=bought,
        cards=lambda asked: {each: KNOWN[each] for each in asked if each in KNOWN},
        consenting=lambda asked: {each: CONSENTS[each] for each in asked if each in CONSENTS},
    )
    within = {b for a, b in closure(links) if a == NODES[start]}
    assert set(found.holders) == {n.org for n in held if n.item in within and n.amount}
    assert set(found.sellers) == {
        n.org for n in sold if n.item in within and n.by_amount + n.by_units
    }
    assert {each.lot for each in found.units} == within
    concerned = {n.card for n in bought if n.item in within and n.card}
    kept = {n.member for n in made if n.lot in within and not n.returned}
    concerned |= {KNOWN[each] for each in kept if each in KNOWN}
    assert set(found.told) == {each for each in concerned if CONSENTS.get(each)}
    assert found.untold == len([each for each in concerned if CONSENTS.get(each) is False])
    assert found.strangers == len([each for each in kept if each not in KNOWN])
    assert found.without_card == len([n for n in bought if n.item in within and n.card is None])


def test_a_number_about_few_customers_of_a_shop_is_kept_back():
    def at(count):
        bought = [Bought(f"r{n}", 1, NODES[0], None, OrgId(7), f"card {n}") for n in range(count)]
        return reach(downstream(NODES[0], following([])), bought=bought).members_at(OrgId(7))

    assert at(SMALLEST_GROUP) == SMALLEST_GROUP
    assert at(SMALLEST_GROUP - 1) is None
