"""Operations: what was asked for and how far it is. Each is seen by its own organisation only."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from api.dependencies import ReaderKey, Viewed
from api.routes.shared import WRITE_PROBLEMS, After, Limit, router, wrong_cursor
from api.schemas import operations as schemas
from api.schemas.common import Entries
from ledger.errors import NotFound
from records import outbox

routes = router("operations")
_LONGEST_NUMBER = 18


@routes.get("/operations", responses=WRITE_PROBLEMS)
def list_operations(
    key: ReaderKey, view: Viewed, after: After = None, limit: Limit = 50
) -> Entries[schemas.Operation]:
    """One's own operations, newest first."""
    if after and not (after.isascii() and after.isdecimal() and len(after) <= _LONGEST_NUMBER):
        raise wrong_cursor()
    before = int(after) if after else None
    found = outbox.recent(view.records, key.org, before=before, limit=limit)
    following = str(found[-1].seq) if len(found) == limit else None
    return Entries(entries=[schemas.operation(each, view) for each in found], next=following)


@routes.get("/operations/{operation_id}", responses=WRITE_PROBLEMS)
def read_operation(
    operation_id: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], key: ReaderKey, view: Viewed
) -> schemas.Operation:
    """One operation."""
    found = outbox.get(view.records, operation_id)
    if found.org != key.org:  # as if it did not exist
        raise NotFound(f"no operation has the id {operation_id}", id=operation_id)
    return schemas.operation(found, view)
