"""The mirror's tables: one per event of the catalogue, one per entity of the state, and the books
kept about them.

All names begin with ``mirror_``, so that the records' tables may live in the same database. There
are no migrations: another `SCHEMA`, catalogue or decoder means a new mirror. Every row that came
from the chain carries its block, so that undoing blocks is one range delete per table.
"""

from __future__ import annotations

from indexer.tables.books import (
    cursor,
    meta,
    undo,
)
from indexer.tables.events import (
    EVENTS,
    NUMBERS,
    catalogue_digest,
    column_type,
    mentioned,
    snake_case,
)
from indexer.tables.loyalty import (
    account,
    earning,
    opening,
    partner,
    programme,
    redemption,
)
from indexer.tables.papers import (
    anchor,
    certificate,
)
from indexer.tables.products import (
    content,
    fact,
    happening,
    holding,
    item,
    maker,
    product,
    said,
    shipment,
    sold,
    transit,
    yield_,
)
from indexer.tables.read import (
    block_header,
    event_head,
    finding,
    mention,
    raw_log,
    transaction,
)
from indexer.tables.registry import (
    key,
    organisation,
    party,
    pause,
    place,
    prefix,
)
from indexer.tables.schema import (
    SCHEMA,
    metadata,
)
from indexer.tables.units import (
    unit_issue,
    unit_lot,
    unit_seller,
    unit_word,
)

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
    "sold": sold,
    "said": said,
    "happenings": happening,
    "facts": fact,
    "pauses": pause,
    "certificates": certificate,
    "anchors": anchor,
    "unit_lots": unit_lot,
    "unit_issues": unit_issue,
    "unit_words": unit_word,
    "unit_sellers": unit_seller,
    "programmes": programme,
    "partners": partner,
    "openings": opening,
    "earnings": earning,
    "accounts": account,
    "redemptions": redemption,
}
"""The table behind each table of `ledger.history.State`."""

READ = (*EVENTS.values(), mention, raw_log, transaction, block_header, event_head, finding)
"""Everything with rows that belong to one block, by the column ``block``."""

__all__ = [
    "EVENTS",
    "NUMBERS",
    "READ",
    "SCHEMA",
    "STATE",
    "account",
    "anchor",
    "block_header",
    "catalogue_digest",
    "certificate",
    "column_type",
    "content",
    "cursor",
    "earning",
    "event_head",
    "fact",
    "finding",
    "happening",
    "holding",
    "item",
    "key",
    "maker",
    "mention",
    "mentioned",
    "meta",
    "metadata",
    "opening",
    "organisation",
    "partner",
    "party",
    "pause",
    "place",
    "prefix",
    "product",
    "programme",
    "raw_log",
    "redemption",
    "said",
    "shipment",
    "snake_case",
    "sold",
    "transaction",
    "transit",
    "undo",
    "unit_issue",
    "unit_lot",
    "unit_seller",
    "unit_word",
    "yield_",
]
