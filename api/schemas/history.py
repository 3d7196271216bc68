"""Answers about what happened: events, stories, traces, statements and findings."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from api.dependencies import View
from api.refusals import finding_in_words
from api.schemas.common import (
    AmountText,
    Answer,
    Hash,
    Party,
    Thing,
    hexadecimal,
    moment,
    party,
    party_or_none,
    thing,
)
from api.schemas.things import Scale
from api.sentences import step_in_words, told
from api.story import Step
from indexer.queries.custody import Move
from indexer.queries.facts import Entry
from indexer.queries.findings import FindingView
from indexer.queries.statements import StatementView
from indexer.queries.trace import Trace
from ledger import events as e
from ledger.vocabulary import Action, Id, Kind, OrgId, Part, disposition_word, kind_of, step_word
from records.documents import StoredStatement

_AMOUNTS = "amount"
_ID_LENGTH = 32
_HASHES = {"document", "statement", "by"}


class Event(Answer):
    """An event of the chain. ``fields`` are those of the contract's event, made readable."""

    event: str = Field(examples=["ItemShipped"])
    fields: dict[str, Any]
    organisation: Party | None
    operation: int | None
    time: datetime
    block: int
    log_index: int
    transaction: Hash
    sequence: int = Field(description="Number in the journal of the contract.")
    final: bool


class StoryStep(Answer):
    """One thing that happened to an item, with the acts and statements that tell of it."""

    item: Thing
    organisation: Party | None
    when: datetime
    recorded: datetime
    headline: str = Field(description="In the reader's language.", examples=["Sent to Packer"])
    amount: str = Field(description="In words.", examples=["500 kg"])
    fact: bool = Field(description="The contract accepted an act; otherwise it is only said.")
    again: int = Field(description="How many further statements tell the same.")
    statement: Hash | None
    events: list[Event]


class TraceNode(Answer):
    """An item in the graph; ``depth`` is negative towards what it was made of."""

    item: Thing
    name: str
    depth: int
    kind: Literal["lot", "unit", "other"]
    recorded: bool


class TraceEdge(Answer):
    """``target`` was made of ``source``; ``fact`` is false where only a statement says so."""

    source: Thing
    target: Thing
    kind: str
    amount_in: AmountText
    amount_out: AmountText
    organisation: Party | None
    transformation: int | None
    statement: Hash | None
    fact: bool
    block: int
    log_index: int


class Custody(Answer):
    """An amount changed hands or place."""

    kind: str = Field(examples=["shipped"])
    source: Party | None
    target: Party | None
    amount: AmountText
    shipment: Thing | None
    logistic_unit: Thing | None
    time: datetime
    block: int
    log_index: int


class Graph(Answer):
    """Where an item came from and what became of it."""

    item: Thing
    nodes: list[TraceNode]
    edges: list[TraceEdge]
    custody: list[Custody]
    truncated: bool


class Finding(Answer):
    """Where a statement contradicts the ledger or another statement."""

    kind: str = Field(examples=["HoldingTooSmall"])
    severity: str = Field(examples=["warning"])
    reason: str = Field(description="In the reader's language.")
    organisation: Party | None
    statement: Hash
    subject: Thing | None
    values: dict[str, Any]
    time: datetime
    block: int
    log_index: int
    closed_block: int | None
    closed_by: str | None
    document: Hash | None = Field(description="The document that the statement stands in.")
    name: str | None = Field(description="What people call that document.")
    line: int | None = Field(description="Its first line there, from 1.")


class StatementLine(Answer):
    """What a statement says of one subject."""

    subject: Thing
    part: str
    action: str
    step: str
    disposition: str
    amount: AmountText | None
    occurred_at: datetime
    place: Thing | None
    counterparty: Party | None
    organisation: Party | None
    block: int
    log_index: int
    transaction: Hash
    final: bool


class Statement(Answer):
    """A statement with all its lines, and where it stands in a document that is kept here."""

    statement: Hash
    lines: list[StatementLine]
    organisations: list[Party]
    operations: list[dict[str, int]]
    corrections: list[dict[str, Any]]
    document: Hash | None
    name: str | None
    pointer: str | None
    line: int | None


def event(entry: Entry, view: View) -> Event:
    """An event where it stands in the chain."""
    return Event(
        event=type(entry.event).__name__,
        fields=readable(entry.event, view),
        organisation=party_or_none(entry.org, view.names),
        operation=entry.operation,
        time=moment(entry.time),
        block=entry.block,
        log_index=entry.log_index,
        transaction=hexadecimal(entry.tx),
        sequence=entry.sequence,
        final=entry.final,
    )


def readable(found: e.Event, view: View) -> dict[str, Any]:
    """The fields of an event as plain JSON: ids as links, amounts in their unit, bytes as hex."""
    item = getattr(found, "item", None) or getattr(found, "subject", None)
    return {f.name: _readable(f.name, getattr(found, f.name), item, view) for f in fields(found)}  # type: ignore[arg-type]  # every catalogue class is a dataclass


