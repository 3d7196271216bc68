"""Random lives of members' points: records beside the real contract, over several quarters.

Claims, redemptions by code, cancellations across an expiry, clawbacks and erasures; after every
step the books balance, and what the contract says of each account is what the fold says.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from ledger.chain.codes import code_key
from ledger.chain.points import sign_claim, sign_redemption
from ledger.chain.relay import Domain
from ledger.earnings import earning_of_receipt, earning_of_unit, quarter_of
from ledger.errors import ActRefused, MemberErased
from ledger.hashing import MerkleTree, unit_leaf
from ledger.history import State
from ledger.history import accounts as folded
from ledger.redemption_codes import redemption_code_text
from records import members
from records.engine import open_engine, reading, writing
from records.members import MembersVault, NewMember, claims, codes
from records.members.erasing import erase
from records.migrations import upgrade
from tests.support.anvil import CHAIN_ID, LocalAnvil
from tests.support.cast import BAKERY, DAY, HASHES, LOTS, SHOP
from tests.support.contract_chain import ContractChain

pytestmark = pytest.mark.chain
LOT = LOTS[7]
GTIN = v.key_of(v.product_of(LOT)).digits
PROGRAMME, ISSUE, UNITS, EACH, PER_UNIT = 3, 2, 24, 5, 30
WINDOW = 2 * DAY
HIDDEN = [bytes([number]) * 16 for number in range(UNITS)]
IDS = [v.unit(GTIN, f"WALK-{number}").id for number in range(UNITS)]
TREE = MerkleTree(
    [unit_leaf(LOT, u, code_key(h).address) for u, h in zip(IDS, HIDDEN, strict=True)]
)
ROOT = v.DocumentHash(TREE.root)
MEMBERS = 3


@dataclass
class Chain:
    """The contract at the moment where every walk begins."""

    contracts: ContractChain
    domain: Domain
    first: int
    state: list[tuple[e.Event, v.Seconds]]
    snapshot: str

    def back(self) -> None:
        """To that moment."""
        assert self.contracts.rpc("evm_revert", self.snapshot)
        self.snapshot = self.contracts.rpc("evm_snapshot")


@pytest.fixture(scope="module")
def chain() -> Iterator[Chain]:
    with LocalAnvil() as anvil:
        contracts = ContractChain(anvil)
        told = list(contracts.opening)
        numbers = itertools.count(10**6)
        for org, *commands in (
            (BAKERY, c.IssueUnits(LOT, UNITS, v.Amount(EACH), ROOT)),
            (SHOP, c.OpenProgramme(HASHES[0], 10**9, 10**9, WINDOW), c.SetPartner(3, BAKERY, 1)),
            (BAKERY, c.OpenEarning(PROGRAMME, LOT, ISSUE, PER_UNIT, v.Seconds(0))),
        ):
            done = contracts.perform(contracts.key(org), next(numbers), commands)
            assert not isinstance(done, ActRefused), done
            told += [(event, v.Seconds(contracts.now)) for event in done]
            contracts.now += 1
        first = next(ev.first for ev, _ in told if isinstance(ev, e.UnitsIssued) and ev.issue == 2)
        domain = Domain(CHAIN_ID, contracts.signed.loyalty, "Loyalty")
        yield Chain(contracts, domain, first, told, contracts.rpc("evm_snapshot"))
        contracts.close()


def refused(act: Callable[[], None]) -> str:
    """Why something is refused; empty where it is done."""
    try:
        act()
    except (ActRefused, MemberErased) as error:
        return error.code
    return ""


class Walk(RuleBasedStateMachine):
    """Members, packs, receipts and redemptions of one programme."""

    chain: Chain
    cards = st.integers(0, MEMBERS - 1)
    places = st.integers(0, UNITS - 1)

    @initialize()
    def begin(self) -> None:
        self.chain.back()
        self.folder = tempfile.TemporaryDirectory()
        where = Path(self.folder.name)
        self.engine = open_engine(f"sqlite:///{where}/records.db")
        upgrade(self.engine)
        self.vault = MembersVault.open(where / "keys")
        self.now = v.Seconds(self.chain.contracts.newest() + 1)
        self.numbers = itertools.count(10**7)
        self.state, self.told = State(), []
        for event, time in self.chain.state:
            self.state.apply(event, time)
        with writing(self.engine) as records:
            self.members = [
                members.join(records, self.vault, NewMember(), self.now) for _ in range(MEMBERS)
            ]
        self.erased: set[str] = set()
        self.earnings: list[v.DocumentHash] = []
        self.receipts: list[tuple[v.DocumentHash, v.DocumentHash]] = []
        self.redemptions: list[tuple[v.Address, v.DocumentHash]] = []

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            self.folder.cleanup()

    def perform(self, org: v.OrgId, *commands: c.Command) -> None:
        """Performs acts on the chain and folds what they did.

        Raises:
            ActRefused: the contract says no.
        """
        contracts = self.chain.contracts
        done = contracts.perform(contracts.key(org), next(self.numbers), commands, self.now)
        if isinstance(done, ActRefused):
            raise done
        for event in done:
            self.state.apply(event, self.now)
            self.told.append(event)
        self.now = v.Seconds(self.now + 1)

    def marks(self, place: int):
        return self.state.unit(LOT, self.chain.first + place)

    def left(self, earning: v.DocumentHash) -> int:
        return self.state.earnings.get((PROGRAMME, earning)).points

    # --- what happens ---

    @precondition(lambda self: self.unsold())
    @rule(card=cards, days=st.integers(0, 3))
    def buy_and_claim(self, card: int, days: int) -> None:
        place = self.unsold()[0]
        self.sell(place)
        self.claim(card, place)
        self.now = v.Seconds(self.now + days * DAY)

    def unsold(self) -> list[int]:
        return [each for each in range(UNITS) if not self.marks(each).sold]

    @rule(place=places)
    def sell(self, place: int) -> None:
        if not self.marks(place).sold:
            self.perform(SHOP, c.SellUnits(LOT, ISSUE, (self.chain.first + place,)))

    @rule(card=cards, place=places)
    def claim(self, card: int, place: int) -> None:
        member, index, marks = self.members[card], self.chain.first + place, self.marks(place)
        path = tuple(map(v.DocumentHash, TREE.inclusion_path(place)))
        asked = c.ClaimPoints(LOT, ISSUE, index, IDS[place], member.address, path, b"")
        signed = sign_claim(code_key(HIDDEN[place]), self.chain.domain, asked)

        def take() -> None:
            with writing(self.engine) as records:
                members.require(records, member.card)
                free = claims.take(
                    records, LOT, index, member.card,
                    programme=PROGRAMME, operation=None, now=self.now,
                )  # fmt: skip
                self.perform(BAKERY, signed)
                assert free

        code = refused(take)
        if member.card in self.erased:
            assert code == "MemberErased"
        elif marks.sold and not marks.claimed:
            assert not code
            self.earnings.append(earning_of_unit(LOT, index))
        else:
            assert code in ("UnitNotSold", "UnitAlreadyClaimed")

    @rule(card=cards, points=st.integers(1, 200))
    def award(self, card: int, points: int) -> None:
        member = self.members[card]
        if member.card in self.erased:
            return
        receipt = v.DocumentHash(next(self.numbers).to_bytes(32, "big"))
        self.perform(SHOP, c.AwardPoints(PROGRAMME, member.address, receipt, points))
        self.earnings.append(earning_of_receipt(SHOP, receipt))
        self.receipts.append((receipt, self.earnings[-1]))

    def due(self, member: v.Address | None = None) -> tuple[v.DocumentHash, ...]:
        known = ((each, self.state.earnings.get((PROGRAMME, each))) for each in self.earnings)
        return tuple(
            each
            for each, n in known
            if not n.settled and n.points and n.available_from <= self.now
            if member in (None, n.member)
        )

    @precondition(lambda self: self.due())
    @rule()
    def settle(self) -> None:
        if due := self.due():
            self.perform(BAKERY, c.SettlePoints(PROGRAMME, due))

    def spendable(self, member: members.Member) -> int:
        known = self.state.accounts.get((PROGRAMME, member.address))
        due = [self.left(each) for each in self.due(member.address)]
        return sum(folded.present(known, quarter_of(self.now)).points) + sum(due)

    def rich(self) -> list[members.Member]:
        living = [each for each in self.members if each.card not in self.erased]
        return [each for each in living if self.spendable(each)]

    @precondition(lambda self: self.rich())
    @rule(data=st.data(), more=st.sampled_from([0, 0, 0, 1]))
    def redeem(self, data: st.DataObject, more: int) -> None:
        member = data.draw(st.sampled_from(self.rich()))
        points = data.draw(st.integers(1, self.spendable(member))) + 10**6 * more
        with writing(self.engine) as records:
            code, kept = codes.open_code(
                records, self.vault, member.card,
                programme=PROGRAMME, points=points, now=self.now,
            )  # fmt: skip
        why = refused(lambda: self._confirm(member, f" {redemption_code_text(code).lower()} "))
        with writing(self.engine) as records:
            found = codes.look_up(records, self.vault, code)
            if why:
                assert (why, found.state) == ("BalanceTooSmall", "open")
                return
            assert not codes.use(
                records, found,
                org=SHOP, key_id=None, operation="again", channel="store", now=self.now,
            )  # fmt: skip
        self.redemptions.append((member.address, kept.number))

    def _confirm(self, member: members.Member, typed: str) -> None:
        """As staff do it: the code is used in the transaction that lets the member's key sign."""
        with writing(self.engine) as records:
            found = codes.look_up(records, self.vault, typed)
            assert found.card == member.card
            assert codes.use(
                records, found,
                org=SHOP, key_id=None, operation="once", channel="store", now=self.now,
            )  # fmt: skip
            key = members.signing_key(records, self.vault, member.card)
            late = v.Seconds(self.now + DAY)
            asked = c.RedeemPoints(PROGRAMME, member.address, found.number, found.points, late, b"")
            due = self.due(member.address)
            settle = (c.SettlePoints(PROGRAMME, due),) if due else ()
            self.perform(SHOP, *settle, sign_redemption(key, self.chain.domain, asked, SHOP))

    @precondition(lambda self: self.redemptions)
    @rule(data=st.data(), days=st.sampled_from([0, 0, 100, 400]))
    def cancel(self, data: st.DataObject, days: int) -> None:
        """At once, or after some of what was spent, or all of it, would have expired."""
        self.now = v.Seconds(self.now + days * DAY)
        place = data.draw(st.integers(0, len(self.redemptions) - 1))
        address, number = self.redemptions.pop(place)
        before = self.state.redemptions.get((PROGRAMME, address, number))
        over = sum(
            before.taken[quarter & 3]
            for quarter in folded.quarters(before.quarter)
            if folded.is_over(quarter, quarter_of(self.now))
        )
        self.perform(SHOP, c.CancelRedemption(PROGRAMME, address, number))
        told = next(ev for ev in reversed(self.told) if isinstance(ev, e.RedemptionCancelled))
        assert told.expired == over, "what had expired meanwhile has no new life"

    @rule(place=places)
    def bring_back(self, place: int) -> None:
        """The pack comes back, and with it what it earned."""
        marks, index = self.marks(place), self.chain.first + place
        if not marks.sold:
            return
        self.perform(SHOP, c.ReturnUnits(LOT, ISSUE, (index,)))
        if marks.claimed and self.left(earning_of_unit(LOT, index)):
            taken = c.ClawBackUnits(LOT, ISSUE, (index,))
            assert refused(lambda: self.perform(SHOP, taken)) in ("", "EarningIsExpired")

    @precondition(lambda self: self.receipts)
    @rule(data=st.data())
    def take_back_some(self, data: st.DataObject) -> None:
        receipt, earning = data.draw(st.sampled_from(self.receipts))
        if not self.left(earning):
            return
        points = data.draw(st.integers(1, self.left(earning)))
        taken = c.ClawBackAward(PROGRAMME, receipt, points)
        assert refused(lambda: self.perform(SHOP, taken)) in ("", "EarningIsExpired")

    @rule(days=st.sampled_from([1, 3, 3, 3, 30, 90, 200, 360]))
    def pass_time(self, days: int) -> None:
        self.now = v.Seconds(self.now + days * DAY)

    @precondition(lambda self: self.told)
    @rule()
    def expire(self) -> None:
        addresses = tuple(member.address for member in self.members)
        self.perform(BAKERY, c.ExpirePoints(PROGRAMME, addresses))

    @precondition(lambda self: len(self.told) > 40)
    @rule(card=cards)
    def leave(self, card: int) -> None:
        number = self.members[card].card
        if number in self.erased:
            return
        with writing(self.engine) as records:
            erase(records, number, self.now)
            assert not claims.claims_of(records, number)
            assert not codes.codes_of(records, number)
        self.erased.add(number)

    # --- what is always true ---

    @invariant()
    def the_books_balance(self) -> None:
        if not hasattr(self, "told"):
            return
        ours = [ev for ev in self.told if getattr(ev, "programme", None) == PROGRAMME]

        def total(kind: type[e.Event], name: str = "points") -> int:
            return sum(getattr(ev, name) for ev in ours if isinstance(ev, kind))

        issued = total(e.PointsClaimed) + total(e.PointsAwarded)
        late = total(e.RedemptionCancelled, "expired")
        spent = total(e.PointsRedeemed) - total(e.RedemptionCancelled, "restored") - late
        expired = total(e.PointsExpired) + late
        rows = [self.state.earnings.get((PROGRAMME, each)) for each in self.earnings]
        pending = sum(row.points for row in rows if not row.settled)
        kept = [self.state.accounts.get((PROGRAMME, n.address)) for n in self.members]
        balances = sum(sum(n.points) for n in kept if n)
        owed = sum(n.owed for n in kept if n)
        where = pending + balances + spent + expired + total(e.PointsClawedBack)
        assert where - owed == issued

    @invariant()
    def the_contract_says_the_same_of_every_account(self) -> None:
        if not hasattr(self, "told"):
            return
        asked = [("Loyalty", "accountOf", PROGRAMME, "0x" + n.address.hex()) for n in self.members]
        found = self.chain.contracts.views(asked, self.now)
        for member, words in zip(self.members, found, strict=True):
            known = self.state.accounts.get((PROGRAMME, member.address))
            present = folded.present(known, quarter_of(self.now))
            assert words[:2] == (sum(present.points), present.owed)

    @invariant()
    def every_claimed_pack_has_one_claim_here(self) -> None:
        if not hasattr(self, "told"):
            return
        with reading(self.engine) as records:
            for place in range(UNITS):
                kept = claims.claim_of(records, LOT, place + self.chain.first)
                assert (kept is not None) == self.marks(place).claimed


def test_points_add_up_whatever_members_and_shops_do(chain):
    Walk.chain = chain
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
