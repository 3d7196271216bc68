"""Everything that is known of a scanned code, gathered once; page and JSON show the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from api.health import Health
from api.known_units import KnownUnit
from api.names import Names
from api.story import Step, in_time, making, steps
from api.verdicts import Judgement, judge, judge_record, judge_unit
from indexer.queries.facts import Entry, story
from indexer.queries.findings import FindingView, findings
from indexer.queries.logistic_units import LogisticUnitView, logistic_unit
from indexer.queries.lots import ItemView, item, items
from indexer.queries.organisations import OrganisationView, by_party, organisation
from indexer.queries.products import ProductView
from indexer.queries.state import mirror_state
from indexer.queries.trace import trace
from ledger import events as e
from ledger.gs1.digital_link import DigitalLink
from ledger.statements import SELLING
from ledger.vocabulary import (
    Gs1Key,
    Id,
    Kind,
    Seconds,
    disposition_word,
    kind_of,
    product_of,
    step_word,
)
from records.scans import Seen

_ANCESTORS = 60
"""Sources, nearest first, that are looked at for recalls."""
_TOLD = 12
"""Sources whose making is told; the trace page shows them all."""
_FINDINGS = 10
_LOTS = 50
_OF_OTHERS = (
    e.UnitSold, e.UnitReturned, e.UnitClaimed, e.UnitsVoided,
    e.ItemSold, e.ItemReturned, e.ItemDisposed,
    e.PointsClaimed, e.EarningOpened, e.PointsCompensated,
)  # fmt: skip
"""What happens to units of a lot one by one is no story of any other of them."""


@dataclass(frozen=True, slots=True)
class Source:
    """An item that this one was made of; ``fact`` is false where only statements say so."""

    item: Id
    fact: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of earlier scans: views by devices, None where they are not counted, and the
    reasons of a conflict that is public (`records.scans.alerts`).
    """

    seen: Seen | None = None
    conflict: tuple[Mapping[str, Any], ...] = ()


NO_PAST = Past()


@dataclass(frozen=True)
class Scan:
    """What a code names and what is known of it. ``key`` is the finest thing that it names."""

    key: Gs1Key
    judgement: Judgement
    health: Health
    now: Seconds
    product: ProductView | None = None
    description: Mapping[str, Any] = field(default_factory=dict)
    item: ItemView | None = None
    lot: ItemView | None = None
    story: tuple[Step, ...] = ()
    sources: tuple[Source, ...] = ()
    recalled_sources: tuple[ItemView, ...] = ()
    findings: tuple[FindingView, ...] = ()
    recall: ItemView | None = None
    """The item whose recall counts: the one that was scanned, or its lot."""
    lots: tuple[ItemView, ...] = ()
    logistic_unit: LogisticUnitView | None = None
    organisation: OrganisationView | None = None
    past: Past = NO_PAST
    unit: KnownUnit | None = None
    """The unit of a run that was printed here; then ``lot`` is what it is of, ``item`` None."""

    @property
    def about(self) -> ItemView | None:
        """What the ledger holds amounts of: the item that was scanned, or the lot of an issued
        unit.
        """
        return self.lot if self.unit else self.item

    @property
    def known(self) -> bool:
        """Whether anything at all is recorded under the code."""
        return any((self.product, self.item, self.logistic_unit, self.organisation, self.unit))


def scan(
    link: DigitalLink,
    key: Gs1Key,
    mirror: Connection,
    names: Names,
    health: Health,
    now: Seconds,
    past: Past = NO_PAST,
    unit: KnownUnit | None = None,
) -> Scan:
    """What is known of a code. ``key`` is the link's finest key, ``past`` who looked at it, and
    ``unit`` the unit of a run that has this key.
    """
    if unit is not None:
        return _of_unit(link, key, unit, mirror, names, health, now, past)
    if key.kind in (Kind.LOT, Kind.UNIT):
        return _of_item(link, key, mirror, names, health, now, past)
    if key.kind is Kind.PRODUCT:
        return _of_product(key, mirror, names, health, now)
    if key.kind is Kind.LOGISTIC_UNIT:
        return _of_logistic_unit(key, mirror, health, now)
    return _of_organisation(key, mirror, health, now)