def _readable(name: str, value: Any, item: Id | None, view: View) -> Any:
    if name == _AMOUNTS and item is not None:
        return Scale(view, item).text(value)
    if not isinstance(value, bytes):
        return value
    if len(value) == _ID_LENGTH and name not in _HASHES and any(value):
        named = thing(value, view.base_url)
        return named.id or named.reference
    return hexadecimal(value)


def step(found: Step, view: View) -> StoryStep:
    """A step of a story."""
    words = told(found, view.names)
    return StoryStep(
        item=thing(found.item, view.base_url),
        organisation=party_or_none(found.org, view.names),
        when=moment(found.when),
        recorded=moment(found.recorded),
        headline=words.headline,
        amount=words.amount,
        fact=words.fact,
        again=found.again,
        statement=hexadecimal(found.statement) if found.statement else None,
        events=[event(entry, view) for entry in (*found.facts, *found.said)],
    )


def graph(item: Id, found: Trace, moves: tuple[Move, ...], view: View) -> Graph:
    """A trace and the path of custody."""
    base, names = view.base_url, view.names
    nodes = [
        TraceNode(
            item=thing(node.item, base),
            name=names.product_name(node.item).text,
            depth=node.depth,
            kind=node.kind,
            recorded=node.recorded,
        )
        for node in found.nodes
    ]
    edges = [
        TraceEdge(
            source=thing(edge.source, base),
            target=thing(edge.target, base),
            kind=edge.kind,
            amount_in=Scale(view, edge.source).text(edge.amount_in),
            amount_out=Scale(view, edge.target).text(edge.amount_out),
            organisation=party_or_none(edge.org, names),
            transformation=edge.transformation,
            statement=hexadecimal(edge.statement) if edge.statement else None,
            fact=edge.fact,
            block=edge.block,
            log_index=edge.log_index,
        )
        for edge in found.edges
    ]
    return Graph(
        item=thing(item, base),
        nodes=nodes,
        edges=edges,
        custody=[_move(move, view) for move in moves],
        truncated=found.truncated,
    )


def _move(move: Move, view: View) -> Custody:
    return Custody(
        kind=move.kind,
        source=party_or_none(move.source, view.names),
        target=party_or_none(move.target, view.names),
        amount=Scale(view, move.via).text(move.amount),
        shipment=thing(move.shipment, view.base_url) if move.shipment else None,
        logistic_unit=thing(move.logistic_unit, view.base_url) if move.logistic_unit else None,
        time=moment(move.time),
        block=move.block,
        log_index=move.log_index,
    )


def finding(found: FindingView, source: StoredStatement | None, view: View) -> Finding:
    """A finding. ``source`` is where its statement stands, if that is kept here."""
    return Finding(
        kind=found.kind,
        severity=found.severity,
        reason=finding_in_words(found.kind, found.values, view.names),
        organisation=party_or_none(found.org, view.names),
        statement=hexadecimal(found.statement),
        subject=thing(found.subject, view.base_url) if any(found.subject) else None,
        values=found.values,
        time=moment(found.time),
        block=found.block,
        log_index=found.log_index,
        closed_block=found.closed_block,
        closed_by=found.closed_by,
        document=hexadecimal(source.document) if source else None,
        name=(source.name or None) if source else None,
        line=source.line if source else None,
    )


def statement(found: StatementView, source: StoredStatement | None, view: View) -> Statement:
    """A statement. ``source`` is where it stands in a document, if that is kept here."""
    return Statement(
        statement=hexadecimal(found.statement),
        lines=[_line(each.event, each, view) for each in found.lines],
        organisations=[party(org, view.names) for org in found.orgs],
        operations=[{"organisation": org, "number": number} for org, number in found.operations],
        corrections=[
            {
                "organisation": each.org,
                "by": hexadecimal(each.by) if each.by else None,
                "block": each.block,
                "time": moment(each.time).isoformat(),
            }
            for each in found.corrections
        ],
        document=hexadecimal(source.document) if source else None,
        name=(source.name or None) if source else None,
        pointer=source.pointer if source else None,
        line=source.line if source else None,
    )


def _line(made: e.StatementMade, place: Any, view: View) -> StatementLine:
    item = kind_of(made.subject) in (Kind.LOT, Kind.UNIT)
    amount = Scale(view, made.subject).text(made.amount) if made.amount and item else None
    return StatementLine(
        subject=thing(made.subject, view.base_url),
        part=_word(Part, made.part),
        action=_word(Action, made.action),
        step=step_word(made.step) or step_in_words(made.step, view.language),
        disposition=disposition_word(made.disposition),
        amount=amount,
        occurred_at=moment(made.occurred_at),
        place=thing(made.place, view.base_url) if any(made.place) else None,
        counterparty=party_or_none(OrgId(made.counterparty), view.names),
        organisation=party_or_none(made.org, view.names),
        block=place.block,
        log_index=place.log_index,
        transaction=hexadecimal(place.tx),
        final=place.final,
    )


def _word(words: type[Part | Action], number: int) -> str:
    """The word of a number that anyone may have put on chain."""
    known = {int(word): word.name.lower() for word in words}
    return known.get(number, str(number))
