"""The state of the ledger, moved forward event by event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger import events as e
from ledger.history.entities import (
    Happening,
    Item,
    KeyGrant,
    Organisation,
    Packed,
    Product,
    Said,
    Shipment,
    Table,
    Transit,
    Yield,
)
from ledger.vocabulary import Address, DocumentHash, Id, Kind, OrgId, Role, Seconds


class State:
    """Everything the rules need to know, folded from the chain's events."""

    TABLES = (
        "organisations", "parties", "places", "prefixes", "keys", "products", "makers", "yields",
        "items", "holdings", "shipments", "transit", "contents", "said", "happenings", "pauses",
    )  # fmt: skip

    def __init__(self) -> None:
        self.organisations: Table[OrgId, Organisation] = Table()
        self.parties: Table[Id, OrgId] = Table()
        self.places: Table[Id, OrgId] = Table()
        self.prefixes: Table[tuple[int, int], OrgId] = Table()
        self.keys: Table[Address, KeyGrant] = Table()
        self.products: Table[Id, Product] = Table()
        self.makers: Table[tuple[Id, OrgId], bool] = Table()
        self.yields: Table[tuple[Id, Id], Yield] = Table()
        self.items: Table[Id, Item] = Table()
        self.holdings: Table[tuple[Id, OrgId], int] = Table()
        """(item or logistic unit, organisation) -> amount."""
        self.shipments: Table[tuple[OrgId, Id], Shipment] = Table()
        self.transit: Table[tuple[OrgId, Id], tuple[Transit, ...]] = Table()
        """(receiver, item or logistic unit) -> what is on its way to it, oldest first."""
        self.contents: Table[Id, tuple[Packed, ...]] = Table()
        """Logistic unit -> what is in it."""
        self.said: Table[tuple[OrgId, DocumentHash], Said] = Table()
        self.happenings: Table[bytes, Happening] = Table()
        self.pauses: Table[int, bool] = Table()
        """0 -> True while the registry's governor pauses writes."""
        # while its events pass: number, depth of what it consumed, whether that is all it consumed
        self._transformation = (-1, 0, False)

    def overlay(self) -> State:
        """A state that reads through to this one and keeps its changes to itself."""
        above = State()
        for name in self.TABLES:
            setattr(above, name, Table(getattr(self, name).get))
        return above

    # --- questions ---

    def held(self, item: Id, org: OrgId) -> int:
        """How much of an item an organisation holds, outside logistic units."""
        return self.holdings.get((item, org)) or 0

    def in_transit(self, shipper: OrgId, shipment: Id, item: Id) -> int:
        """How much of an item is on its way in a shipment."""
        known = self.shipments.get((shipper, shipment))
        if known is None:
            return 0
        ways = self.transit.get((known.receiver, item)) or ()
        return sum(w.amount for w in ways if (w.shipper, w.shipment) == (shipper, shipment))

    def packed(self, logistic_unit: Id, item: Id) -> int:
        """How much of an item is in a logistic unit."""
        return sum(p.amount for p in self.contents.get(logistic_unit) or () if p.item == item)

    def org_at(self, place: Id) -> OrgId:
        """The organisation a place belongs to: as declared, else the party with the same GLN, else
        0.
        """
        if not any(place):
            return OrgId(0)
        party = Id(bytes([Kind.PARTY]) + place[1:9] + bytes(23))
        return self.places.get(place) or self.parties.get(party) or OrgId(0)

    # --- one step forward ---

    def apply(self, event: e.Event, time: Seconds = Seconds(0)) -> None:
        """Moves the state one event forward. ``time`` is that of the event's block."""
        step = _STEPS.get(type(event))
        if step is not None:
            step(self, event, time)

    def add(self, item: Id, org: OrgId, amount: int) -> None:
        """Changes a holding by ``amount``."""
        self.holdings.put((item, org), (self.held(item, org) + amount) or None)

    def _sum(self, item: Id, **changes: int) -> None:
        known = self.items.get(item)
        if known is not None:
            sums = {name: getattr(known, name) + by for name, by in changes.items()}
            self.items.put(item, replace(known, **sums))

    def _make(
        self, item: Id, org: OrgId, amount: int, expiry: Seconds, depth: int, time: Seconds
    ) -> None:
        known = self.items.get(item)
        if known is None:
            self.items.put(item, Item(org, expiry, depth, amount, since=time))
        else:
            self.items.put(item, replace(known, made=known.made + amount))
        self.add(item, org, amount)

    def _arrive(self, shipper: OrgId, receiver: OrgId, shipment: Id, item: Id, amount: int) -> None:
        ways = list(self.transit.get((receiver, item)) or ())
        for i, way in enumerate(ways):
            if (way.shipper, way.shipment) == (shipper, shipment):
                ways[i] = replace(way, amount=way.amount - amount)
        left = tuple(way for way in ways if way.amount)
        self.transit.put((receiver, item), left or None)

    # --- the registry ---

    def _organisation_registered(self, event: e.OrganisationRegistered, time: Seconds) -> None:
        self.organisations.put(event.org, Organisation(event.party, event.admin, Role(event.roles)))
        self.parties.put(event.party, event.org)

    def _organisation_changed(self, org: OrgId, **changes: object) -> None:
        known = self.organisations.get(org)
        if known is not None:
            self.organisations.put(org, replace(known, **changes))  # type: ignore[arg-type]

    def _roles_set(self, event: e.OrganisationRolesSet, time: Seconds) -> None:
        self._organisation_changed(event.org, roles=Role(event.roles))

    def _suspended(self, event: e.OrganisationSuspended, time: Seconds) -> None:
        self._organisation_changed(event.org, suspended=True)

    def _resumed(self, event: e.OrganisationResumed, time: Seconds) -> None:
        self._organisation_changed(event.org, suspended=False)

    def _admin_accepted(self, event: e.AdminAccepted, time: Seconds) -> None:
        self._organisation_changed(event.org, admin=event.admin)

    def _writes_paused(self, event: e.WritesPaused, time: Seconds) -> None:
        self.pauses.put(0, row=True)

    def _writes_resumed(self, event: e.WritesResumed, time: Seconds) -> None:
        self.pauses.put(0, None)

    def _prefix_granted(self, event: e.PrefixGranted, time: Seconds) -> None:
        self.prefixes.put((event.length, event.prefix), event.org)

    def _place_added(self, event: e.PlaceAdded, time: Seconds) -> None:
        self.places.put(event.place, event.org)

    def _key_added(self, event: e.KeyAdded, time: Seconds) -> None:
        grant = KeyGrant(event.org, Role(event.roles), event.valid_from, event.valid_to)
        self.keys.put(event.key, grant)

    def _key_revoked(self, event: e.KeyRevoked, time: Seconds) -> None:
        known = self.keys.get(event.key)
        if known is not None:
            self.keys.put(event.key, replace(known, valid_to=time, revoked=True))

    # --- products ---

    def _product_registered(self, event: e.ProductRegistered, time: Seconds) -> None:
        unit = event.unit.rstrip(b"\0").decode("ascii", "replace")
        self.products.put(event.product, Product(event.org, unit, event.decimals, event.document))

    def _product_described(self, event: e.ProductDescribed, time: Seconds) -> None:
        known = self.products.get(event.product)
        if known is not None:
            self.products.put(event.product, replace(known, document=event.document))

    def _maker_authorised(self, event: e.MakerAuthorised, time: Seconds) -> None:
        self.makers.put((event.product, event.maker), True if event.allowed else None)

    def _yield_declared(self, event: e.YieldDeclared, time: Seconds) -> None:
        self.yields.put((event.product, event.input), Yield(event.numerator, event.denominator))
        known = self.products.get(event.product)
        if known is not None and not known.recipe:
            self.products.put(event.product, replace(known, recipe=True))

    # --- items ---

    def _commissioned(self, event: e.ItemCommissioned, time: Seconds) -> None:
        self._make(event.item, event.org, event.amount, event.expiry, 0, time)

    def _consumed(self, event: e.ItemConsumed, time: Seconds) -> None:
        known = self.items.get(event.item)
        depth = known.depth if known else 0
        number, deepest, complete = self._transformation
        # events that are only foreseen may share a number with those of another operation
        before = deepest if number == event.transformation and not complete else 0
        self._transformation = (event.transformation, max(before, depth), False)
        self._sum(event.item, consumed=event.amount)
        self.add(event.item, event.org, -event.amount)

    def _produced(self, event: e.ItemProduced, time: Seconds) -> None:
        number, deepest, _ = self._transformation
        self._transformation = (number, deepest, True)
        depth = deepest + 1
        self._make(event.item, event.org, event.amount, event.expiry, depth, time)

    def _disposed(self, event: e.ItemDisposed, time: Seconds) -> None:
        self._sum(event.item, disposed=event.amount)
        self.add(event.item, event.org, -event.amount)

    def _sold(self, event: e.ItemSold, time: Seconds) -> None:
        self._sum(event.item, sold=event.amount)
        self.add(event.item, event.org, -event.amount)

    def _recalled(self, event: e.ItemRecalled, time: Seconds) -> None:
        known = self.items.get(event.item)
        if known is not None:
            changed = replace(known, recalled_by=event.org, recall_document=event.document)
            self.items.put(event.item, changed)

    def _released(self, event: e.ItemReleased, time: Seconds) -> None:
        known = self.items.get(event.item)
        if known is not None:
            nobody = DocumentHash(bytes(32))
            self.items.put(event.item, replace(known, recalled_by=OrgId(0), recall_document=nobody))

    # --- movements ---

    def _shipped(self, event: e.ItemShipped, time: Seconds) -> None:
        self.add(event.item, event.shipper, -event.amount)
        if self.shipments.get((event.shipper, event.shipment)) is None:
            self.shipments.put((event.shipper, event.shipment), Shipment(event.receiver, time))
        ways = self.transit.get((event.receiver, event.item)) or ()
        way = Transit(event.shipper, event.shipment, event.amount)
        self.transit.put((event.receiver, event.item), (*ways, way))

    def _received(self, event: e.ItemReceived, time: Seconds) -> None:
        self._arrive(event.shipper, event.receiver, event.shipment, event.item, event.amount)
        self.add(event.item, event.receiver, event.amount)

    def _came_back(self, event: e.ItemRejected | e.ItemTakenBack, time: Seconds) -> None:
        self._arrive(event.shipper, event.receiver, event.shipment, event.item, event.amount)
        self.add(event.item, event.shipper, event.amount)

    def _packed(self, event: e.ItemPacked, time: Seconds) -> None:
        contents = self.contents.get(event.logistic_unit) or ()
        if not contents:
            self.add(event.logistic_unit, event.org, 1)
        self.add(event.item, event.org, -event.amount)
        had = self.packed(event.logistic_unit, event.item)
        others = tuple(p for p in contents if p.item != event.item)
        packed = Packed(event.item, had + event.amount)
        self.contents.put(event.logistic_unit, _sorted((*others, packed)))

    def _unpacked(self, event: e.ItemUnpacked, time: Seconds) -> None:
        contents = self.contents.get(event.logistic_unit) or ()
        left = self.packed(event.logistic_unit, event.item) - event.amount
        others = tuple(p for p in contents if p.item != event.item)
        remaining = (*others, Packed(event.item, left)) if left else others
        self.contents.put(event.logistic_unit, _sorted(remaining) or None)
        if not remaining:
            self.add(event.logistic_unit, event.org, -1)
        self.add(event.item, event.org, event.amount)


