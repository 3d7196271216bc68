"""The state: products, items and what moves them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, SmallInteger, Text, func

from indexer.blob import Blob
from indexer.tables.schema import column, part, table

product = table(
    "product",
    part("product", Blob),
    column("org", BigInteger),
    column("unit", Text),
    column("decimals", SmallInteger),
    column("document", Blob),
    column("recipe", Boolean),
    Index("mirror_product_org", "org"),
)
maker = table(
    "maker",
    part("product", Blob),
    part("maker", BigInteger),
    Index("mirror_maker_maker", "maker"),
)
yield_ = table(
    "yield",
    part("product", Blob),
    part("input", Blob),
    column("numerator", BigInteger),
    column("denominator", BigInteger),
)
item = table(
    "item",
    part("item", Blob),
    column("maker", BigInteger),
    column("expiry", BigInteger),
    column("depth", BigInteger),
    column("made", BigInteger),
    column("consumed", BigInteger),
    column("sold", BigInteger),
    column("disposed", BigInteger),
    column("recalled_by", BigInteger),
    column("recall_document", Blob),
    column("since", BigInteger),
    Index("mirror_item_maker", "maker"),
)
Index("mirror_item_extension", func.substr(item.c.item, 10, 20))
holding = table(
    "holding",
    part("item", Blob),
    part("org", BigInteger),
    column("amount", BigInteger),
    Index("mirror_holding_org", "org"),
)
shipment = table(
    "shipment",
    part("shipper", BigInteger),
    part("shipment", Blob),
    column("receiver", BigInteger),
    column("shipped_at", BigInteger),
    Index("mirror_shipment_receiver", "receiver"),
    Index("mirror_shipment_shipment", "shipment"),
)
transit = table(
    "transit",
    part("receiver", BigInteger),
    part("item", Blob),
    part("position", Integer),
    column("shipper", BigInteger),
    column("shipment", Blob),
    column("amount", BigInteger),
    Index("mirror_transit_item", "item"),
    Index("mirror_transit_shipment", "shipper", "shipment"),
)
"""What is on its way, by receiver and item oldest first."""
content = table(
    "content",
    part("logistic_unit", Blob),
    part("item", Blob),
    column("amount", BigInteger),
    Index("mirror_content_item", "item"),
)

sold = table(
    "sold",
    part("item", Blob),
    part("org", BigInteger),
    column("by_amount", BigInteger),
    column("by_units", BigInteger),
    Index("mirror_sold_org", "org"),
)

said = table(
    "said",
    part("org", BigInteger),
    part("statement", Blob),
    column("fulfilled", Boolean),
    column("recorded", Boolean),
    column("corrected", Boolean),
)
happening = table(
    "happening",
    part("happening", Blob),
    column("org", BigInteger),
    column("statement", Blob),
    column("amounts", Blob),
)

fact = table("fact", part("page", BigInteger), column("runs", Blob))
"""Whose facts are, by their numbers in the ProductLedger's journal; see `State.facts`."""
