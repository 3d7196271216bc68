"""What a recall reaches: what was made of an item, where all of it is, and who sold and claimed it.

Every question is asked for many items at once, and nothing is multiplied out: a transformation of
a thousand inputs and a thousand outputs is two thousand rows, not a million edges.
"""

from indexer.queries.reach.links import Link, made_of
from indexer.queries.reach.recalls import Recall, proofs, recall, recalled_of, recalls
from indexer.queries.reach.sales import Claimed, SoldBy, UnitCount, claims, sold, unit_counts
from indexer.queries.reach.stocks import Stock, Where, stocks

__all__ = [
    "Claimed",
    "Link",
    "Recall",
    "SoldBy",
    "Stock",
    "UnitCount",
    "Where",
    "claims",
    "made_of",
    "proofs",
    "recall",
    "recalled_of",
    "recalls",
    "sold",
    "stocks",
    "unit_counts",
]