def _sorted(contents: tuple[Packed, ...]) -> tuple[Packed, ...]:
    return tuple(sorted(contents, key=lambda p: p.item))


_STEPS: dict[type[e.Event], Callable[..., None]] = {
    e.OrganisationRegistered: State._organisation_registered,
    e.OrganisationRolesSet: State._roles_set,
    e.OrganisationSuspended: State._suspended,
    e.OrganisationResumed: State._resumed,
    e.AdminAccepted: State._admin_accepted,
    e.WritesPaused: State._writes_paused,
    e.WritesResumed: State._writes_resumed,
    e.PrefixGranted: State._prefix_granted,
    e.PlaceAdded: State._place_added,
    e.KeyAdded: State._key_added,
    e.KeyRevoked: State._key_revoked,
    e.ProductRegistered: State._product_registered,
    e.ProductDescribed: State._product_described,
    e.MakerAuthorised: State._maker_authorised,
    e.YieldDeclared: State._yield_declared,
    e.ItemCommissioned: State._commissioned,
    e.ItemConsumed: State._consumed,
    e.ItemProduced: State._produced,
    e.ItemShipped: State._shipped,
    e.ItemReceived: State._received,
    e.ItemRejected: State._came_back,
    e.ItemTakenBack: State._came_back,
    e.ItemPacked: State._packed,
    e.ItemUnpacked: State._unpacked,
    e.ItemDisposed: State._disposed,
    e.ItemSold: State._sold,
    e.ItemRecalled: State._recalled,
    e.ItemReleased: State._released,
}
"""What each event does. Statements and operations change no amounts: `ledger.findings` reads
them."""
