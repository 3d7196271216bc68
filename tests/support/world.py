"""A small world for tests of the rules: organisations, products and a state that acts move on."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from ledger.history import State
from ledger.rules import decide

FARM, PACKER, SHOP, AUDITOR = (v.OrgId(n) for n in (1, 2, 3, 4))
LETTUCE = v.product("09521234000013")
SALAD = v.product("09521234000020")
DAY = 86_400
NOW = v.Seconds(1_800_000_000)
_GLNS = {
    FARM: "9521234000006",
    PACKER: "9521234000105",
    SHOP: "9521234000204",
    AUDITOR: "9521234000303",
}


def lot(number: str, product: v.Gs1Key = LETTUCE) -> v.Id:
    return v.lot(product.digits, number).id


def unit(serial: str, product: v.Gs1Key = SALAD) -> v.Id:
    return v.unit(product.digits, serial).id


class World:
    """A state with four organisations and two products; `act` performs one operation."""

    def __init__(self) -> None:
        self.state, self.now = State(), NOW
        for org, gln in _GLNS.items():
            roles = v.Role.AUDITOR if org == AUDITOR else v.Role.MAKER | v.Role.RETAILER
            party = v.party(gln).id
            self.apply(e.OrganisationRegistered(org, party, v.Address(bytes(20)), roles))
        self.apply(e.PrefixGranted(FARM, 7, 9521234))
        for product, decimals, code in ((LETTUCE, 3, b"KGM"), (SALAD, 0, b"EA\0")):
            document = v.DocumentHash(bytes(32))
            self.act(FARM, c.RegisterProduct(product.id, 7, code, decimals, document))
        for maker in (PACKER, SHOP):
            self.act(FARM, c.AuthoriseMaker(SALAD.id, maker, allowed=True))

    def apply(self, event: e.Event) -> None:
        self.state.apply(event, self.now)

    def act(self, org: v.OrgId, *commands: c.Command) -> list[e.Event]:
        """Performs commands; raises ActRefused and changes nothing where one is refused."""
        events = decide(self.state, org, commands, self.now)
        for event in events:
            self.apply(event)
        return events

    def made(self, org: v.OrgId, item: v.Id, amount: int = 1000, expiry: int = 0) -> v.Id:
        self.act(org, c.CommissionItem(item, v.Amount(amount), v.Seconds(expiry)))
        return item

    def shipped(
        self, shipper: v.OrgId, receiver: v.OrgId, item: v.Id, amount: int, name: str = "S1"
    ) -> v.Id:
        shipment = v.shipment(name).id
        self.act(shipper, c.ShipItems(shipment, receiver, (c.Line(item, v.Amount(amount)),)))
        return shipment
