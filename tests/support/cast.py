"""Who and what random acts are about: four organisations, few ids that meet often, and odd ones."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from ledger.earnings import earning_of_receipt
from tests.support.packs import MEMBERS, NOBODY, Packs, Signed, packs, sign

DAY = 86_400

FARM, BAKERY, SHOP, AUDITOR = ORGS = tuple(v.OrgId(number) for number in range(1, 5))
ROLES = {
    FARM: v.Role.MAKER | v.Role.CARRIER,
    BAKERY: v.Role.MAKER | v.Role.RETAILER,
    SHOP: v.Role.RETAILER,
    AUDITOR: v.Role.AUDITOR | v.Role.CERTIFIER,
}
KEYS = (
    (v.ALL_ROLES, 0, 0),
    (v.Role.RETAILER, 0, 0),
    (v.ALL_ROLES, 0, 2 * DAY),
    (v.ALL_ROLES, DAY, 0),
)
"""The keys that each organisation has: roles, and from and until when, counted from the start (0
stands for always)."""
SOMEBODY = (*ORGS, v.OrgId(0), v.OrgId(5), v.OrgId(2**32 - 1))
PREFIXES = ((FARM, 7, 9521234), (BAKERY, 7, 9521999), (BAKERY, 9, 952199900))


def _checked(digits: str) -> str:
    return digits + v.check_digit(digits)


PARTIES = {org: v.party(_checked(f"95212340001{org}")).id for org in ORGS}
WHEAT, SPELT, BREAD, CAKE, FOREIGN = PRODUCTS = tuple(
    v.product(_checked("0" + digits)).id
    for digits in ("952123400001", "952123400002", "952199900001", "952199900002", "400000000001")
)
LOTS = tuple(v.lot(str(v.key_of(p)), number).id for p in PRODUCTS for number in ("L1", "L2", "L3"))
UNITS = tuple(v.unit(str(v.key_of(p)), serial).id for p in PRODUCTS for serial in ("U1", "U2"))
ITEMS = (*LOTS, *UNITS)
LOGISTIC_UNITS = tuple(
    v.logistic_unit(_checked(str(number).zfill(17))).id
    for number in (1, *range(9521234000000001, 9521234000000006))
)
"""The first stands before every item where lines are in order, the others after."""
GOODS = (*ITEMS, *LOGISTIC_UNITS)
SHIPMENTS = (
    *(v.shipment(f"S{number}").id for number in range(1, 6)),
    v.shipment("", _checked("9521234000000001")).id,
)
RECEIPTS = tuple(v.DocumentHash(bytes([byte]) * 32) for byte in range(10, 22))
HASHES = tuple(v.DocumentHash(bytes([byte]) * 32) for byte in (1, 2, 0))


def _with_text(packed: v.Id, text: bytes) -> v.Id:
    return v.Id(packed[:9] + text.ljust(23, b"\0"))


def _with_wrong_check_digit(packed: v.Id) -> v.Id:
    return v.Id(packed[:8] + bytes([packed[8] ^ 1]) + packed[9:])


ODD = (
    v.NOTHING,
    *(
        _with_text(LOTS[0], text)
        for text in (b"", b"L\0001", b"L" * 23, b"L 1", b"L\x7f", b"L\x80")
    ),
    _with_text(LOTS[0], b"L#1"),  # readable, but not in GS1's character set 82
    *(_with_wrong_check_digit(i) for i in (LOTS[0], WHEAT, LOGISTIC_UNITS[1], SHIPMENTS[-1])),
    v.Id(LOTS[0][:1] + (10**14).to_bytes(8, "big") + LOTS[0][9:]),
    v.Id(LOTS[0][:1] + bytes(8) + LOTS[0][9:]),
    v.Id(b"\x99" + LOTS[0][1:]),
    _with_text(WHEAT, b"L1"),
    _with_text(LOGISTIC_UNITS[1], b"1"),
    _with_text(SHIPMENTS[0], b""),
    _with_text(SHIPMENTS[0], b"S#"),
    PARTIES[FARM],
)
"""What is no id, or not of a kind that acts are about."""
ANYTHING = (*GOODS, *PRODUCTS, *SHIPMENTS, *ODD)


def registration() -> list[e.Event]:
    """What the registry says before the first act."""
    nobody = v.Address(bytes(20))
    registered = [e.OrganisationRegistered(o, PARTIES[o], nobody, ROLES[o]) for o in ORGS]
    return [*registered, *(e.PrefixGranted(*prefix) for prefix in PREFIXES)]


def first_acts(now: int, signed: Signed | None = None) -> list[tuple[v.OrgId, c.Command]]:
    """Goods, units and a programme, so that walks need not begin with paper."""
    nothing, stay = v.DocumentHash(bytes(32)), v.Seconds(now + DAY)
    wheat, bread, rusk, loaf = LOTS[0], LOTS[6], LOTS[7], UNITS[4]

    def line(item: v.Id, amount: int) -> tuple[c.Line, ...]:
        return (c.Line(item, v.Amount(amount)),)

    units = packs(rusk, 6)
    return [
        (FARM, c.RegisterProduct(WHEAT, 7, b"KGM", 3, nothing)),
        (BAKERY, c.RegisterProduct(BREAD, 7, b"EA\0", 0, nothing)),
        (FARM, c.AuthoriseMaker(WHEAT, BAKERY, allowed=True)),
        (BAKERY, c.DeclareYield(BREAD, WHEAT, 3, 7)),
        (FARM, c.CommissionItem(wheat, v.Amount(1000), v.Seconds(0))),
        (BAKERY, c.CommissionItem(bread, v.Amount(100), stay)),
        (BAKERY, c.CommissionItem(loaf, v.Amount(1), v.Seconds(0))),
        (BAKERY, c.PackItems(LOGISTIC_UNITS[1], line(bread, 20))),
        (BAKERY, c.ShipItems(SHIPMENTS[0], SHOP, line(bread, 40))),
        (SHOP, c.ReceiveShipment(BAKERY, SHIPMENTS[0], line(bread, 30))),
        (FARM, c.ShipItems(SHIPMENTS[0], BAKERY, line(wheat, 500))),
        (BAKERY, c.ReceiveShipment(FARM, SHIPMENTS[0], line(wheat, 300))),
        (BAKERY, c.CommissionItem(rusk, v.Amount(5000), v.Seconds(0))),
        (BAKERY, c.ShipItems(SHIPMENTS[1], SHOP, line(rusk, 2000))),
        (SHOP, c.ReceiveShipment(BAKERY, SHIPMENTS[1], line(rusk, 2000))),
        (BAKERY, c.IssueUnits(rusk, 6, v.Amount(5), units.root)),
        (SHOP, c.SellUnits(rusk, 1, (0, 1, 2, 3))),
        (BAKERY, c.OpenProgramme(HASHES[0], 3000, 200, 3 * DAY)),
        (BAKERY, c.SetPartner(1, SHOP, 3)),
        (BAKERY, c.OpenEarning(1, rusk, 1, 25, v.Seconds(0))),
        *((SHOP, _claim(units, index, signed)) for index in (0, 1)),
        (SHOP, c.OpenProgramme(HASHES[0], 500, 200, 0)),
        (SHOP, c.AwardPoints(2, MEMBERS[0], RECEIPTS[0], 60)),
        (SHOP, c.SettlePoints(2, (earning_of_receipt(SHOP, RECEIPTS[0]),))),
    ]


def _claim(units: Packs, index: int, signed: Signed | None) -> c.Command:
    unit, member = units.units[index], MEMBERS[index]
    digest = (signed or Signed(0, NOBODY)).claim(units.lot, index, member)
    signature = sign(unit.hex(), digest)
    return c.ClaimPoints(units.lot, 1, index, unit, member, units.path(index), signature)
