"""Acts with points."""

from __future__ import annotations

from ledger import commands as c
from ledger import vocabulary as v
from ledger.earnings import LIFE, earning_of_receipt, earning_of_unit, quarter_of
from ledger.history import Earning, Opening, Programme, accounts
from ledger.rules.programmes import LONGEST_WINDOW
from tests.support.cast import DAY, HASHES, LOTS, RECEIPTS, SOMEBODY
from tests.support.offers.drawing import LARGEST
from tests.support.offers.units import Issue, Seen, Units
from tests.support.packs import MEMBERS, NOBODY, sign, twin

NUMBERS = tuple(v.DocumentHash(bytes([byte]) * 32) for byte in range(30, 36))
WRONG_POINTS = (0, 2**48 - 1, 2**48, LARGEST)
PEOPLE = (*MEMBERS[:2], *MEMBERS)
"""Two of four come often, so that they have something."""


class Points(Units):
    # --- what there is to choose from ---

    def programmes(self) -> dict[int, Programme]:
        return dict(self.state.programmes.rows())

    def own(self) -> int:
        mine = [n for n, each in self.programmes().items() if each.org == self.org]
        return self.likely(mine, (0, 1, 2, 3, 9))

    def taking_part(self, right: v.PartnerRight) -> int:
        partners = {
            n for (n, org), r in self.state.partners.rows() if org == self.org and r & right
        }
        known = self.programmes()
        mine = {n for n, each in known.items() if each.org == self.org}
        fits = [n for n in mine | partners if not known[n].closed or right == v.PartnerRight.REDEEM]
        return self.likely(sorted(fits), (0, 1, 2, 3, 9))

    def a_member(self) -> v.Address:
        return self.likely(PEOPLE, (NOBODY, *MEMBERS))

    def points(self, *good: int) -> int:
        return self.likely([g for g in good if g > 0], WRONG_POINTS)

    def openings(self) -> dict[Issue, Opening]:
        return dict(self.state.openings.rows())

    # --- programmes ---

    def open_programme(self) -> c.Command:
        budget = self.points(60, 60, 500, 3000, 2**48 - 1)
        return c.OpenProgramme(self.random.choice(HASHES), budget, *self._terms())

    def _terms(self) -> tuple[int, int]:
        window = self.likely(
            (0, 3, 3 * DAY, 30 * DAY), (LONGEST_WINDOW, LONGEST_WINDOW + 1, 2**32 - 1)
        )
        return self.points(40, 200, 1000), window

    def fund_programme(self) -> c.Command:
        return c.FundProgramme(self.own(), self.points(1, 500))

    def change_programme(self) -> c.Command:
        return c.ChangeProgramme(self.own(), self.random.choice(HASHES), *self._terms())

    def close_programme(self) -> c.Command:
        return c.CloseProgramme(self.own())

    def set_partner(self) -> c.Command:
        return c.SetPartner(
            self.own(), self.likely(SOMEBODY[:4], SOMEBODY), self.likely((3, 3, 1, 2, 0), (4, 255))
        )

    # --- earning ---

    def open_earning(self) -> c.Command:
        opened = self.openings()
        mine = [k for k, each in self.issues().items() if each.org == self.org and k not in opened]
        (lot, number), _ = self.an_issue(*mine)
        soon = (self.now, self.now + 1, self.now + 4)
        closes = self.random.choice((0, 0, self.now + 50 * DAY, *soon))
        programme = self.taking_part(v.PartnerRight.EARN)
        return c.OpenEarning(programme, lot, number, self.points(10, 25), v.Seconds(closes))

    def _may_be_claimed(self, unit: Seen) -> bool:
        return (
            unit.key in self.openings()
            and unit.marks.sold
            and not unit.marks.claimed
            and not unit.marks.voided
        )

    def _stray(self, unit: Seen) -> bool:
        return unit.key in self.openings()

    def claim(self) -> c.Command:
        fits = self.units_that(self._may_be_claimed if self.lawful() else self._stray)
        lot, number, indexes = self.some_units(fits)
        index = indexes[0] if indexes else 0
        unit, _, path = self.proof(lot, number, index)
        member, signer = self.a_member(), unit.hex()
        # a copied claim is signed for another member
        whom = self.likely((member,), (*MEMBERS,))
        signature = sign(signer, self.signed.claim(lot, index, whom))
        return c.ClaimPoints(lot, number, index, unit, member, path, self._signature(signature))

    def _signature(self, right: bytes) -> bytes:
        wrong = (b"", right[:-1], right + b"\0", twin(right), right[:64] + b"\x1d", bytes(65))
        return self.likely((right,), wrong)

    def award(self) -> c.Command:
        programme = self.taking_part(v.PartnerRight.EARN)
        points = self.points(10, 25, 45, 300)
        return c.AwardPoints(programme, self.a_member(), self.random.choice(RECEIPTS), points)

    def _earnings(self, *, settled: bool) -> dict[int, dict[v.DocumentHash, Earning]]:
        found: dict[int, dict[v.DocumentHash, Earning]] = {}
        for (programme, earning), row in self.state.earnings.rows():
            if row.settled == settled and (settled or row.available_from <= self.now):
                found.setdefault(programme, {})[earning] = row
        return found

    def settle(self) -> c.Command:
        due = self._earnings(settled=False)
        every = [key for key, _ in self.state.earnings.rows()]
        programme = self.likely(sorted(due), (1, 2, 9))
        others = [earning for _, earning in every] or list(RECEIPTS)
        of = list(due.get(programme, {}))
        chosen = [self.likely(of, others) for _ in range(self.count())]
        return c.SettlePoints(programme, tuple(dict.fromkeys(chosen) if self.lawful() else chosen))

    def recall_promised(self) -> c.Command:
        """Recalls what units earn points of."""
        lots = {lot for lot, _ in self.openings() if self.state.items.get(lot)}
        return c.RecallItems((self.likely(sorted(lots), LOTS),), self.random.choice(HASHES))

    def compensate_units(self) -> c.Command:
        opened, known = self.openings(), self.state
        programmes = self.programmes()

        def fits(unit: Seen) -> bool:
            item, opening = known.items.get(unit.key[0]), opened.get(unit.key)
            mine = opening and programmes[opening.programme].org == self.org
            return bool(unit.marks.claimed and mine and item and item.recalled_by)

        def nearly(unit: Seen) -> bool:
            return unit.key in opened and unit.marks.claimed

        where = self.units_that(fits) or self.units_that(nearly)
        return c.CompensateUnits(*self.some_units(where), self.points(5, 30, 2000))

    # --- giving back ---

    def claw_back_units(self) -> c.Command:
        opened = self.openings()

        def fits(unit: Seen) -> bool:
            if unit.key not in opened or not (unit.marks.returned and unit.marks.claimed):
                return False
            earning = (opened[unit.key].programme, earning_of_unit(unit.key[0], unit.index))
            known = self.state.earnings.get(earning)
            return bool(known and known.points)

        def nearly(unit: Seen) -> bool:
            return unit.key in opened and (unit.marks.claimed or unit.marks.returned)

        where = self.units_that(fits) if self.lawful() else self.units_that(nearly)
        return c.ClawBackUnits(*self.some_units(where))

    def claw_back_award(self) -> c.Command:
        mine = [
            (programme, receipt, known.points)
            for receipt in RECEIPTS
            for programme in self.programmes()
            for known in [
                self.state.earnings.get((programme, earning_of_receipt(self.org, receipt)))
            ]
            if known and known.points
        ]
        programme, receipt, left = self.likely(mine, ((1, RECEIPTS[0], 5), (2, RECEIPTS[1], 5)))
        some = self.likely((left, 1, (left + 1) // 2), (left + 1, *WRONG_POINTS))
        return c.ClawBackAward(programme, receipt, some)

    # --- spending ---

    def _available(self, programme: int, member: v.Address) -> int:
        known = self.state.accounts.get((programme, member))
        return sum(accounts.present(known, quarter_of(self.now)).points)

    def redeem(self) -> c.Command:
        programme = self.taking_part(v.PartnerRight.REDEEM)
        rich = [m for m in MEMBERS if self._available(programme, m)]
        member = self.likely(rich, MEMBERS)
        there = self._available(programme, member)
        points = self.likely(
            [p for p in (there, (there + 1) // 2) if p], (there + 1, *WRONG_POINTS)
        )
        deadline = self.likely((self.now, self.now + 5), (self.now - 1, 0))
        number = self.random.choice(NUMBERS)
        asked = c.RedeemPoints(programme, member, number, points, v.Seconds(deadline), b"")
        org = self.likely((self.org,), SOMEBODY)
        signer = f"member {self.likely((MEMBERS.index(member),), range(4))}"
        signature = self._signature(sign(signer, self.signed.redemption(asked, org)))
        return c.RedeemPoints(programme, member, number, points, v.Seconds(deadline), signature)

    def cancel_redemption(self) -> c.Command:
        rows = list(self.state.redemptions.rows())
        mine = [key for key, row in rows if row.org == self.org and not row.cancelled]
        others = [key for key, _ in rows] or [(1, MEMBERS[0], NUMBERS[0])]
        return c.CancelRedemption(*self.likely(mine, others))

    def expire(self) -> c.Command:
        old = quarter_of(self.now) - LIFE + 1
        rows = self.state.accounts.rows()
        stale = [key for key, row in rows if sum(row.points) and row.quarter < old]
        programme = self.likely([key[0] for key in stale], (1, 1, 2, 9))
        people = self.random.sample(PEOPLE, self.random.randint(0, 3))
        return c.ExpirePoints(programme, (*people, *(m for n, m in stale if n == programme)))
