"""The state of the ledger, moved forward event by event."""

from __future__ import annotations

from ledger import events as e
from ledger.history.entities import (
    Account,
    Anchor,
    Certificate,
    Earning,
    Happening,
    Item,
    KeyGrant,
    Opening,
    Organisation,
    Packed,
    Product,
    Programme,
    Redemption,
    Said,
    Shipment,
    Sold,
    Transit,
    UnitIssue,
    UnitLot,
    UnitMarks,
    UnitWord,
    Yield,
)
from ledger.history.entities.units import WORD
from ledger.history.steps import STEPS
from ledger.history.table import Table
from ledger.vocabulary import Address, DocumentHash, Id, Kind, OrgId, Seconds


class State:
    """Everything the rules need to know, folded from the chain's events."""

    TABLES = (
        "organisations", "parties", "places", "prefixes", "keys", "products", "makers", "yields",
        "items", "holdings", "shipments", "transit", "contents", "sold", "said", "happenings",
        "facts", "pauses", "certificates", "anchors", "unit_lots", "unit_issues", "unit_words",
        "unit_sellers", "programmes", "partners", "openings", "earnings", "accounts", "redemptions",
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
        self.sold: Table[tuple[Id, OrgId], Sold] = Table()
        """(item, organisation) -> what it sold and what did not come back."""
        self.said: Table[tuple[OrgId, DocumentHash], Said] = Table()
        self.happenings: Table[bytes, Happening] = Table()
        self.facts: Table[int, bytes] = Table()
        """Number in the ProductLedger's journal, its last byte cut off -> whose facts begin there:
        that byte and the organisation, 5 bytes each."""
        self.pauses: Table[int, bool] = Table()
        """0 -> True while the registry's governor pauses writes."""
        self.certificates: Table[tuple[OrgId, Id, DocumentHash], Certificate] = Table()
        """(certifier, subject, document) -> certificate."""
        self.anchors: Table[tuple[OrgId, int], Anchor] = Table()
        """(organisation, content) -> newest root."""
        self.unit_lots: Table[Id, UnitLot] = Table()
        self.unit_issues: Table[tuple[Id, int], UnitIssue] = Table()
        """(lot, number) -> issue."""
        self.unit_words: Table[tuple[Id, int], UnitWord] = Table()
        """(lot, index // 256) -> what is true of 256 units."""
        self.unit_sellers: Table[tuple[Id, OrgId, int], int] = Table()
        """(lot, organisation, index // 256) -> which of 256 units it sold."""
        self.programmes: Table[int, Programme] = Table()
        self.partners: Table[tuple[int, OrgId], int] = Table()
        """(programme, organisation) -> what it may do there."""
        self.openings: Table[tuple[Id, int], Opening] = Table()
        """(lot, issue) -> what its units earn."""
        self.earnings: Table[tuple[int, DocumentHash], Earning] = Table()
        """(programme, earning) as `ledger.earnings` names it -> earning."""
        self.accounts: Table[tuple[int, Address], Account] = Table()
        """(programme, member) -> account."""
        self.redemptions: Table[tuple[int, Address, DocumentHash], Redemption] = Table()
        """(programme, member, number of the member's own) -> redemption."""
        self.transformation = (-1, 0, False)
        """While its events pass: number, depth of what it consumed, whether that is all it
        consumed."""
        self.by_units = False
        """While its events pass: whether goods are sold, or come back, unit by unit."""

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

    def issue_with(self, lot: Id, index: int) -> UnitIssue | None:
        """The issue that a unit of a lot is of."""
        known = self.unit_lots.get(lot)
        first, last = 1, known.issues if known else 0
        while first < last:
            middle = (first + last) // 2
            issue = self.unit_issues.get((lot, middle))
            if issue is not None and index >= issue.first + issue.count:
                first = middle + 1
            else:
                last = middle
        found = self.unit_issues.get((lot, first))
        return found if found is not None and found.has(index) else None

    def word(self, lot: Id, word: int) -> UnitWord:
        """What is true of 256 units of a lot."""
        return self.unit_words.get((lot, word)) or UnitWord()

    def unit(self, lot: Id, index: int) -> UnitMarks:
        """What is true of one unit of a lot."""
        word, bit = divmod(index, WORD)
        marks = self.word(lot, word)
        every = (marks.sold, marks.returned, marks.claimed, marks.voided)
        return UnitMarks(*(bool(bits >> bit & 1) for bits in every))

    def sold_by(self, lot: Id, org: OrgId, index: int) -> bool:
        """Whether an organisation sold a unit that did not come back."""
        word, bit = divmod(index, WORD)
        return bool((self.unit_sellers.get((lot, org, word)) or 0) >> bit & 1)

    def newest_programme(self) -> int:
        """The number of the programme opened last; 0 where there is none. They are counted from 1,
        so there is no need to read them all.
        """
        end = 1
        while self.programmes.get(end):
            end *= 2
        known = end // 2
        while end - known > 1:
            middle = (known + end) // 2
            known, end = (middle, end) if self.programmes.get(middle) else (known, middle)
        return known

    def who_recorded(self, fact: int) -> OrgId | None:
        """The organisation whose fact has this number in the ProductLedger's journal."""
        runs = self.facts.get(fact >> 8) or b""
        for start in range(0, len(runs), 5):
            if runs[start] == fact & 255:
                return OrgId(int.from_bytes(runs[start + 1 : start + 5], "big"))
        return None

    # --- one step forward ---

    def apply(self, event: e.Event, time: Seconds = Seconds(0)) -> None:
        """Moves the state one event forward. ``time`` is that of the event's block."""
        step = STEPS.get(type(event))
        if step is not None:
            step(self, event, time)

    def add(self, item: Id, org: OrgId, amount: int) -> None:
        """Changes a holding by ``amount``."""
        self.holdings.put((item, org), (self.held(item, org) + amount) or None)

    def add_sold(self, item: Id, org: OrgId, amount: int, *, by_units: bool) -> None:
        """Changes by ``amount`` what an organisation has sold of an item."""
        known = self.sold.get((item, org)) or Sold()
        by_amount = known.by_amount + (0 if by_units else amount)
        changed = Sold(by_amount, known.by_units + (amount if by_units else 0))
        self.sold.put((item, org), changed if changed != Sold() else None)

    def put_word(self, lot: Id, word: int, marks: UnitWord) -> None:
        """Sets what is true of 256 units."""
        self.unit_words.put((lot, word), marks if marks != UnitWord() else None)

    def put_seller(self, lot: Id, org: OrgId, index: int, *, sold: bool) -> None:
        """Sets whether an organisation sold a unit."""
        word, bit = divmod(index, WORD)
        before = self.unit_sellers.get((lot, org, word)) or 0
        after = before | 1 << bit if sold else before & ~(1 << bit)
        self.unit_sellers.put((lot, org, word), after or None)

    def put_fact(self, fact: int, org: OrgId) -> None:
        """Remembers whose a fact of the ProductLedger is, by its number in the journal."""
        runs = self.facts.get(fact >> 8) or b""
        self.facts.put(fact >> 8, runs + bytes([fact & 255]) + org.to_bytes(4, "big"))