def _of_item(
    link: DigitalLink,
    key: Gs1Key,
    mirror: Connection,
    names: Names,
    health: Health,
    now: Seconds,
    past: Past,
) -> Scan:
    view = item(mirror, key.id)
    made_of = _sources(mirror, key.id) if view else ()
    lots = _lots_of(key.id, made_of, mirror)
    named = link.lot.id if link.lot and key.kind is Kind.UNIT else None
    differs = bool(named and lots and named not in {each.item for each in lots})
    if named and (differs or not lots):  # what the label says may be recalled
        claimed = item(mirror, named)
        lots = (*lots, claimed) if claimed else lots
    ancestors = _ancestors(mirror, view, lots)
    open_findings = findings(mirror, subject=key.id, limit=_FINDINGS) if view else ()
    judgement = judge(
        view,
        lots,
        lot_differs=differs,
        scans=_scans_before(key, past),
        conflict=bool(past.conflict),
        source_recalled=any(each.recalled_by for each in ancestors),
        open_questions=any(each.severity == "warning" for each in open_findings),
        now=now,
        mirror=health.state,
    )
    product = names.product(key.id)
    known = (*((view,) if view else ()), *lots)
    return Scan(
        key, judgement, health, now,
        product=product,
        description=names.description(product.document) if product else {},
        item=view,
        lot=lots[0] if lots and not differs else None,
        story=_story(mirror, view, lots, ancestors),
        sources=made_of,
        recalled_sources=tuple(each for each in ancestors if each.recalled_by),
        findings=open_findings,
        recall=next((each for each in known if each.recalled_by), None),
        past=past,
    )  # fmt: skip


def _scans_before(key: Gs1Key, past: Past) -> int | None:
    """Views by other devices, which say something of a unit; a lot's code is on many packs."""
    return past.seen.by_others if past.seen is not None and key.kind is Kind.UNIT else None


def _of_unit(
    link: DigitalLink,
    key: Gs1Key,
    unit: KnownUnit,
    mirror: Connection,
    names: Names,
    health: Health,
    now: Seconds,
    past: Past,
) -> Scan:
    lot = item(mirror, unit.lot)
    differs = link.lot is not None and link.lot.id != unit.lot
    named = item(mirror, link.lot.id) if link.lot and differs else None
    lots = tuple(each for each in (lot, named) if each)  # what the label says may be recalled
    ancestors = _ancestors(mirror, None, lots)
    open_findings = findings(mirror, subject=unit.lot, limit=_FINDINGS)
    judgement = judge_unit(
        unit,
        lots,
        lot_differs=differs,
        scans=_scans_before(key, past),
        conflict=bool(past.conflict),
        source_recalled=any(each.recalled_by for each in ancestors),
        open_questions=any(each.severity == "warning" for each in open_findings),
        now=now,
        mirror=health.state,
    )
    product = names.product(key.id)
    of_lot = steps(unit.lot, story(mirror, unit.lot, _OF_OTHERS))
    told = [step for step in of_lot if _tells_of(unit, step)]
    for ancestor in ancestors[:_TOLD]:
        told += making(ancestor.item, story(mirror, ancestor.item))
    return Scan(
        key, judgement, health, now,
        product=product,
        description=names.description(product.document) if product else {},
        lot=None if differs else lot,
        story=() if differs else in_time(told),
        sources=() if differs else _sources(mirror, unit.lot),
        recalled_sources=tuple(each for each in ancestors if each.recalled_by),
        findings=open_findings,
        recall=next((each for each in lots if each.recalled_by), None),
        past=past,
        unit=unit,
    )  # fmt: skip


def _tells_of(unit: KnownUnit, step: Step) -> bool:
    """Whether what happened to a lot tells of this unit of it: no issue of other units, and no sale
    of others, of which only the statement is left here.
    """
    issues = [n.event.issue for n in step.facts if isinstance(n.event, e.UnitsIssued)]
    if issues or step.facts:
        return not issues or unit.issue in issues
    made = (n.event for n in step.said if isinstance(n.event, e.StatementMade))
    return not any(
        {step_word(event.step), disposition_word(event.disposition)} & SELLING for event in made
    )


