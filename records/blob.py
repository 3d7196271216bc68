"""Bytes as SQLite really keeps them: a column takes whatever a hand puts there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, LargeBinary


class Blob(LargeBinary):
    """Bytes. Text that somebody wrote there by hand reads as its UTF-8, so that it can be shown."""

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002
        coltype: object,  # noqa: ARG002
    ) -> Callable[[Any], bytes | None]:
        """SQLAlchemy's hook for what comes out of a column."""
        return _bytes


def _bytes(value: Any) -> bytes | None:
    if value is None:
        return None
    return value.encode() if isinstance(value, str) else bytes(value)
