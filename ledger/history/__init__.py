"""The fold: what the events of the chain add up to.

`State` is a handful of tables; `State.apply` moves it one event forward. The mirror, the planner,
the auditor and the page all use this one fold, so they cannot disagree. Tables load rows on demand
through a function, so that a state may stand on SQL or on another state without being read whole.
"""

from ledger.history.entities import (
    Account,
    Anchor,
    Certificate,
    Earning,
    Happening,
    Item,
    KeyGrant,
    Opening,
    Organisation,
    Packed,
    Product,
    Programme,
    Redemption,
    Said,
    Shipment,
    Sold,
    Transit,
    UnitIssue,
    UnitLot,
    UnitMarks,
    UnitWord,
    Yield,
)
from ledger.history.operations import Operation, operations
from ledger.history.state import State
from ledger.history.table import Table

__all__ = [
    "Account",
    "Anchor",
    "Certificate",
    "Earning",
    "Happening",
    "Item",
    "KeyGrant",
    "Opening",
    "Operation",
    "Organisation",
    "Packed",
    "Product",
    "Programme",
    "Redemption",
    "Said",
    "Shipment",
    "Sold",
    "State",
    "Table",
    "Transit",
    "UnitIssue",
    "UnitLot",
    "UnitMarks",
    "UnitWord",
    "Yield",
    "operations",
]