def _sources(mirror: Connection, subject: Id) -> tuple[Source, ...]:
    edges = [e for e in trace(mirror, subject, "up", _ANCESTORS).edges if e.target == subject]
    recorded = {edge.source: False for edge in edges}
    recorded |= {edge.source: True for edge in edges if edge.fact}
    return tuple(Source(source, fact) for source, fact in recorded.items())


def _lots_of(subject: Id, made_of: tuple[Source, ...], mirror: Connection) -> tuple[ItemView, ...]:
    """The lots that a unit was taken out of: recorded sources of the same product."""
    if kind_of(subject) != Kind.UNIT:
        return ()
    own = (s.item for s in made_of if s.fact and product_of(s.item) == product_of(subject))
    views = (item(mirror, source) for source in own if kind_of(source) == Kind.LOT)
    return tuple(view for view in views if view)


def _story(
    mirror: Connection,
    view: ItemView | None,
    lots: tuple[ItemView, ...],
    ancestors: tuple[ItemView, ...],
) -> tuple[Step, ...]:
    """How the sources came to be, then all that happened to the lot of a unit, then to it."""
    if view is None:
        return ()
    told = [*steps(view.item, story(mirror, view.item))]
    first = min((s.entry for s in told), key=lambda n: (n.block, n.log_index), default=None)
    for each in lots:
        told += [
            step for step in steps(each.item, story(mirror, each.item)) if _shared(step, first)
        ]
    for ancestor in ancestors[:_TOLD]:
        told += making(ancestor.item, story(mirror, ancestor.item))
    return in_time(told)


def _shared(step: Step, first: Entry | None) -> bool:
    """Whether what happened to a lot happened to a unit of it too: before it was taken out of the
    lot, or as a recall of all of it.
    """
    if any(isinstance(entry.event, e.ItemRecalled | e.ItemReleased) for entry in step.facts):
        return True
    if first is None:
        return True
    before = (step.entry.block, step.entry.log_index) < (first.block, first.log_index)
    return before and step.entry.tx != first.tx


def _ancestors(
    mirror: Connection, view: ItemView | None, lots: tuple[ItemView, ...]
) -> tuple[ItemView, ...]:
    """What an item and its lots were made of, the nearest first."""
    own = [each.item for each in (*((view,) if view else ()), *lots)]
    depths = {
        node.item: node.depth
        for start in own
        for node in trace(mirror, start, "up", _ANCESTORS).nodes
        if node.recorded and node.item not in own
    }
    nearest = sorted(depths, key=lambda each: (-depths[each], each))
    views = (item(mirror, each) for each in nearest[:_ANCESTORS])
    return tuple(each for each in views if each)


def _of_product(
    key: Gs1Key, mirror: Connection, names: Names, health: Health, now: Seconds
) -> Scan:
    product = names.product(key.id)
    judgement = judge_record(known=product is not None, mirror=health.state)
    if product is None:
        return Scan(key, judgement, health, now)
    lots = items(mirror, limit=_LOTS, product=key.id)
    description = names.description(product.document)
    return Scan(key, judgement, health, now, product=product, description=description, lots=lots)


def _of_logistic_unit(key: Gs1Key, mirror: Connection, health: Health, now: Seconds) -> Scan:
    view = logistic_unit(mirror, key.id)
    inside = (item(mirror, content.item) for content in view.contents) if view else ()
    recalled = next((each for each in inside if each and each.recalled_by), None)
    judgement = judge_record(
        known=view is not None, recalled=recalled is not None, mirror=health.state
    )
    told = steps(key.id, story(mirror, key.id))
    return Scan(key, judgement, health, now, story=told, recall=recalled, logistic_unit=view)


def _of_organisation(key: Gs1Key, mirror: Connection, health: Health, now: Seconds) -> Scan:
    if key.kind is Kind.PARTY:
        view = by_party(mirror, key.id)
    else:
        view = organisation(mirror, mirror_state(mirror).org_at(key.id))
    judgement = judge_record(known=view is not None, mirror=health.state)
    return Scan(key, judgement, health, now, organisation=view)
