"""The print file of a run is handed out once: who sends it holds it, and nobody else meanwhile."""

from __future__ import annotations

from sqlalchemy import Connection, or_, update

from ledger.vocabulary import Seconds
from records.schema.units import print_runs

PATIENCE_SECONDS = 3600
"""After so long, who holds a file has died over it."""


def hold_file(connection: Connection, run_id: str, now: Seconds) -> bool:
    """Takes the file to send it; False where it was handed out or another is sending it."""
    r = print_runs.c
    free = or_(r.handing_out.is_(None), r.handing_out <= now - PATIENCE_SECONDS)
    mine = update(print_runs).where(r.id == run_id, r.handed_out.is_(None), free)
    return bool(connection.execute(mine.values(handing_out=now)).rowcount == 1)


def let_file_go(connection: Connection, run_id: str, since: Seconds) -> None:
    """The file was not sent whole: it may be sent again, unless another holds it by now."""
    mine = (print_runs.c.id == run_id) & (print_runs.c.handing_out == since)
    held = update(print_runs).where(mine)
    connection.execute(held.values(handing_out=None))


def handed_out(connection: Connection, run_id: str, now: Seconds) -> None:
    """The file was sent whole."""
    held = update(print_runs).where(print_runs.c.id == run_id)
    connection.execute(held.values(handing_out=None, handed_out=now))
