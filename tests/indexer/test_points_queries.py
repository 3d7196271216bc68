"""What the mirror answers of certificates, anchors, units and points: one story, played out."""

from __future__ import annotations

import pytest

from indexer.queries import (
    anchors,
    certificates,
    corrections,
    facts,
    findings,
    loyalty,
    units,
)
from ledger import commands as c
from ledger import vocabulary as v
from ledger.earnings import earning_of_receipt, earning_of_unit, quarter_of
from tests.indexer.living_chain import FARM, LETTUCE, PACKER, SHOP
from tests.support.anvil import CHAIN_ID
from tests.support.packs import MEMBERS, Signed, packs, sign

pytestmark = pytest.mark.chain

LOT = v.lot(LETTUCE.digits, "POINTS").id
PACKS = packs(LOT, 6)
NONE, RULES, ROOT, NOTICE, RECEIPT, NUMBER = (v.DocumentHash(bytes([n]) * 32) for n in range(6))
ALWAYS = v.Seconds(0)
ANNA, BEN = MEMBERS[:2]
WINDOW = 60
PROGRAMME = 1


class Story:
    """One day of a programme; `later` lets its return window pass."""

    def __init__(self, living, indexer, mirror):
        self.living, self.indexer, self.mirror = living, indexer, mirror
        place = living.deployment.contracts["Loyalty"].address
        self.signed = Signed(CHAIN_ID, place)

    def act(self, org, *commands):
        for command in commands:
            self.living.act(org, command)
            self.living.mine()

    def later(self, seconds=WINDOW + 5):
        self.living.anvil.rpc("evm_increaseTime", seconds)
        self.living.mine()

    def now(self):
        return int(self.living.anvil.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def claim(self, index, member):
        unit = PACKS.units[index]
        signature = sign(unit.hex(), self.signed.claim(LOT, index, member))
        return c.ClaimPoints(LOT, 1, index, unit, member, PACKS.path(index), signature)

    def redeem(self, org, points):
        asked = c.RedeemPoints(PROGRAMME, ANNA, NUMBER, points, v.Seconds(2**40 - 1), b"")
        signature = sign("member 0", self.signed.redemption(asked, org))
        return c.RedeemPoints(PROGRAMME, ANNA, NUMBER, points, v.Seconds(2**40 - 1), signature)

    def begin(self):
        self.act(
            FARM,
            c.CommissionItem(LOT, v.Amount(100), ALWAYS),
            c.ShipItems(v.shipment("POINTS").id, SHOP, (c.Line(LOT, v.Amount(60)),)),
            c.IssueUnits(LOT, 6, v.Amount(10), PACKS.root),
            c.VoidUnits(LOT, 1, 5, 1, v.VoidReason.LOST),
            c.OpenProgramme(RULES, 1000, 500, WINDOW),
            c.SetPartner(PROGRAMME, SHOP, 3),
            c.OpenEarning(PROGRAMME, LOT, 1, 40, ALWAYS),
        )
        shipped = (c.Line(LOT, v.Amount(60)),)
        self.act(
            SHOP,
            c.ReceiveShipment(FARM, v.shipment("POINTS").id, shipped),
            c.SellUnits(LOT, 1, (0, 1, 2)),
            self.claim(0, ANNA),
            self.claim(1, BEN),
            c.AwardPoints(PROGRAMME, ANNA, RECEIPT, 25),
        )


@pytest.fixture
def story(living, indexer, mirror):
    told = Story(living, indexer, mirror)
    told.begin()
    return told


def test_points_are_earned_spent_given_back_and_add_up(story, rebuilt):
    story.indexer.catch_up()
    with story.mirror.read() as connection:
        pending = loyalty.account(connection, PROGRAMME, ANNA, v.Seconds(story.now()))
        assert (pending.available, pending.pending, pending.owed) == (0, 65, 0)
        assert loyalty.trial_balance(connection, PROGRAMME).difference == 0
    story.later()
    first = earning_of_unit(LOT, 0)
    award = earning_of_receipt(SHOP, RECEIPT)
    story.act(PACKER, c.SettlePoints(PROGRAMME, (first, award)))
    story.act(SHOP, story.redeem(SHOP, 60), c.ReturnUnits(LOT, 1, (0, 1)))
    story.act(PACKER, c.ClawBackUnits(LOT, 1, (0, 1)))
    story.indexer.catch_up()
    now = v.Seconds(story.now())
    with story.mirror.read() as connection:
        anna = loyalty.account(connection, PROGRAMME, ANNA, now)
        assert (anna.available, anna.pending, anna.owed) == (0, 0, 35)
        told = {each.earning: each for each in loyalty.earnings(connection, PROGRAMME, ANNA)}
        assert (told[first].points, told[first].left, told[first].index) == (40, 0, 0)
        assert (told[award].receipt, told[award].org, told[award].lot) == (RECEIPT, SHOP, None)
        (spent,) = loyalty.redemptions(connection, PROGRAMME, ANNA)
        assert (spent.org, spent.points, spent.cancelled) == (SHOP, 60, False)
        books = loyalty.trial_balance(connection, PROGRAMME)
        assert books == loyalty.TrialBalance(105, 0, 0, 60, 0, 80, 35)
        assert books.difference == 0
    story.act(SHOP, c.CancelRedemption(PROGRAMME, ANNA, NUMBER))
    story.indexer.catch_up()
    with story.mirror.read() as connection:
        anna = loyalty.account(connection, PROGRAMME, ANNA, now)
        assert (anna.available, anna.owed, anna.expiring) == (25, 0, 25)
        assert anna.by_quarter == ((quarter_of(now), 25),)
        assert anna.expires == (quarter_of(now) + 4) * 90 * 86_400
        late = loyalty.account(connection, PROGRAMME, ANNA, v.Seconds(anna.expires))
        assert (late.available, late.expires) == (0, 0)
        assert loyalty.trial_balance(connection, PROGRAMME).difference == 0
    with story.mirror.read() as connection:
        assert rebuilt() == rebuilt()


def test_programmes_and_who_takes_part(story):
    story.indexer.catch_up()
    with story.mirror.read() as connection:
        programme = loyalty.programmes(connection, org=FARM)[-1]
        assert (programme.budget, programme.issued, programme.closed) == (1000, 105, False)
        assert loyalty.programme(connection, 3) is None
        assert loyalty.partners(connection, PROGRAMME) == (loyalty.PartnerView(SHOP, 3),)
        (opening,) = loyalty.openings(connection, PROGRAMME)
        assert (opening.lot, opening.issue, opening.points) == (LOT, 1, 40)
        assert loyalty.openings(connection, PROGRAMME, after=(LOT, 1)) == ()
        assert loyalty.opening(connection, LOT, 1) == opening


def test_units_and_what_is_true_of_them(story):
    story.indexer.catch_up()
    with story.mirror.read() as connection:
        (issue,) = units.unit_issues(connection, lot=LOT)
        assert issue == units.UnitIssueView(LOT, 1, FARM, 0, 6, 10, PACKS.root, 1)
        assert units.unit_issues(connection, lot=LOT, after=(LOT, 1)) == ()
        sold = units.unit(connection, LOT, 0)
        assert sold == units.UnitView(LOT, 0, 1, True, SHOP, False, True, False, None)
        plain = units.unit(connection, LOT, 4)
        assert plain == units.UnitView(LOT, 4, 1, False, v.OrgId(0), False, False, False, None)
        void = units.unit(connection, LOT, 5)
        assert (void.voided, void.void_reason) == (True, v.VoidReason.LOST)
        assert units.unit(connection, LOT, 6) is None
        assert units.unit(connection, LOT, 2**64) is None


def test_certificates_and_anchors(story):
    story.act(
        FARM,
        c.IssueCertificate(LOT, RULES, NONE, ALWAYS, ALWAYS),
        c.IssueCertificate(LETTUCE.id, RULES, NONE, ALWAYS, v.Seconds(2**39)),
        c.RevokeCertificate(LOT, RULES, v.RevokeReason.WRONG),
        c.AnchorRoot(v.AnchoredContent.SCANS, ROOT, 10, NONE),
        c.AnchorRoot(v.AnchoredContent.SCANS, NOTICE, 20, ROOT),
    )
    story.indexer.catch_up()
    now = v.Seconds(story.now())
    with story.mirror.read() as connection:
        every = certificates.certificates(connection, org=FARM)
        assert [each.subject for each in every] == sorted([LOT, LETTUCE.id])
        (of_lot,) = certificates.certificates(connection, subject=LOT)
        assert (of_lot.reason, of_lot.is_good(now)) == (v.RevokeReason.WRONG, False)
        assert certificates.certificate(connection, FARM, LETTUCE.id, RULES).is_good(now)
        key = (every[0].subject, every[0].org, every[0].document)
        assert certificates.certificates(connection, after=key) == every[1:]
        newest, first = anchors.anchors(connection, org=FARM)
        assert (newest.root, newest.size, newest.predecessor) == (NOTICE, 20, ROOT)
        assert anchors.newest_anchor(connection, FARM, v.AnchoredContent.SCANS) == newest
        assert anchors.anchors(connection, before=newest.sequence) == (first,)


def test_who_corrects_what_is_not_its_own_is_found_out(story):
    document = v.DocumentHash(b"\x0c" * 32)
    story.indexer.catch_up()
    with story.mirror.read() as connection:
        entries = facts.entries_of(connection, LOT)
        made = next(each for each in entries if type(each.event).__name__ == "ItemCommissioned")
    story.act(FARM, c.CorrectFact(made.sequence, document))
    story.act(SHOP, c.CorrectFact(made.sequence, document), c.CorrectFact(0, document))
    story.indexer.catch_up()
    with story.mirror.read() as connection:
        said = corrections.corrections(connection, [made.sequence, 0])
        assert [(each.org, each.own) for each in said[made.sequence]] == [
            (FARM, True),
            (SHOP, False),
        ]
        found = findings.findings(connection, org=SHOP)
        assert {each.kind: each.values for each in found} == {
            "FactNotOwn": {"fact": made.sequence, "org": FARM},
            "FactNotKnown": {"fact": 0},
        }
