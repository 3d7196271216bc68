"""One table per event of the catalogue."""

from __future__ import annotations

import hashlib
import re
from typing import Any, get_type_hints

from sqlalchemy import BigInteger, Boolean, Index, Integer, SmallInteger, Table, Text
from sqlalchemy.types import TypeEngine

from indexer.blob import Blob
from indexer.tables.schema import column, part, table
from ledger.events import (
    CATALOGUE,
    ActEvent,
    DoorEvent,
    Event,
    FactCorrected,
    OperationPerformed,
    StatementCorrected,
    StatementMade,
    UnitsVoided,
)
from ledger.vocabulary import Id

_INTEGERS: dict[str, type[TypeEngine[Any]]] = {
    "bool": Boolean,
    "uint8": SmallInteger,
    "uint16": Integer,
    "uint32": BigInteger,
    "uint40": BigInteger,
    "uint64": BigInteger,
}


def column_type(solidity: str) -> type[TypeEngine[Any]]:
    """The column type of a Solidity type: integers as such, longer ones and bytes as their big-
    endian bytes.

    The contracts bound their uint64 by 2**63 - 1, and the decoder refuses more, so BIGINT holds
    them all.
    """
    return _INTEGERS.get(solidity, Blob)


def snake_case(name: str) -> str:
    """``ItemShipped`` is ``item_shipped``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _event_table(event: type[Event]) -> Table:
    columns = [
        part("block", BigInteger),
        part("log_index", Integer),
        column("sequence", BigInteger),
    ]
    if issubclass(event, ActEvent):
        # log index of the OperationPerformed, in the same block, that this event belongs to
        columns.append(column("performed", Integer))
    if issubclass(event, DoorEvent):
        columns.append(column("contract", Text))
    columns += [column(field.name, column_type(field.solidity.type)) for field in event.schema()]
    return table(snake_case(event.__name__), *columns)


EVENTS: dict[type[Event], Table] = {event: _event_table(event) for event in CATALOGUE}
"""Every event's table: block, log_index, sequence, for acts ``performed``, then the fields of the
catalogue.
"""
NUMBERS: dict[type[Event], int] = {event: number for number, event in enumerate(CATALOGUE)}
"""How `mention` names an event: by its place in the catalogue."""


def mentioned(event: type[Event]) -> tuple[str, ...]:
    """The fields by which an event is found: its packed ids, but the place where something was
    seen.
    """
    hints = get_type_hints(event)
    names = (field.name for field in event.schema() if hints[field.name] is Id)
    return tuple(name for name in names if not (event is StatementMade and name == "place"))


Index(
    "mirror_operation_performed_number",
    EVENTS[OperationPerformed].c.org,
    EVENTS[OperationPerformed].c.operation,
)
Index("mirror_statement_made_statement", EVENTS[StatementMade].c.statement)
Index("mirror_statement_corrected_statement", EVENTS[StatementCorrected].c.statement)
Index("mirror_fact_corrected_fact", EVENTS[FactCorrected].c.fact)
Index("mirror_units_voided_lot", EVENTS[UnitsVoided].c.lot)

OF_MEMBERS = tuple(
    event for event in CATALOGUE if "member" in {field.name for field in event.schema()}
)
"""What members' accounts are made of: each event names a programme and a member."""
for of_member in OF_MEMBERS:
    of = EVENTS[of_member].c
    Index(f"mirror_{snake_case(of_member.__name__)}_member", of.member, of.programme)


def catalogue_digest() -> str:
    """SHA-256 over names, fields and types of the catalogue: what the event tables are made of."""
    lines = [
        f"{event.contract}.{event.__name__} {field.name} {face.type} {face.indexed}"
        for event in CATALOGUE
        for field in event.schema()
        for face in (field.solidity,)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
