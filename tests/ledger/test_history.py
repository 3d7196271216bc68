"""The fold over random accepted acts: nothing is made or lost, and overlays keep to themselves."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from ledger.errors import ActRefused
from ledger.history import State
from ledger.rules import decide
from tests.support.cast import BAKERY, BREAD, DAY, FARM, LOTS, first_acts, registration
from tests.support.offers import Offer, offer

STEPS, SEED = 60, 4
NOW = 1_800_000_000
seeds = st.binary(min_size=STEPS * SEED, max_size=STEPS * SEED).map(
    lambda data: [data[i : i + SEED] for i in range(0, len(data), SEED)]
)
"""One for each step of a walk."""


def perform(state: State, offered: Offer, now: int = NOW) -> list[e.Event]:
    """Moves a state on by an operation; not at all where it is refused."""
    try:
        events = decide(state, offered.org, offered.commands, v.Seconds(now))
    except ActRefused:
        return []
    for event in events:
        state.apply(event, v.Seconds(now))
    return events


def opened() -> State:
    state = State()
    for event in registration():
        state.apply(event)
    for org, command in first_acts(NOW):
        assert perform(state, Offer(org, (command,)))
    return state


def everything(state: State) -> dict[str, Any]:
    tables = {name: getattr(state, name) for name in State.TABLES}
    return {name: (dict(table.rows()), set(table.changed)) for name, table in tables.items()}


def outside(state: State, item: v.Id) -> int:
    """How much of an item is held, on its way or packed."""
    ways = [way for (_, i), ways in state.transit.rows() if i == item for way in ways]
    packed = [p for _, contents in state.contents.rows() for p in contents if p.item == item]
    held = [amount for (i, _), amount in state.holdings.rows() if i == item]
    amounts = [*held, *(way.amount for way in ways), *(p.amount for p in packed)]
    assert all(amount > 0 for amount in amounts)
    return sum(amounts)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_what_was_made_is_somewhere_or_was_used_up(walk):
    state, now = opened(), NOW
    for seed in walk:
        random = Random(seed)
        perform(state, offer(random, state, now, random.randint(1, 3)), now)
        now += random.choice((0, 1, 1, DAY))
    for item, sums in state.items.rows():
        assert sums.made == outside(state, item) + sums.consumed + sums.sold + sums.disposed
    logistic_units = {i for i, _ in state.holdings.changed if i[0] == v.Kind.LOGISTIC_UNIT}
    for unit in logistic_units:
        assert outside(state, unit) == (1 if state.contents.get(unit) else 0)


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_an_overlay_leaves_the_state_under_it_alone(walk):
    state, whole = opened(), opened()
    for seed in walk[: STEPS // 2]:
        offered = offer(Random(seed), state, NOW)
        assert perform(state, offered) == perform(whole, offered)
    kept, above = everything(state), state.overlay()
    for seed in walk[STEPS // 2 :]:
        offered = offer(Random(seed), above, NOW)
        assert perform(above, offered) == perform(whole, offered)
    assert everything(state) == kept
    for name in State.TABLES:
        for key in (table := getattr(whole, name)).changed:
            assert getattr(above, name).get(key) == table.get(key)


def test_deciding_leaves_the_state_alone():
    state = opened()
    kept = everything(state)
    item = c.CommissionItem(LOTS[1], v.Amount(1), v.Seconds(0))
    assert decide(state, FARM, (item,), v.Seconds(NOW))
    assert everything(state) == kept


def test_foreseen_transformations_of_different_operations_do_not_mix():
    """Their numbers are unknown before they happen, so they may be equal."""
    state = opened()
    first, second, third, other, made = (
        v.lot(str(v.key_of(BREAD)), number).id for number in ("A", "B", "C", "D", "E")
    )
    for item in (first, other):
        perform(state, Offer(BAKERY, (c.CommissionItem(item, v.Amount(9), v.Seconds(0)),)))
    for source, goal in ((first, second), (second, third), (other, made)):
        output = c.Output(goal, v.Amount(9), v.Seconds(0))
        split = c.TransformItems((c.Line(source, v.Amount(9)),), (output,))
        assert perform(state, Offer(BAKERY, (split,)))
    depths = [item.depth for i in (first, second, third, made) if (item := state.items.get(i))]
    assert depths == [0, 1, 2, 1]


def test_what_is_made_is_deeper_than_all_it_was_made_of():
    state, (flat, deep, one, other) = opened(), (LOTS[6], *LOTS[8:11])
    for number, inputs, outputs in ((6, (flat,), (deep,)), (7, (deep, flat), (one, other))):
        for item in inputs:
            state.apply(e.ItemConsumed(item, BAKERY, number, v.Amount(1)))
        for item in outputs:
            state.apply(e.ItemProduced(item, BAKERY, number, v.Amount(1), v.Seconds(0)))
    depths = [item.depth for i in (flat, deep, one, other) if (item := state.items.get(i))]
    assert depths == [0, 1, 2, 2]
