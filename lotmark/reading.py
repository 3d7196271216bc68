"""Reading an installation: its records and its mirror, and the names in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from api.languages import ENGLISH, Language
from api.names import Names
from indexer.mirror import Mirror
from ledger.errors import Unavailable
from ledger.settings import Settings
from records.engine import open_records, reading


@dataclass(frozen=True)
class Books:
    """Both databases, open to be read, as they are at one moment."""

    records: Connection
    mirror: Connection
    names: Names


def require_installation(settings: Settings) -> None:
    """Sees that there is something to read.

    Raises:
        Unavailable: the data folder holds nothing yet.
    """
    if settings.mirror_url is None and not (settings.data_dir / "mirror.db").exists():
        raise Unavailable(
            f"nothing is recorded in {settings.data_dir} yet: "
            "start with `lotmark demo` or `lotmark up`"
        )


@contextmanager
def opened(settings: Settings) -> Iterator[Books]:
    """The books of an installation.

    Raises:
        Unavailable: there are none yet, or a database does not answer.
        MirrorOutdated: another version wrote the mirror.
    """
    require_installation(settings)
    records = open_records(settings)
    mirror = Mirror.open(settings.mirror_database)
    try:
        with reading(records) as kept, mirror.read() as mirrored:
            yield Books(kept, mirrored, Names(kept, mirrored, Language(ENGLISH)))
    finally:
        mirror.close()
        records.dispose()
