"""What a regulator can check without us: every event that a recall's reach stands on, and where on
chain it stands. Streamed, however many there are.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from api.recalls.reaching import affected_by
from api.services import Services
from indexer.logged import Placed
from indexer.queries.reach import proofs
from ledger.errors import DigitalLinkInvalid
from ledger.gs1.digital_link import uri_of
from ledger.vocabulary import Id, key_of
from records.engine import reading

COLUMNS = (
    "event", "item", "organisation", "index", "amount", "transformation", "document", "time",
    "contract", "entry", "block", "transaction", "log_index",
)  # fmt: skip
"""``entry`` is the event's number in its contract's journal."""


def proof_rows(services: Services, item: Id) -> Iterator[dict[str, Any]]:
    """The events behind a recall's reach, one row each, by item and kind of event."""
    with reading(services.mirror) as mirror:
        items = [each.item for each in affected_by(mirror, item)]
        for placed in proofs(mirror, items):
            yield _row(placed)


def _row(placed: Placed) -> dict[str, Any]:
    logged = placed.logged
    event: Any = logged.event
    document = getattr(event, "document", None)
    return {
        "event": type(event).__name__,
        "item": _link(getattr(event, "item", None) or event.lot),
        "organisation": getattr(event, "org", None),
        "index": event.index if hasattr(type(event), "index") else None,
        "amount": getattr(event, "amount", None),
        "transformation": getattr(event, "transformation", None),
        "document": "0x" + document.hex() if document else None,
        "time": datetime.fromtimestamp(logged.time, UTC).isoformat(),
        "contract": event.contract,
        "entry": logged.sequence,
        "block": logged.block,
        "transaction": "0x" + logged.tx.hex(),
        "log_index": logged.log_index,
    }


def _link(item: Id) -> str:
    try:
        return uri_of(key_of(item))
    except DigitalLinkInvalid:
        return "0x" + item.hex()


def as_csv(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """Rows as lines of CSV (RFC 4180), the first with the columns' names."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS)
    writer.writeheader()
    for row in rows:
        yield _drained(buffer)
        writer.writerow(row)
    yield _drained(buffer)


def _drained(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def as_json(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """Rows as one JSON object, written piece by piece."""
    yield '{"proofs": ['
    for place, row in enumerate(rows):
        yield ("," if place else "") + json.dumps(row)
    yield "]}"
