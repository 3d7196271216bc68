"""Print runs: what one may ask for, and the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from api.dependencies import View
from api.known_units import refused
from api.schemas.common import (
    AmountText,
    Answer,
    Hash,
    Party,
    Thing,
    hexadecimal,
    moment,
    moment_or_none,
    party,
    thing,
)
from api.schemas.requests import ActivatedRange, AmountIn, Request
from api.schemas.things import Scale
from api.schemas.unit_requests import LotRef
from api.schemas.units import void_reason
from indexer.queries.units import issue_of_root
from records import print_files, units

MOST_UNITS = 100_000
"""Units of one request; the command makes more at once."""
ActivationWord = Literal["at_once", "dispatch"]
Recipient = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Field(
        description="The print shop's age key: only its owner can read the print file.",
        examples=["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"],
    ),
]
Place = Annotated[
    StrictInt, Field(ge=0, lt=2**63, description="The unit's number in its run.", examples=[0])
]
Count = Annotated[StrictInt, Field(ge=1, lt=2**63, examples=[100])]
Reference = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(description="The paper by which they leave.", examples=["DN-4711"]),
]


# --- requests ---


class NewPrintRun(LotRef):
    """Units of a lot to be made, printed and issued, ``each`` of so much of it."""

    count: StrictInt = Field(ge=1, le=MOST_UNITS, examples=[5000])
    each: AmountIn = Field("1", description="How much of the lot a unit is.")
    codes: StrictBool = Field(
        default=False, description="With a hidden code each, to claim points with."
    )
    activation: ActivationWord = Field(
        "at_once", description="Whether its units count at once, or when they are dispatched."
    )
    recipient: Recipient


class NewReissue(Request):
    """Units of a run to be made void and printed again: all from ``first`` on without ``count``."""

    first: Place = 0
    count: Count | None = None
    reason: Literal["other", "printed_wrong", "lost", "stolen", "revealed", "replaced"] = "replaced"
    recipient: Recipient


class NewActivation(ActivatedRange):
    """Units that leave their maker."""

    reference: Reference


# --- answers ---


class ReplacedUnits(Answer):
    """Units that were made void and printed again."""

    run: str
    first: int = Field(description="Place in that run.")
    count: int
    reason: str | None = Field(examples=["printed_wrong"])


class PrintRun(Answer):
    """A run: units that were made here to be printed. It becomes an issue when it is on chain."""

    id: str = Field(examples=["5a5a5a5a5a5a"])
    organisation: Party
    lot: Thing
    count: int = Field(examples=[5000])
    each: AmountText
    unit: str
    root: Hash = Field(description="RFC 6962 root over the units' leaves.")
    codes: bool = Field(description="Whether its units have hidden codes.")
    activation: ActivationWord
    state: Literal["being_registered", "issued", "refused"]
    issue: int | None
    first: int | None = Field(description="Index of the first unit.")
    voided: int = Field(description="How many codes count no more.")
    operation: str = Field(examples=["5a" * 32])
    recipient: str
    file: Literal["waiting", "being_handed_out", "handed_out", "missing"] = Field(
        description="What became of the print file. Of a run whose file is missing nobody can "
        "print: issue it again."
    )
    created: datetime
    handed_out: datetime | None
    replaces: ReplacedUnits | None
    replaced_by: list[ReplacedUnits] = Field(description="Runs that replace units of this one.")


class Activation(Answer):
    """Units of a run that were activated."""

    run: str
    first: int = Field(description="Place in the run.")
    count: int
    reference: str
    operation: str | None = Field(description="The act that dispatched them.")
    created: datetime


def print_run(found: units.PrintRun, view: View) -> PrintRun:
    """A run."""
    scale = Scale(view, found.lot)
    issue = issue_of_root(view.mirror, found.lot, found.root)
    state: Literal["being_registered", "issued", "refused"] = "issued"
    if issue is None:
        state = "refused" if refused(view, found) else "being_registered"
    return PrintRun(
        id=found.id,
        organisation=party(found.org, view.names),
        lot=thing(found.lot, view.base_url),
        count=found.count,
        each=scale.text(found.each),
        unit=scale.unit,
        root=hexadecimal(found.root),
        codes=found.codes,
        activation="dispatch" if found.activation == units.DISPATCH else "at_once",
        state=state,
        issue=issue.issue if issue else None,
        first=issue.first if issue else None,
        voided=issue.voided if issue else 0,
        operation=found.operation,
        recipient=found.recipient,
        file=_file(found, view),
        created=moment(found.created),
        handed_out=moment_or_none(found.handed_out),
        replaces=_replaced(found.replaces),
        replaced_by=[_replacing(each) for each in units.replacements(view.records, found.id)],
    )


def activation(found: units.Activation) -> Activation:
    """An activation."""
    return Activation(
        run=found.run,
        first=found.first,
        count=found.count,
        reference=found.reference,
        operation=found.operation,
        created=moment(found.created),
    )


def _file(
    found: units.PrintRun, view: View
) -> Literal["waiting", "being_handed_out", "handed_out", "missing"]:
    if found.handed_out is not None:
        return "handed_out"
    if not print_files.path_of(view.services.settings, found.id).exists():
        return "missing"
    return "waiting" if found.handing_out is None else "being_handed_out"


def _replaced(found: units.Replaced | None) -> ReplacedUnits | None:
    if found is None:
        return None
    reason = void_reason(found.reason)
    return ReplacedUnits(run=found.run, first=found.first, count=found.count, reason=reason)


def _replacing(run: units.PrintRun) -> ReplacedUnits:
    """What a later run says of this one: its own id, and which places it replaces."""
    replaced = run.replaces
    if replaced is None:  # the query gives replacements only
        raise AssertionError(run.id)
    reason = void_reason(replaced.reason)
    return ReplacedUnits(run=run.id, first=replaced.first, count=replaced.count, reason=reason)
