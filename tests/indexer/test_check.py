"""Whatever is changed in a mirror shows, without a node."""

import pytest
from sqlalchemy import LargeBinary, select

from indexer import tables as t
from indexer.check import differences
from indexer.mirror import Mirror
from indexer.sync import Indexer
from tests.indexer.living_chain import LivingChain
from tests.support.anvil import LocalAnvil

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    with LocalAnvil(mining="manual") as node:
        chain = LivingChain.begin(node)
        chain.live(25)
        mirror = Mirror.open(f"sqlite:///{tmp_path_factory.mktemp('check') / 'mirror.db'}")
        with Indexer(node.url, chain.deployment, mirror, finality=200) as indexer:
            indexer.catch_up()
        yield mirror
        mirror.close()


RAW = (t.raw_log, t.transaction, t.block_header)
"""What everything else is made from again."""


def found(mirror, *changes):
    """The differences after some changes, which are undone again."""
    with mirror.engine.connect() as connection, connection.begin() as transaction:
        for change in changes:
            assert connection.execute(change).rowcount == 1
        result = differences(connection)
        transaction.rollback()
    return result


def last_rows(mirror):
    """The last row of each table that is not raw and has any, with what finds it."""
    with mirror.read() as connection:
        for table in (*t.READ, *t.STATE.values()):
            key = list(table.primary_key.columns)
            row = connection.execute(select(table).order_by(*(c.desc() for c in key))).first()
            if row is not None and table not in RAW:
                yield table, row, [column == row._mapping[column.name] for column in key]


def other(column, value):
    if isinstance(column.type, LargeBinary):
        return bytes([value[0] ^ 1]) + value[1:]
    return value + "x" if isinstance(value, str) else not value if value in (0, 1) else value + 1


def test_an_honest_mirror_has_no_differences(full):
    assert found(full) == ()


def test_a_row_removed_from_any_table_shows(full):
    rows = list(last_rows(full))
    assert len(rows) > 30
    removed = found(full, *(table.delete().where(*key) for table, _, key in rows))
    assert removed == tuple(sorted(table.name for table, _, _ in rows))


def test_a_value_changed_in_any_table_shows(full):
    changes, names = [], []
    for table, row, key in last_rows(full):
        rest = [c for c in table.columns if not c.primary_key and not c.nullable]
        if rest:
            column = rest[len(changes) % len(rest)]
            value = other(column, row._mapping[column.name])
            changes.append(table.update().where(*key).values({column.name: value}))
            names.append(table.name)
    assert found(full, *changes) == tuple(sorted(names))


@pytest.mark.parametrize("column", ["data", "topics", "block", "tx_index", "log_index"])
def test_a_raw_log_changed_shows(full, column):
    with full.read() as connection:
        row = connection.execute(select(t.raw_log).order_by(t.raw_log.c.block).limit(1)).one()
    where = (t.raw_log.c.block == row.block) & (t.raw_log.c.log_index == row.log_index)
    value = getattr(row, column)
    value = other(t.raw_log.c[column], value) if isinstance(value, bytes) else value + 77
    assert found(full, t.raw_log.update().where(where).values({column: value}))


def test_a_header_removed_shows(full):
    with full.read() as connection:
        block = connection.execute(select(t.raw_log.c.block).limit(1)).scalar_one()
    assert found(full, t.block_header.delete().where(t.block_header.c.block == block))
