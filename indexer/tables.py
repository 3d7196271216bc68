"""The mirror's tables: one per event of the catalogue, one per entity of the state, and the books
kept about them.

All names begin with ``mirror_``, so that the records' tables may live in the same database. There
are no migrations: another `SCHEMA`, catalogue or decoder means a new mirror. Every row that came
from the chain carries its block, so that undoing blocks is one range delete per table.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, get_type_hints

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    func,
)
from sqlalchemy.types import TypeEngine

from indexer.blob import Blob
from ledger.events import (
    CATALOGUE,
    ActEvent,
    DoorEvent,
    Event,
    OperationPerformed,
    StatementCorrected,
    StatementMade,
)
from ledger.vocabulary import Id

SCHEMA = 2
"""Version of this file's layout."""

metadata = MetaData()


def snake_case(name: str) -> str:
    """``ItemShipped`` is ``item_shipped``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _table(name: str, *columns: Column[Any] | Index) -> Table:
    # Rows are found by key only: in SQLite the key is the table (PostgreSQL ignores this).
    return Table(f"mirror_{name}", metadata, *columns, sqlite_with_rowid=False)


def _key(name: str, kind: type[TypeEngine[Any]]) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _column(name: str, kind: type[TypeEngine[Any]], *, null: bool = False) -> Column[Any]:
    return Column(name, kind, nullable=null)


# --- events ---

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


def _event_table(event: type[Event]) -> Table:
    columns = [
        _key("block", BigInteger),
        _key("log_index", Integer),
        _column("sequence", BigInteger),
    ]
    if issubclass(event, ActEvent):
        # log index of the OperationPerformed, in the same block, that this event belongs to
        columns.append(_column("performed", Integer))
    if issubclass(event, DoorEvent):
        columns.append(_column("contract", Text))
    columns += [_column(field.name, column_type(field.solidity.type)) for field in event.schema()]
    return _table(snake_case(event.__name__), *columns)


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


# --- what was read ---

mention = _table(
    "mention",
    _key("subject", Blob),
    _key("block", BigInteger),
    _key("log_index", Integer),
    _column("event", SmallInteger),
)
"""Which events name an id."""

raw_log = _table(
    "raw_log",
    _key("block", BigInteger),
    _key("log_index", Integer),
    _column("tx_index", Integer),
    _column("topics", Blob),
    _column("data", Blob),
)
"""The logs as they came: topics joined, data. The contract is that of the event."""

transaction = _table(
    "transaction",
    _key("block", BigInteger),
    _key("tx_index", Integer),
    _column("hash", Blob),
    Index("mirror_transaction_hash", "hash"),
)
"""Transactions with logs of ours."""

block_header = _table(
    "block_header",
    _key("block", BigInteger),
    _column("hash", Blob),
    _column("parent", Blob),
    _column("time", BigInteger),
)
"""Headers of all blocks with logs of ours, of the ends of ranges, and of all that may still be
reorganised.
"""

event_head = _table(
    "event_head",
    _key("contract", Text),
    _key("block", BigInteger),
    _column("head", Blob),
)
"""A contract's journal (count, 8 bytes, and running hash, 24 bytes) after the last event of a
block.
"""


# --- what it adds up to: the tables of ledger.history.State ---

organisation = _table(
    "organisation",
    _key("org", BigInteger),
    _column("party", Blob),
    _column("admin", Blob),
    _column("roles", Integer),
    _column("suspended", Boolean),
)
party = _table("party", _key("party", Blob), _column("org", BigInteger))
place = _table(
    "place",
    _key("place", Blob),
    _column("org", BigInteger),
    Index("mirror_place_org", "org"),
)
prefix = _table(
    "prefix",
    _key("length", SmallInteger),
    _key("prefix", BigInteger),
    _column("org", BigInteger),
    Index("mirror_prefix_org", "org"),
)
key = _table(
    "key",
    _key("key", Blob),
    _column("org", BigInteger),
    _column("roles", Integer),
    _column("valid_from", BigInteger),
    _column("valid_to", BigInteger),
    _column("revoked", Boolean),
    Index("mirror_key_org", "org"),
)
product = _table(
    "product",
    _key("product", Blob),
    _column("org", BigInteger),
    _column("unit", Text),
    _column("decimals", SmallInteger),
    _column("document", Blob),
    _column("recipe", Boolean),
    Index("mirror_product_org", "org"),
)
maker = _table(
    "maker",
    _key("product", Blob),
    _key("maker", BigInteger),
    Index("mirror_maker_maker", "maker"),
)
yield_ = _table(
    "yield",
    _key("product", Blob),
    _key("input", Blob),
    _column("numerator", BigInteger),
    _column("denominator", BigInteger),
)
item = _table(
    "item",
    _key("item", Blob),
    _column("maker", BigInteger),
    _column("expiry", BigInteger),
    _column("depth", Integer),
    _column("made", BigInteger),
    _column("consumed", BigInteger),
    _column("sold", BigInteger),
    _column("disposed", BigInteger),
    _column("recalled_by", BigInteger),
    _column("recall_document", Blob),
    _column("since", BigInteger),
    Index("mirror_item_maker", "maker"),
)
Index("mirror_item_extension", func.substr(item.c.item, 10, 20))
holding = _table(
    "holding",
    _key("item", Blob),
    _key("org", BigInteger),
    _column("amount", BigInteger),
    Index("mirror_holding_org", "org"),
)
shipment = _table(
    "shipment",
    _key("shipper", BigInteger),
    _key("shipment", Blob),
    _column("receiver", BigInteger),
    _column("shipped_at", BigInteger),
    Index("mirror_shipment_receiver", "receiver"),
    Index("mirror_shipment_shipment", "shipment"),
)
transit = _table(
    "transit",
    _key("receiver", BigInteger),
    _key("item", Blob),
    _key("position", Integer),
    _column("shipper", BigInteger),
    _column("shipment", Blob),
    _column("amount", BigInteger),
    Index("mirror_transit_item", "item"),
    Index("mirror_transit_shipment", "shipper", "shipment"),
)
"""What is on its way, by receiver and item oldest first."""
content = _table(
    "content",
    _key("logistic_unit", Blob),
    _key("item", Blob),
    _column("amount", BigInteger),
    Index("mirror_content_item", "item"),
)
said = _table(
    "said",
    _key("org", BigInteger),
    _key("statement", Blob),
    _column("fulfilled", Boolean),
    _column("recorded", Boolean),
    _column("corrected", Boolean),
)
happening = _table(
    "happening",
    _key("happening", Blob),
    _column("org", BigInteger),
    _column("statement", Blob),
    _column("amounts", Blob),
)

pause = _table("pause", _key("what", SmallInteger), _column("paused", Boolean))

finding = _table(
    "finding",
    _key("block", BigInteger),
    _key("log_index", Integer),
    _key("number", Integer),
    _column("kind", Text),
    _column("severity", Text),
    _column("org", BigInteger),
    _column("statement", Blob),
    _column("subject", Blob),
    _column("values_json", Text),
    _column("closed_block", BigInteger, null=True),
    _column("closed_log_index", Integer, null=True),
    _column("closed_by", Text, null=True),
    Index("mirror_finding_org", "org"),
    Index("mirror_finding_statement", "statement"),
    Index("mirror_finding_subject", "subject"),
    Index("mirror_finding_closed", "closed_block"),
)
"""`ledger.findings`; ``values_json`` has sorted keys."""


undo = _table(
    "undo",
    _key("first", BigInteger),
    _key("state", Text),
    _key("key", Blob),
    _column("last", BigInteger),
    _column("rows", Blob, null=True),
)
"""What an entry of the state was before the range of blocks from ``first`` to ``last``."""


# --- the books ---

cursor = _table(
    "cursor",
    _key("one", SmallInteger),
    _column("block", BigInteger),
    _column("hash", Blob),
    _column("time", BigInteger),
    _column("fence", BigInteger),
    _column("verified_block", BigInteger),
    _column("final_block", BigInteger),
    _column("head_block", BigInteger),
    _column("undo_from", BigInteger),
    _column("facts", BigInteger),
)
"""One row: how far the mirror is. Whoever writes must find the fence and hash that it left.

