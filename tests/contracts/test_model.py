"""Random acts, played against the plain rules and against the real contracts, and compared.

The default run plays the same walks every time. For new ones, and more of them:

    pytest tests/contracts/test_model.py --model-walks=5000 [--hypothesis-seed=N]
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from ledger.abi import artifact
from ledger.earnings import LIFE, QUARTER, quarter_of
from tests.support import cast
from tests.support.anvil import LocalAnvil
from tests.support.contract_chain import ContractChain
from tests.support.model import Both, Tally
from tests.support.offers import THEMES, Offer, offer

pytestmark = [pytest.mark.chain, pytest.mark.timeout(3600)]

WALKS, STEPS = 250, 60
SEED = 4
"""Bytes that one step is drawn from. Nothing but zeros is no step: so a walk shrinks."""
EVENTS = {name for name, event in e.BY_NAME.items() if any(map(event.is_of, e.DOORS))}
START = "1755000000"
"""When the chain begins, in seconds: what a walk meets hangs on days and quarters, too."""
NEVER = {
    # the door's other ways in: tests/contracts/test_relay.py and test_perform.py
    "AlreadyPerforming", "DeadlinePassed", "NotPerforming", "SignatureInvalid",
    "SignaturesDoNotMatch",
    # what only another of our contracts may call
    "NotLoyalty", "NotTheUnitRegistry",
    # after 2**32 transformations
    "TransformationTooDeep",
}  # fmt: skip
REFUSALS = {
    entry["name"] for name in e.DOORS for entry in artifact(name).abi if entry["type"] == "error"
} - NEVER | {"KeyNotValid", "KeyUnknown", "OrganisationIsSuspended"}
"""All that acts can be refused with; the walks meet every one."""


@pytest.fixture(scope="module")
def chain() -> Iterator[ContractChain]:
    """A chain of their own, whose blocks others do not make."""
    with LocalAnvil(extra=("--prune-history", "256", "--timestamp", START)) as anvil:
        chain = ContractChain(anvil)
        yield chain
        chain.close()


class Walk:
    """One walk of both, step by step."""

    def __init__(self, both: Both) -> None:
        self.both, self.theme = both, THEMES["goods"]

    def begin(self, seed: bytes) -> None:
        """What a walk is mostly about."""
        (name,) = Random(seed).choices(list(THEMES), (40, 50, 10))
        note(name)
        self.theme = THEMES[name]

    def step(self, seed: bytes) -> None:
        random = Random(seed)
        steps = (
            self.act, self.act_at_once, self.act_again, self.act_in_another_role,
            self.act_by_another_key, self.wait,
        )  # fmt: skip
        random.choices(steps, (73, 11, 3, 3, 3, 7))[0](random)

    def act(self, random: Random) -> None:
        self._perform(self._offer(random))

    def act_at_once(self, random: Random) -> None:
        self._perform(self._offer(random, random.randint(2, 4)))

    def act_again(self, random: Random) -> None:
        self._perform(self._offer(random), random.choice((0, 1, 5, 255, 256, 2**255)))

    def act_in_another_role(self, random: Random) -> None:
        offered, roles = self._offer(random), random.randrange(1, 64)
        org = offered.org
        chance = random.random()
        if chance < 0.2:
            change, back = ("pauseWrites",), ("resumeWrites",)
        elif chance < 0.4:
            change, back = ("suspendOrganisation", org), ("resumeOrganisation", org)
        else:
            change, back = ("roles", org, roles), ("roles", org, int(cast.ROLES[org]))
        note(repr(change))
        self._govern(*change)
        self._perform(offered)
        self._govern(*back)

    def act_by_another_key(self, random: Random) -> None:
        offered, number = self._offer(random), random.randrange(1, len(cast.KEYS) + 1)
        key = self.both.chain.key(offered.org, number)
        known = self.both.state.keys.get(key)
        lasting = known is not None and not (known.revoked or known.valid_to)
        if lasting and random.random() < 0.2:
            note(f"revoke key {number}")
            self.both.govern("revokeKey", key)
        self._perform(replace(offered, key=number))

    def _govern(self, function: str, *arguments: int) -> None:
        if function == "roles":
            self.both.govern("proposeOrganisationRoles", *arguments)
            self.both.govern("applyOrganisationRoles", arguments[0])
        else:
            self.both.govern(function, *arguments)

    def wait(self, random: Random) -> None:
        seconds = random.choice((1, 4, 4, cast.DAY - 30, cast.DAY, 30 * cast.DAY))
        if self.theme is THEMES["points"] and random.random() < 0.7:
            seconds = random.choice(self._edges()) - random.choice((0, 0, 1)) - self.both.now
        note(f"wait {seconds}")
        self.both.now += max(seconds, 1)

    def _edges(self) -> list[int]:
        """Moments at which points become available, or expire, or nothing is earned any more."""
        now, state = self.both.now, self.both.state
        due = [row.available_from for _, row in state.earnings.rows() if row.available_from > now]
        closing = [row.closes for _, row in state.openings.rows() if row.closes > now]
        quarters = [(quarter_of(now) + ahead) * QUARTER for ahead in (1, LIFE, LIFE)]
        return [*due, *due, *closing, *quarters]

    def _offer(self, random: Random, acts: int = 1) -> Offer:
        both = self.both
        return offer(random, both.state, both.now, acts, theme=self.theme, signed=both.chain.signed)

    def _perform(self, offered: Offer, operation: int | None = None) -> None:
        note(f"{offered}, operation {operation}")
        self.both.perform(offered, operation)


@contextmanager
def walked(chain: ContractChain, tally: Tally | None = None) -> Iterator[Both]:
    """One walk from the opening to the comparison of all amounts, then as if it had not been."""
    snapshot = chain.rpc("evm_snapshot")
    try:
        both = Both(chain, tally)
        yield both
        both.compare()
    finally:
        assert chain.rpc("evm_revert", snapshot)


def test_the_rules_and_the_contracts_agree(chain, request):
    walks, tally = request.config.getoption("--model-walks"), Tally()

    @settings(
        max_examples=walks or WALKS,
        derandomize=not walks,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.binary(min_size=SEED * STEPS, max_size=SEED * STEPS))
    def some_walk(seeds: bytes) -> None:
        with walked(chain, tally) as both:
            walk = Walk(both)
            walk.begin(seeds[:SEED])
            for i in range(SEED, len(seeds), SEED):
                if any(seeds[i : i + SEED]):
                    walk.step(seeds[i : i + SEED])

    some_walk()
    if 0 < walks < WALKS:
        return  # too few to meet everything
    reached = tally.events.keys() | tally.refused.keys()
    assert reached >= EVENTS | REFUSALS, (EVENTS | REFUSALS) - reached
    assert sum(tally.refused.values()) * 2 > tally.operations


def test_a_logistic_unit_carries_two_hundred_lines(chain):
    """Too many for a walk to meet, so both are asked for it here."""
    units = [v.unit(str(v.key_of(cast.BREAD)), str(number)).id for number in range(1000, 1201)]
    made = [c.CommissionItem(unit, v.Amount(1), v.Seconds(0)) for unit in units]
    *most, last = [c.Line(unit, v.Amount(1)) for unit in units]
    free, other = cast.LOGISTIC_UNITS[2:4]

    def packs(unit: v.Id, *lines: c.Line) -> Offer:
        return Offer(cast.BAKERY, (c.PackItems(unit, lines),))

    with walked(chain) as both:
        both.perform(Offer(cast.BAKERY, (*made[:100],)))
        both.perform(Offer(cast.BAKERY, (*made[100:],)))
        both.perform(packs(free, *most, last))
        assert both.tally.refused == {"LogisticUnitTooLarge": 1}
        both.perform(packs(free, *most))
        both.perform(packs(free, last))
        assert both.tally.refused == {"LogisticUnitTooLarge": 2}
        both.perform(packs(other, last, c.Line(free, v.Amount(1))))
