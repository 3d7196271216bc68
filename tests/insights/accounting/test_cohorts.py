"""The book of cohorts, along random lives of a programme under the contract's own rules."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from insights.accounting.cohorts import Book
from insights.accounting.settlement import settle
from insights.liability import by_channel, liability
from ledger import commands as c
from ledger import vocabulary as v
from ledger.earnings import LIFE, QUARTER, earning_of_receipt, quarter_of
from ledger.errors import ActRefused
from ledger.events import Event, Logged, PointsAwarded, PointsRedeemed
from ledger.history import accounts
from tests.support.world import FARM, NOW, PACKER, SHOP, World

MEMBERS = tuple(v.Address(bytes([n]) * 20) for n in (1, 2))
SHOPS = (FARM, PACKER, SHOP)
NUMBERS = tuple(v.DocumentHash(bytes([n]) * 32) for n in range(1, 9))
WINDOW = 10 * 86_400
LATE = v.Seconds(2**40 - 1)


class Programme(RuleBasedStateMachine):
    """A programme of three shops; time leaps over quarters, so that points expire."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.world.now = v.Seconds(NOW // QUARTER * QUARTER)
        self.log: list[Logged] = []
        self.book = Book(FARM, lambda lot, index: PACKER)  # noqa: ARG005
        budget = c.OpenProgramme(NUMBERS[0], 10**6, 10**6, WINDOW)
        self.world.act(FARM, budget)
        for partner in (PACKER, SHOP):
            self.world.act(FARM, c.SetPartner(1, partner, 3))

    def act(self, org: v.OrgId, command: c.Command) -> None:
        try:
            events: list[Event] = self.world.act(org, command)
        except ActRefused:
            return
        for event in events:
            logged = Logged(event, 1, len(self.log), b"", self.world.now, len(self.log))
            self.log.append(logged)
            self.book.note(logged)

    @rule(
        org=st.sampled_from(SHOPS), member=st.sampled_from(MEMBERS),
        number=st.sampled_from(NUMBERS), points=st.integers(1, 90),
    )  # fmt: skip
    def award(self, org, member, number, points):
        self.act(org, c.AwardPoints(1, member, number, points))

    @rule(org=st.sampled_from(SHOPS), number=st.sampled_from(NUMBERS))
    def settle_one(self, org, number):
        self.act(FARM, c.SettlePoints(1, (earning_of_receipt(org, number),)))

    @rule(org=st.sampled_from(SHOPS), number=st.sampled_from(NUMBERS), points=st.integers(1, 90))
    def claw_back(self, org, number, points):
        self.act(org, c.ClawBackAward(1, number, points))

    @rule(
        org=st.sampled_from(SHOPS), member=st.sampled_from(MEMBERS),
        number=st.sampled_from(NUMBERS), points=st.integers(1, 60),
    )  # fmt: skip
    def redeem(self, org, member, number, points):
        self.act(org, c.RedeemPoints(1, member, number, points, LATE, b""))

    @rule(
        org=st.sampled_from(SHOPS), member=st.sampled_from(MEMBERS),
        number=st.sampled_from(NUMBERS),
    )  # fmt: skip
    def cancel(self, org, member, number):
        self.act(org, c.CancelRedemption(1, member, number))

    @rule(days=st.sampled_from((1, 11, 80, 95, 200, 400)))
    def wait(self, days):
        self.world.now = v.Seconds(self.world.now + days * 86_400)

    @rule()
    def write_off(self):
        self.act(FARM, c.ExpirePoints(1, MEMBERS))

    @invariant()
    def every_cohort_adds_up(self):
        assert all(each.difference == 0 for each in self.book.cohorts.values())

    @invariant()
    def the_cohorts_are_what_the_accounts_hold(self):
        held: dict[int, int] = defaultdict(int)
        owed = 0
        for _, account in self.world.state.accounts.rows():
            owed += account.owed
            for quarter in accounts.quarters(account.quarter):
                held[quarter] += account.points[quarter & 3]
        assert {n: each.available for n, each in self.book.cohorts.items() if each.available} == {
            n: points for n, points in held.items() if points
        }
        cohorts = self.book.cohorts.values()
        assert owed == sum(each.became_owed - each.recovered for each in cohorts)
        waiting = (row.points for _, row in self.world.state.earnings.rows() if not row.settled)
        assert sum(each.pending for each in cohorts) == sum(waiting)

    @invariant()
    def whose_points_were_spent_is_all_that_was_spent(self):
        spent = sum(each.redeemed for each in self.book.cohorts.values())
        assert sum(self.book.redeemed.values()) == spent
        assert min(self.book.redeemed.values(), default=0) >= 0
        assert sum(settle(self.book.redeemed, 3).positions.values()) == 0

    @invariant()
    def the_calendar_holds_what_has_not_lapsed(self):
        report = liability(self.book, self.world.now)
        assert report.outstanding + report.lapsed == report.total("available") + report.total(
            "pending"
        )
        first = quarter_of(self.world.now) - LIFE
        assert all(each.quarter > first for each in report.expiries)
        assert all(each.lapses > self.world.now for each in report.expiries)

    @invariant()
    def channels_sum_to_the_whole(self):
        receipts = dict(zip(NUMBERS, ["store", "online"] * 2, strict=False))
        told = by_channel(self.log, {}, receipts, {NUMBERS[0]: "store"})
        cohorts = self.book.cohorts.values()
        assert sum(n.issued for n in told.values()) == sum(n.issued for n in cohorts)
        assert sum(n.redeemed for n in told.values()) == sum(n.redeemed for n in cohorts)


Programme.TestCase.settings = settings(max_examples=120, stateful_step_count=40)
TestProgramme = Programme.TestCase


def test_points_are_owed_by_whoever_issued_them_first_spent_first():
    machine = Programme()
    machine.award(PACKER, MEMBERS[0], NUMBERS[0], 30)
    machine.award(SHOP, MEMBERS[0], NUMBERS[1], 50)
    machine.wait(11)
    machine.settle_one(PACKER, NUMBERS[0])
    machine.settle_one(SHOP, NUMBERS[1])
    machine.redeem(FARM, MEMBERS[0], NUMBERS[2], 40)
    assert [type(each.event) for each in machine.log].count(PointsAwarded) == 2
    assert machine.book.redeemed == {(PACKER, FARM): 30, (SHOP, FARM): 10}
    machine.cancel(FARM, MEMBERS[0], NUMBERS[2])
    machine.redeem(PACKER, MEMBERS[0], NUMBERS[3], 60)
    spent = {key: points for key, points in machine.book.redeemed.items() if points}
    assert spent == {(PACKER, PACKER): 30, (SHOP, PACKER): 30}
    assert sum(isinstance(each.event, PointsRedeemed) for each in machine.log) == 2
