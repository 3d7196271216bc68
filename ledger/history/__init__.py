"""The fold: what the events of the chain add up to.

`State` is a handful of tables; `State.apply` moves it one event forward. The mirror, the planner,
the auditor and the page all use this one fold, so they cannot disagree. Tables load rows on demand
through a function, so that a state may stand on SQL or on another state without being read whole.
"""

from ledger.history.entities import (
    Happening,
    Item,
    KeyGrant,
    Organisation,
    Packed,
    Product,
    Said,
    Shipment,
    Table,
    Transit,
    Yield,
)
from ledger.history.operations import Operation, operations
from ledger.history.state import State

__all__ = [
    "Happening",
    "Item",
    "KeyGrant",
    "Operation",
    "Organisation",
    "Packed",
    "Product",
    "Said",
    "Shipment",
    "State",
    "Table",
    "Transit",
    "Yield",
    "operations",
]
