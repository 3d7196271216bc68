"""What a till writes of a sale or a return: receipts, their lines, and the operations that came of
them.
"""

from records.till.model import Line, Purchase, Reason, Receipt, Traced, new_receipt_id
from records.till.purchases import forget_card, purchases_of, receipts_with
from records.till.receipts import (
    add,
    add_all,
    add_operations,
    by_number,
    find,
    get,
    get_many,
    holding_unit,
    last_price,
    last_sale,
    mark_undone,
    note_request,
    of_request,
    operations_of,
    recent,
    request_hash_of,
    returns_of,
    take_back,
)

__all__ = [
    "Line",
    "Purchase",
    "Reason",
    "Receipt",
    "Traced",
    "add",
    "add_all",
    "add_operations",
    "by_number",
    "find",
    "forget_card",
    "get",
    "get_many",
    "holding_unit",
    "last_price",
    "last_sale",
    "mark_undone",
    "new_receipt_id",
    "note_request",
    "of_request",
    "operations_of",
    "purchases_of",
    "receipts_with",
    "recent",
    "request_hash_of",
    "returns_of",
    "take_back",
]
