"""Answers about what was asked for: operations on their way, and captured documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from api.capture import CaptureReport, StatementReport
from api.dependencies import View
from api.refusals import finding_in_words, refusal_in_words
from api.schemas.common import (
    Answer,
    Hash,
    Party,
    hexadecimal,
    moment,
    moment_or_none,
    party,
)
from ledger.commands import to_json
from ledger.errors import ActRefused
from ledger.refusals import values_to_json
from records.outbox import Operation as Accepted


class Refusal(Answer):
    """Why the contract refused."""

    code: str = Field(examples=["HoldingTooSmall"])
    detail: str = Field(description="In the reader's language.")
    values: dict[str, Any]


class Operation(Answer):
    """Acts that are performed together or not at all, and how far they are.

    States: accepted, signed, broadcast, included, then final or refused, which do not change any
    more. Included ones may still be undone by the chain and are sent again then.
    """

    id: str = Field(examples=["5a" * 32])
    organisation: Party
    number: int = Field(description="What the contract knows the operation by.")
    state: str = Field(examples=["accepted"])
    settled: bool = Field(description="Whether the state is the last.")
    acts: list[dict[str, Any]] = Field(description="As `ledger/commands.py` writes them.")
    statement: Hash | None
    refusal: Refusal | None
    first_refusal: Refusal | None = Field(
        description="Why the acts were refused that only a statement is left of."
    )
    attention: str | None = Field(description="What an operator must look into.")
    idempotency_key: str
    created: datetime
    settled_at: datetime | None
    transaction: Hash | None
    block: int | None


class Contradiction(Answer):
    """Why a statement led to no act."""

    kind: str = Field(examples=["NotInTransit"])
    severity: str
    reason: str = Field(description="In the reader's language.")
    values: dict[str, Any]


class StatementOutcome(Answer):
    """What became of one statement of a document."""

    pointer: str = Field(description="Where it stands: a JSON pointer, or the line of a CSV file.")
    line: int
    statement: Hash
    organisation: Party
    outcome: Literal["facts", "statement", "known"]
    acts: list[str] = Field(examples=[["CommissionItem"]])
    finding: Contradiction | None
    notes: list[str]
    operations: list[str] = Field(description="Ids of operations that follow from it.")


class Capture(Answer):
    """What became of a document."""

    document: Hash
    media_type: str
    dry_run: bool
    added: int = Field(description="How many statements led to operations; 0 the second time.")
    statements: list[StatementOutcome]
    reconsidered: list[StatementOutcome] = Field(
        description="Earlier statements whose acts became possible."
    )
    operations: list[str] = Field(description="Every operation of this document, in order.")


def operation(found: Accepted, view: View) -> Operation:
    """An operation."""
    return Operation(
        id=found.id,
        organisation=party(found.org, view.names),
        number=found.number,
        state=str(found.state),
        settled=found.settled is not None,
        acts=[to_json(command) for command in found.commands],
        statement=hexadecimal(found.statement) if found.statement else None,
        refusal=_refusal(found.refusal, view),
        first_refusal=_refusal(found.first_refusal, view),
        attention=found.attention,
        idempotency_key=found.idempotency_key,
        created=moment(found.created),
        settled_at=moment_or_none(found.settled),
        transaction=hexadecimal(found.tx) if found.tx else None,
        block=found.block,
    )


def _refusal(error: ActRefused | None, view: View) -> Refusal | None:
    if error is None:
        return None
    detail = refusal_in_words(error, view.language, view.names)
    return Refusal(code=error.code, detail=detail, values=values_to_json(error.values))


def capture(report: CaptureReport, view: View) -> Capture:
    """A report."""
    everything = (*report.statements, *report.reconsidered)
    return Capture(
        document=hexadecimal(report.document),
        media_type=report.media_type,
        dry_run=report.dry_run,
        added=report.added,
        statements=[_outcome(each, view) for each in report.statements],
        reconsidered=[_outcome(each, view) for each in report.reconsidered],
        operations=list(dict.fromkeys(op for each in everything for op in each.operations)),
    )


def _outcome(report: StatementReport, view: View) -> StatementOutcome:
    found = report.finding
    return StatementOutcome(
        pointer=report.pointer,
        line=report.line,
        statement=hexadecimal(report.statement),
        organisation=party(report.org, view.names),
        outcome=report.outcome,
        acts=list(report.acts),
        finding=Contradiction(
            kind=found.kind,
            severity=found.severity,
            reason=finding_in_words(found.kind, found.values, view.names),
            values=found.values,
        )
        if found
        else None,
        notes=list(report.notes),
        operations=list(report.operations),
    )
