"""Answers as the web service gives them, without a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api.dependencies import View
from api.languages import ENGLISH, Language
from api.services import Services
from ledger.settings import Settings
from lotmark.installation import services_of
from lotmark.reading import Books, opened


class PlainView(View):
    """What answers are made from, in English: nothing in them comes from a request."""

    def __init__(self, services: Services, books: Books) -> None:
        request: Any = None
        super().__init__(request, services, books.mirror, books.records, Language(ENGLISH))


@contextmanager
def viewed(settings: Settings) -> Iterator[PlainView]:
    """A view of an installation, as it is at one moment.

    Raises:
        Unavailable: there is nothing yet, or a database does not answer.
    """
    with opened(settings) as books, services_of(settings) as services:
        yield PlainView(services, books)
