"""Random acts beside goods: certificates, anchors, units and points, drawn from what there is."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from ledger import commands as c
from ledger import vocabulary as v
from ledger.history import State
from tests.support.packs import MEMBERS, SIZES, Signed, packs, packs_with, sign

NONE = v.DocumentHash(bytes(32))
ALWAYS = v.Seconds(0)
LAST_SECOND = v.Seconds(2**40 - 1)


@dataclass
class FurtherActs:
    """Draws for one state. What is drawn may be refused."""

    random: random.Random
    state: State
    signed: Signed
    org: v.OrgId
    item: v.Id
    """What an act is about, if about any."""

    def draw(self) -> c.Command:
        """An act of the organisation."""
        acts: list[Callable[[], c.Command]] = [
            self._certify, self._revoke, self._anchor, self._issue, self._issue, self._void,
            self._sell, self._sell, self._sell, self._return, self._open_programme,
            self._open_earning, self._open_earning, self._claim, self._claim, self._claim,
            self._award, self._settle, self._settle, self._claw_back, self._redeem, self._redeem,
            self._cancel, self._compensate, self._set_partner,
        ]  # fmt: skip
        return self.random.choice(acts)()

    def _hash(self, most: int = 200) -> v.DocumentHash:
        return v.DocumentHash(bytes([self.random.randint(1, most)]) * 32)

    # --- papers ---

    def _certify(self) -> c.Command:
        return c.IssueCertificate(self.item, self._hash(), self._hash(), ALWAYS, ALWAYS)

    def _revoke(self) -> c.Command:
        mine = [key for key, _ in self.state.certificates.rows() if key[0] == self.org]
        subject, document = self.random.choice(mine)[1:] if mine else (self.item, self._hash())
        return c.RevokeCertificate(subject, document, v.RevokeReason.WRONG)

    def _anchor(self) -> c.Command:
        known = self.state.anchors.get((self.org, v.AnchoredContent.SCANS))
        before, size = (known.root, known.size) if known else (NONE, 0)
        more = self.random.randint(1, 1000)
        return c.AnchorRoot(v.AnchoredContent.SCANS, self._hash(), size + more, before)

    # --- units ---

    def _an_issue(self) -> tuple[v.Id, int]:
        known = [key for key, _ in self.state.unit_issues.rows()]
        return self.random.choice(known) if known else (self.item, 1)

    def _some(self) -> tuple[v.Id, int, tuple[int, ...]]:
        lot, number = self._an_issue()
        issue = self.state.unit_issues.get((lot, number))
        units = range(issue.first, issue.first + issue.count) if issue else range(1)
        chosen = self.random.sample(units, self.random.randint(1, len(units)))
        return lot, number, tuple(sorted(chosen))

    def _issue(self) -> c.Command:
        of = packs(self.item, self.random.choice(SIZES)) if self.item[0] == v.Kind.LOT else None
        size, root = (len(of.units), of.root) if of else (300, self._hash())
        return c.IssueUnits(self.item, size, v.Amount(1), root)

    def _void(self) -> c.Command:
        lot, number, units = self._some()
        return c.VoidUnits(lot, number, units[0], 1, v.VoidReason.LOST)

    def _sell(self) -> c.Command:
        return c.SellUnits(*self._some())

    def _return(self) -> c.Command:
        return c.ReturnUnits(*self._some())

    # --- points ---

    def _programme(self) -> int:
        return self.random.randint(1, max(1, self.state.newest_programme()))

    def _open_programme(self) -> c.Command:
        return c.OpenProgramme(self._hash(), 10_000, 5_000, 0)

    def _set_partner(self) -> c.Command:
        return c.SetPartner(self._programme(), v.OrgId(self.random.randint(1, 3)), 3)

    def _open_earning(self) -> c.Command:
        return c.OpenEarning(self._programme(), *self._an_issue(), 20, ALWAYS)

    def _claim(self) -> c.Command:
        lot, number, (index, *_) = self._some()
        issue = self.state.unit_issues.get((lot, number))
        of = packs_with(lot, issue.root) if issue else None
        if issue is None or of is None:
            return self._award()
        place, member = index - issue.first, self.random.choice(MEMBERS)
        unit = of.units[place]
        signature = sign(unit.hex(), self.signed.claim(lot, index, member))
        return c.ClaimPoints(lot, number, index, unit, member, of.path(place), signature)

    def _award(self) -> c.Command:
        points = self.random.randint(1, 50)
        return c.AwardPoints(self._programme(), self.random.choice(MEMBERS), self._hash(), points)

    def _settle(self) -> c.Command:
        due = [key for key, row in self.state.earnings.rows() if not row.settled]
        programme, earning = self.random.choice(due) if due else (1, self._hash())
        return c.SettlePoints(programme, (earning,))

    def _claw_back(self) -> c.Command:
        if self.random.random() < 0.5:
            return c.ClawBackUnits(*self._some())
        return c.ClawBackAward(self._programme(), self._hash(), 1)

    def _redeem(self) -> c.Command:
        rich = [key for key, row in self.state.accounts.rows() if sum(row.points)]
        programme, member = self.random.choice(rich) if rich else (1, MEMBERS[0])
        known = self.state.accounts.get((programme, member))
        points = self.random.randint(1, sum(known.points)) if known and sum(known.points) else 1
        asked = c.RedeemPoints(programme, member, self._hash(), points, LAST_SECOND, b"")
        signer = f"member {MEMBERS.index(member)}"
        signature = sign(signer, self.signed.redemption(asked, self.org))
        return c.RedeemPoints(programme, member, asked.redemption, points, LAST_SECOND, signature)

    def _cancel(self) -> c.Command:
        rows = self.state.redemptions.rows()
        mine = [key for key, row in rows if row.org == self.org and not row.cancelled]
        return c.CancelRedemption(
            *(self.random.choice(mine) if mine else (1, MEMBERS[0], self._hash()))
        )

    def _compensate(self) -> c.Command:
        return c.CompensateUnits(*self._some(), 5)
