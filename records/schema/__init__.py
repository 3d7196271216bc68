"""The tables of the records: what no chain can give back. Migrations make them; a test compares.

Times are whole seconds since 1970 unless the name ends in ``_ms``. Hashes and addresses are bytes,
lists and objects are JSON text.
"""

from records.schema import members, notices, scans, till, units
from records.schema.kept import (
    accounts,
    api_keys,
    attempts,
    captures,
    documents,
    operation_numbers,
    outbox,
    senders,
    signing_keys,
    statements,
)
from records.schema.metadata import metadata

__all__ = [
    "accounts",
    "api_keys",
    "attempts",
    "captures",
    "documents",
    "members",
    "metadata",
    "notices",
    "operation_numbers",
    "outbox",
    "scans",
    "senders",
    "signing_keys",
    "statements",
    "till",
    "units",
]
