"""The mirror's books: how far it is, which blocks it stands on, where the journals were."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from sqlalchemy import Connection, func, select

from indexer import tables as t
from indexer.journal import Journals
from indexer.wire import Block
from ledger.errors import MirrorTaken


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the mirror stands; see `MirrorStatus` for what the blocks mean.

    ``fence`` counts the indexers that took this mirror over. ``undo_from`` is the lowest block that
    the state can be taken back to without folding everything again.
    """

    block: int
    hash: bytes
    time: int
    fence: int
    verified_block: int
    final_block: int
    head_block: int
    undo_from: int
    facts: int


_COLUMNS = [t.cursor.c[field.name] for field in fields(Cursor)]


def cursor(connection: Connection) -> Cursor | None:
    """The cursor, or None in a new mirror."""
    row = connection.execute(select(*_COLUMNS)).one_or_none()
    return Cursor(*row) if row else None


def begin(connection: Connection, origin: Block) -> Cursor:
    """Sets a new mirror to the block before the first that matters."""
    at = Cursor(
        block=origin.number,
        hash=origin.hash,
        time=origin.time,
        fence=secrets.randbits(62),  # so that it never equals that of a mirror made before
        verified_block=origin.number,
        final_block=0,
        head_block=origin.number,
        undo_from=origin.number,
        facts=0,
    )
    connection.execute(t.cursor.insert().values(one=1, **_values(at)))
    header = (origin.number, origin.hash, origin.parent, origin.time)
    connection.execute(t.block_header.insert().values(header))
    return at


def take(connection: Connection, at: Cursor) -> Cursor:
    """Takes the mirror over: whoever wrote it before finds another fence."""
    taken = replace(at, fence=at.fence + 1)
    move(connection, at, taken)
    return taken


def require(connection: Connection, at: Cursor) -> None:
    """Looks, before anything is written, whether the mirror still is where this indexer left it.

    Raises:
        MirrorTaken: it is not: another indexer writes this mirror.
    """
    there = cursor(connection)
    if there is None or (there.fence, there.hash) != (at.fence, at.hash):
        raise MirrorTaken("another indexer has taken over this mirror", fence=at.fence)


def move(connection: Connection, before: Cursor, after: Cursor) -> None:
    """Moves the cursor, if it still is where this indexer left it.

    Raises:
        MirrorTaken: it is not: another indexer writes this mirror.
    """
    done = connection.execute(
        t.cursor.update()
        .where(t.cursor.c.fence == before.fence, t.cursor.c.hash == before.hash)
        .values(**_values(after))
    )
    if done.rowcount != 1:
        raise MirrorTaken("another indexer has taken over this mirror", fence=before.fence)


def _values(at: Cursor) -> dict[str, object]:
    return {field.name: getattr(at, field.name) for field in fields(Cursor)}


def hashes(connection: Connection, lowest: int) -> Sequence[tuple[int, bytes]]:
    """Number and hash of the stored blocks from the newest down to ``lowest``."""
    h = t.block_header.c
    found = connection.execute(
        select(h.block, h.hash).where(h.block >= lowest).order_by(h.block.desc())
    )
    return [(row.block, row.hash) for row in found]


def journals(
    connection: Connection, chain_id: int, contracts: Mapping[str, bytes], block: int
) -> Journals:
    """The journals as they stood after a block."""
    heads = Journals.empty(chain_id, contracts).heads()
    h = t.event_head.c
    newest = (
        select(h.contract, func.max(h.block).label("block"))
        .where(h.block <= block)
        .group_by(h.contract)
        .subquery()
    )
    found = connection.execute(
        select(h.contract, h.head).join(
            newest, (newest.c.contract == h.contract) & (newest.c.block == h.block)
        )
    )
    heads.update({row.contract: row.head for row in found})
    return Journals(heads)
