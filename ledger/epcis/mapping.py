"""From an EPCIS event to the statement that stands on chain.

The document is kept whole; what goes on chain is who, what, when, where and how much. Private
vocabulary and extensions stay in the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from ledger.amounts import PIECE, amount_of, converted
from ledger.epcis.model import EpcisEvent, EventLine
from ledger.errors import InvalidInput
from ledger.gs1 import parse_any
from ledger.history import Product, State
from ledger.statements import ARRIVING_STEPS, SENDING_STEPS, Statement, StatementLine
from ledger.vocabulary import (
    MAX_AMOUNT,
    NOTHING,
    Action,
    Gs1Key,
    Id,
    Kind,
    OrgId,
    Part,
    Seconds,
    disposition_number,
    key_of,
    product_of,
    step_number,
)

_ACTIONS = {"ADD": Action.ADD, "OBSERVE": Action.OBSERVE, "DELETE": Action.DELETE}
_WITHOUT_PARTS = ("TransactionEvent", "AssociationEvent")
_EXPIRY_FIELDS = ("expirationDate", "expirationDateTime", "itemExpirationDate")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A statement, the expiries its document tells, and notes on what could not be carried over."""

    statement: Statement
    expiries: dict[Id, Seconds]
    notes: tuple[str, ...]


def statement_of(event: EpcisEvent, state: State, org: OrgId) -> Mapped:
    """The statement that ``org`` makes with an event."""
    notes: list[str] = []
    place = place_of(event)
    statement = Statement(
        org=org,
        hash=event.statement,
        action=_ACTIONS.get(event.action or "", Action.NONE),
        step=step_number(event.biz_step),
        disposition=_disposition(event),
        occurred_at=Seconds(int(event.event_time.timestamp())),
        place=place.id if place else NOTHING,
        counterparty=_counterparty(event, state, org),
        lines=_lines(event, state, place, org, notes),
    )
    return Mapped(statement, _expiries(event, statement), tuple(notes))


def acting_org(event: EpcisEvent, state: State) -> OrgId:
    """Whose doing an event is: of the place it was read at, else of who gave the goods; else 0."""
    place = place_of(event)
    there = state.org_at(place.id) if place else OrgId(0)
    return there or _first_org(event.sources, state) or OrgId(0)


def place_of(event: EpcisEvent) -> Gs1Key | None:
    """Where an event happened: its read point, else its business location, as a place."""
    for uri in (event.read_point, event.biz_location):
        key = _key(uri)
        if key is not None and key.kind in (Kind.PLACE, Kind.PARTY):
            return Gs1Key(Kind.PLACE, key.digits, key.extension)
    return None


def glns_of(event: EpcisEvent | None, uris: Iterable[str | None] = ()) -> Iterator[str]:
    """The GLNs of every place and party that an event, or the given URIs, name."""
    named = list(uris)
    if event is not None:
        named += [event.read_point, event.biz_location]
        named += [uri for _, uri in (*event.sources, *event.destinations)]
    keys = (_key(uri) for uri in named)
    return (k.digits for k in keys if k is not None and k.kind in (Kind.PLACE, Kind.PARTY))


def _key(uri: str | None) -> Gs1Key | None:
    if uri is None:
        return None
    try:
        return parse_any(uri)
    except InvalidInput:
        return None  # a private location: it stays in the document


def _disposition(event: EpcisEvent) -> int:
    word = "recalled" if "recalled" in event.persistent_set else event.disposition
    return disposition_number(word)


def _first_org(
    named: Iterable[tuple[str, str]], state: State, *, other_than: OrgId = OrgId(0)
) -> OrgId | None:
    for _, uri in named:
        key = _key(uri)
        if key is not None and key.kind in (Kind.PLACE, Kind.PARTY):
            org = state.org_at(Gs1Key(Kind.PLACE, key.digits, key.extension).id)
            if org and org != other_than:
                return org
    return None


def _counterparty(event: EpcisEvent, state: State, org: OrgId) -> OrgId:
    """The other side of a movement; the organisation itself where goods only change rooms."""
    if event.biz_step in SENDING_STEPS:
        named = event.destinations
    elif event.biz_step in ARRIVING_STEPS:
        named = event.sources
    else:
        return OrgId(0)
    other = _first_org(named, state, other_than=org)
    return other or _first_org(named, state) or OrgId(0)


def _lines(
    event: EpcisEvent, state: State, place: Gs1Key | None, org: OrgId, notes: list[str]
) -> tuple[StatementLine, ...]:
    """One line a subject. Those of an error declaration play no part, for it claims nothing, nor
    do those of a TransactionEvent: an order that begins or ends neither makes nor destroys goods;
    nor those of an AssociationEvent: a sensor on a crate is not packed in it.
    """
    claims = event.error_declaration is None and event.type not in _WITHOUT_PARTS
    sums: dict[tuple[Part, Id], int] = {}
    for line in event.lines:
        if line.key is None:
            notes.append(f"{line.uri} is kept in the document only")
            continue
        part = line.part if claims else Part.NONE
        key = (part, line.key.id)
        sums[key] = sums.get(key, 0) + _amount(line, line.key, state, notes)
    for part, subject in (each for each, amount in sums.items() if amount > MAX_AMOUNT):
        notes.append(f"{key_of(subject)}: together too much; no amount is recorded")
        sums[part, subject] = 0
    if not sums:
        known = state.organisations.get(org)
        sums[Part.NONE, place.id if place else known.party if known else NOTHING] = 0
    return tuple(StatementLine(part, subject, amount) for (part, subject), amount in sums.items())


def _amount(line: EventLine, key: Gs1Key, state: State, notes: list[str]) -> int:
    if key.kind in (Kind.UNIT, Kind.LOGISTIC_UNIT):
        return 1
    if line.amount is None or key.kind not in (Kind.LOT, Kind.PRODUCT):
        return 0
    product = state.products.get(product_of(key.id))
    if product is None:
        return 0
    try:
        return int(amount_in(line.amount, line.uom, product, "quantity"))
    except InvalidInput as error:
        notes.append(f"{line.uri}: {error.message}; no amount is recorded")
        return 0


def amount_in(value: Decimal, unit: str | None, product: Product, field: str) -> int:
    """A document's quantity as the product counts it.

    Raises:
        CommandInvalid: another kind of unit, or more decimals than the product has.
    """
    if value == 0:
        return 0
    known = converted(value, unit or PIECE, product.unit, field) if unit else value
    return int(amount_of(known, product.decimals, field))


def _expiries(event: EpcisEvent, statement: Statement) -> dict[Id, Seconds]:
    """The expiry that ILMD tells for what an event makes. Best before (AI 15) is none (AI 17)."""
    texts = (
        value
        for name, value in event.ilmd.items()
        if name.rpartition(":")[2].rpartition("/")[2] in _EXPIRY_FIELDS
    )
    expiry = next((_end_of(text) for text in texts if isinstance(text, str)), None)
    if expiry is None:
        return {}
    return {line.subject: expiry for line in statement.of(Part.OBJECT, Part.OUTPUT)}


def _end_of(text: str) -> Seconds | None:
    """A date means its last second; what names no offset is in UTC. None for what is no time
    after 1970.
    """
    try:
        moment = datetime.fromisoformat(text if "T" in text else text + "T23:59:59")
    except ValueError:
        return None
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = int(known.timestamp())
    return Seconds(seconds) if seconds > 0 else None
