"""EPCIS documents written around events that keep their exact bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from ledger.vocabulary import Seconds

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
SCHEMA_VERSION = "2.0"


def document(
    events_raw: Sequence[bytes], *, created: Seconds, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """An EPCISDocument around events as they were captured, byte for byte: their statement hashes
    stay true.

    ``prefixes`` are those that the events' own documents define; an event does not carry them
    itself.
    """
    head = {
        "@context": [CONTEXT, dict(prefixes)] if prefixes else [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": datetime.fromtimestamp(created, UTC).isoformat().replace("+00:00", "Z"),
    }
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}").encode()
    body = b",\n".join(events_raw)
    return opening + b',\n "epcisBody": {"eventList": [\n' + body + b"\n]}\n}\n"