``undo`` reaches back to ``undo_from``.
"""

meta = _table("meta", _key("name", Text), _column("value", Text))
"""What the mirror was made by and from: schema, catalogue and decoder digest, fingerprint of the
deployment.
"""

Index(
    "mirror_operation_performed_number",
    EVENTS[OperationPerformed].c.org,
    EVENTS[OperationPerformed].c.operation,
)
Index("mirror_statement_made_statement", EVENTS[StatementMade].c.statement)
Index("mirror_statement_corrected_statement", EVENTS[StatementCorrected].c.statement)

STATE = {
    "organisations": organisation,
    "parties": party,
    "places": place,
    "prefixes": prefix,
    "keys": key,
    "products": product,
    "makers": maker,
    "yields": yield_,
    "items": item,
    "holdings": holding,
    "shipments": shipment,
    "transit": transit,
    "contents": content,
    "said": said,
    "happenings": happening,
    "pauses": pause,
}
"""The table behind each table of `ledger.history.State`."""

READ = (*EVENTS.values(), mention, raw_log, transaction, block_header, event_head, finding)
"""Everything with rows that belong to one block, by the column ``block``."""


def catalogue_digest() -> str:
    """SHA-256 over names, fields and types of the catalogue: what the event tables are made of."""
    lines = [
        f"{event.contract}.{event.__name__} {field.name} {face.type} {face.indexed}"
        for event in CATALOGUE
        for field in event.schema()
        for face in (field.solidity,)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
