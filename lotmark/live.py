"""One line that says how things stand, kept current while everything runs."""

from __future__ import annotations

import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from rich.live import Live
from rich.text import Text

from indexer.mirror import Mirror
from indexer.queries.status import status
from ledger.errors import LotmarkError
from ledger.settings import Settings
from lotmark.answers import notes
from records import outbox
from records.engine import open_records, reading

REFRESH_SECONDS = 1.0


class LiveLine:
    """The line, shown where standard error is a terminal."""

    def __init__(self, settings: Settings) -> None:
        """``settings`` name the databases to read from."""
        console = notes()
        live = Live(console=console, auto_refresh=False, transient=True)
        self._live = live if console.is_terminal else None
        self._settings = settings
        self._next = 0.0

    def __enter__(self) -> Self:
        if self._live is not None:
            self._records = open_records(self._settings)
            self._mirror = Mirror.open(self._settings.mirror_database)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._mirror.close()
            self._records.dispose()

    def tick(self) -> bool:
        """Looks again if it is time; always False, so that it can be handed to `Group.run`."""
        if self._live is not None and time.monotonic() >= self._next:
            self._next = time.monotonic() + REFRESH_SECONDS
            with suppress(LotmarkError):
                self._live.update(Text(self._text()), refresh=True)
        return False

    def _text(self) -> str:
        with self._mirror.read() as mirror:
            seen = status(mirror)
        with reading(self._records) as records:
            counted = outbox.counts(records)
        waiting = sum(counted[state] for state in outbox.UNSETTLED)
        if seen is None:
            return "reading the first block"
        return (
            f"block {seen.head_block}, indexed {seen.block}, {seen.facts} facts, "
            f"{seen.statements} statements, {seen.findings} findings, {waiting} waiting"
        )
