"""One range into the mirror, or some blocks out of it: rows, state, findings, heads and cursor,
together in the caller's transaction.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, delete, select

from indexer import books, rows, tables, undo
from indexer.batch import Batch, is_fact
from indexer.books import Cursor
from indexer.fold import Fold
from indexer.logged import logged_between
from indexer.prefetch import KEPT_BLOCKS
from ledger.hashing import entry


def write(
    connection: Connection, at: Cursor, batch: Batch, fold: Fold, head: int, finality: int
) -> Cursor:
    """Adds a range that follows on the cursor; gives the cursor after it.

    Raises:
        MirrorTaken: another indexer writes this mirror.
    """
    recent = head - KEPT_BLOCKS
    last = batch.range.last
    _write_events(connection, batch)
    _write_blocks(connection, batch, recent)
    before = fold.advance(connection, batch.logged)
    if last.number > recent:
        undo.remember(connection, batch.range.blocks[0].number, last.number, before)
    _prune(connection, at, recent)
    after = replace(
        at,
        block=last.number,
        hash=last.hash,
        time=last.time,
        verified_block=last.number if batch.verified else at.verified_block,
        final_block=max(at.final_block, min(last.number, head - finality)),
        head_block=head,
        undo_from=last.number if last.number <= recent else max(at.undo_from, recent),
        facts=at.facts + batch.facts,
    )
    books.move(connection, at, after)
    return after


def _write_events(connection: Connection, batch: Batch) -> None:
    for event, found in batch.events.items():
        rows.insert(connection, tables.EVENTS[event], found)
    rows.insert(connection, tables.mention, batch.mentions)
    rows.insert(connection, tables.raw_log, batch.raw_logs)
    sent = [(*place, tx) for place, tx in batch.transactions.items()]
    rows.insert(connection, tables.transaction, sent)
    heads = [(*place, entry(*head)) for place, head in batch.heads.items()]
    rows.insert(connection, tables.event_head, heads)


def _write_blocks(connection: Connection, batch: Batch, recent: int) -> None:
    wanted = {block for block, _ in batch.transactions} | {batch.range.last.number}
    headers = [
        (block.number, block.hash, block.parent, block.time)
        for block in batch.range.blocks
        if block.number > recent or block.number in wanted
    ]
    rows.insert(connection, tables.block_header, headers)


def _prune(connection: Connection, at: Cursor, recent: int) -> None:
    if recent // KEPT_BLOCKS == (at.head_block - KEPT_BLOCKS) // KEPT_BLOCKS or recent <= 0:
        return  # once in a while is enough
    undo.prune(connection, recent)
    header = tables.block_header.c
    used = select(tables.transaction.c.block).where(tables.transaction.c.block == header.block)
    connection.execute(
        delete(tables.block_header).where(
            header.block <= recent,
            header.block > recent - 4 * KEPT_BLOCKS,
            header.block != at.block,
            ~used.exists(),
        )
    )


# --- back ---


def take_back(connection: Connection, at: Cursor, block: int, fold: Fold) -> Cursor:
    """Removes everything above a stored block; state and cursor become what they were after it.

    Raises:
        MirrorTaken: another indexer writes this mirror.
    """
    first = _restore(connection, at, block, fold)
    facts = _delete_above(connection, block)
    _forget_findings(connection, first)
    undo.shorten(connection, block)
    for logged in logged_between(connection, first, block):
        fold.advance(connection, logged)
    back = _cursor_at(connection, at, block, at.facts - facts)
    books.move(connection, at, back)
    return back


def _restore(connection: Connection, at: Cursor, block: int, fold: Fold) -> int:
    """Brings the state to what it was before some block at or below the next; gives that block."""
    if block >= at.undo_from:
        first, before = undo.recall(connection, block)
        fold.put_back(connection, before)
        return first
    clear_state(connection)
    fold.begin()
    return 0


def clear_state(connection: Connection) -> None:
    """Removes everything that is folded from events."""
    for table in (*tables.STATE.values(), tables.finding):
        connection.execute(table.delete())


def _delete_above(connection: Connection, block: int) -> int:
    facts = 0
    kinds = {table: event for event, table in tables.EVENTS.items()}
    for table in tables.READ:
        done = connection.execute(table.delete().where(table.c.block > block))
        if table in kinds and is_fact(kinds[table]):
            facts += done.rowcount
    return facts


def _forget_findings(connection: Connection, first: int) -> None:
    """Findings from a block on come again when it is folded again, and so do their closings."""
    f = tables.finding.c
    connection.execute(tables.finding.delete().where(f.block >= first))
    again = {"closed_block": None, "closed_log_index": None, "closed_by": None}
    connection.execute(tables.finding.update().where(f.closed_block >= first).values(again))


def _cursor_at(connection: Connection, at: Cursor, block: int, facts: int) -> Cursor:
    header = tables.block_header.c
    row = connection.execute(select(header.hash, header.time).where(header.block == block)).one()
    return replace(
        at,
        block=block,
        hash=row.hash,
        time=row.time,
        verified_block=min(at.verified_block, block),
        final_block=min(at.final_block, block),
        undo_from=min(at.undo_from, block),
        facts=facts,
    )
