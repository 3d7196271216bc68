"""What the fold keeps: frozen rows, by the contract they are of."""

from ledger.history.entities.loyalty import Account, Earning, Opening, Programme, Redemption
from ledger.history.entities.papers import Anchor, Certificate
from ledger.history.entities.products import Item, Packed, Product, Shipment, Sold, Transit, Yield
from ledger.history.entities.registry import KeyGrant, Organisation
from ledger.history.entities.statements import Happening, Said
from ledger.history.entities.units import UnitIssue, UnitLot, UnitMarks, UnitWord

__all__ = [
    "Account",
    "Anchor",
    "Certificate",
    "Earning",
    "Happening",
    "Item",
    "KeyGrant",
    "Opening",
    "Organisation",
    "Packed",
    "Product",
    "Programme",
    "Redemption",
    "Said",
    "Shipment",
    "Sold",
    "Transit",
    "UnitIssue",
    "UnitLot",
    "UnitMarks",
    "UnitWord",
    "Yield",
]
