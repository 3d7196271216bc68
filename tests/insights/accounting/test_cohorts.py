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
RULES = v.DocumentHash(bytes([9]) * 32)
FIRST = v.DocumentHash((1).to_bytes(32, "big"))
WINDOW = 10 * 86_400
LATE = v.Seconds(2**40 - 1)


class Programme(RuleBasedStateMachine):
    """A programme of three shops; time leaps over quarters, so that points expire."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.world.now = v.Seconds(NOW // QUARTER * QUARTER)
        self.log: list[Logged] = []
        self.receipts = self.redeemed = 0
        self.book = Book(FARM, lambda lot, index: PACKER)  # noqa: ARG005
        budget = c.OpenProgramme(RULES, 10**6, 10**6, WINDOW)
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

    @rule(org=st.sampled_from(SHOPS), member=st.sampled_from(MEMBERS), points=st.integers(1, 90))
    def award(self, org, member, points):
        self.receipts += 1
        number = v.DocumentHash(self.receipts.to_bytes(32, "big"))
        self.act(org, c.AwardPoints(1, member, number, points))

    @rule(org=st.sampled_from(SHOPS), member=st.sampled_from(MEMBERS), points=st.integers(1, 90))
    def earn(self, org, member, points):
        """What is awarded, after its return window."""
        self.award(org, member, points)
        self.wait(11)
        self.settle_all()

    @rule()
    def settle_all(self):
        for each in self.awarded():
            self.act(FARM, c.SettlePoints(1, (earning_of_receipt(each.org, each.receipt),)))

    @rule(which=st.integers(0, 99), part=st.sampled_from((1, 2, 3)))
    def claw_back(self, which, part):
        known = self.world.state.earnings
        left = [
            (each, row.points)
            for each in self.awarded()
            if (row := known.get((1, earning_of_receipt(each.org, each.receipt)))) and row.points
        ]
        if left:
            award, points = left[which % len(left)]
            self.act(award.org, c.ClawBackAward(1, award.receipt, -(-points // part)))

    @rule(
        org=st.sampled_from(SHOPS),
        member=st.sampled_from(MEMBERS),
        part=st.sampled_from((1, 1, 2, 3)),
    )
    def redeem(self, org, member, part):
        known = self.world.state.accounts.get((1, member))
        held = sum(accounts.present(known, quarter_of(self.world.now)).points)
        self.redeemed += 1
        number = v.DocumentHash(self.redeemed.to_bytes(32, "big"))
        if held:
            self.act(org, c.RedeemPoints(1, member, number, -(-held // part), LATE, b""))

    @rule(which=st.integers(0, 99))
    def cancel(self, which):
        known = [
            each
            for n in self.log
            if isinstance(each := n.event, PointsRedeemed)
            and not self.world.state.redemptions.get((1, each.member, each.redemption)).cancelled
        ]
        if known:
            spent = known[which % len(known)]
            self.act(spent.org, c.CancelRedemption(1, spent.member, spent.redemption))

    def awarded(self):
        return [n.event for n in self.log if isinstance(n.event, PointsAwarded)]

    @rule(days=st.sampled_from((1, 11, 80, 200)))
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
        told = by_channel(self.log, {}, {FIRST: "store"}, {FIRST: "online"})
        cohorts = self.book.cohorts.values()
        assert sum(n.issued for n in told.values()) == sum(n.issued for n in cohorts)
        assert sum(n.redeemed for n in told.values()) == sum(n.redeemed for n in cohorts)


Programme.TestCase.settings = settings(max_examples=120, stateful_step_count=40)
TestProgramme = Programme.TestCase


def test_points_are_owed_by_whoever_issued_them_first_spent_first():
    machine = Programme()
    machine.earn(PACKER, MEMBERS[0], 30)
    machine.earn(SHOP, MEMBERS[0], 50)
    machine.redeem(FARM, MEMBERS[0], 2)
    assert machine.book.redeemed == {(PACKER, FARM): 30, (SHOP, FARM): 10}
    machine.cancel(0)
    machine.redeem(PACKER, MEMBERS[0], 1)
    spent = {key: points for key, points in machine.book.redeemed.items() if points}
    assert spent == {(PACKER, PACKER): 30, (SHOP, PACKER): 50}


def test_what_is_clawed_back_after_it_was_spent_is_owed_and_paid_by_what_comes_later():
    machine = Programme()
    machine.earn(SHOP, MEMBERS[0], 50)
    machine.redeem(FARM, MEMBERS[0], 1)
    machine.claw_back(0, 1)
    machine.earn(PACKER, MEMBERS[0], 70)
    report = liability(machine.book, machine.world.now)
    assert (report.owed, report.total("became_owed"), report.total("recovered")) == (0, 50, 50)
    assert (report.outstanding, report.difference) == (20, 0)
