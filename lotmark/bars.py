"""A bar that shows how far long work is, on standard error where somebody watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import MofNCompleteColumn, Progress, TaskID

from lotmark.answers import notes


@contextmanager
def bar(total: int | None, word: str) -> Iterator[tuple[Progress, TaskID]]:
    """A bar of so many of something, or of nobody knows how many."""
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=notes(), transient=True) as progress:
        yield progress, progress.add_task(word, total=total)
