"""What is put into a table comes out of it again, whatever it is."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import rows
from indexer import tables as t
from indexer.fold import write
from indexer.logged import logged_between
from indexer.mirror import Mirror
from indexer.state import SHAPES, load, load_many, sql_state
from indexer.undo import recall, remember, shorten
from ledger import history as h
from ledger.events import CATALOGUE, ActEvent, DoorEvent
from ledger.vocabulary import Role
from tests.indexer.test_decode import largest, some_value

# --- events ---


def samples():
    """Of each event one of zeros, one of largest values, and some of anything."""
    choose = random.Random(7)
    for event in CATALOGUE:
        kinds = [field.solidity.type for field in event.schema()]
        yield event(*(largest(kind, 0) for kind in kinds))
        yield event(*(largest(kind, 1) for kind in kinds))
        for _ in range(5):
            yield event(*(some_value(choose, kind) for kind in kinds))


def test_events_come_back_as_they_were(mirror):
    made = list(samples())
    with mirror.write() as connection:
        for i, event in enumerate(made):
            values = [getattr(event, field.name) for field in event.schema()]
            wide = [field.solidity.type == "uint256" for field in event.schema()]
            stored = [v.to_bytes(32, "big") if w else v for v, w in zip(values, wide, strict=True)]
            performed = [0] if isinstance(event, ActEvent) else []
            performed += ["ProductLedger"] if isinstance(event, DoorEvent) else []
            rows.insert(connection, t.EVENTS[type(event)], [(1, i, i, *performed, *stored)])
            rows.insert(connection, t.raw_log, [(1, i, 0, b"", b"")])
        rows.insert(connection, t.transaction, [(1, 0, bytes(32))])
        rows.insert(connection, t.block_header, [(1, bytes(32), bytes(32), 2**40)])
        rows.insert(connection, t.event_head, [("OrgRegistry", 1, bytes(32))])
    with mirror.read() as connection:
        ((*found,),) = logged_between(connection, 0, 2)
    assert [each.event for each in found] == made
    assert {each.time for each in found} == {2**40}


# --- the state ---

IDS = st.binary(min_size=32, max_size=32)
AMOUNTS = st.integers(0, 2**63 - 1)
ORGS = st.integers(0, 2**32 - 1)
ADDRESSES = st.binary(min_size=20, max_size=20)
TIMES = st.integers(0, 2**40 - 1)
ROLES = st.integers(0, 63).map(Role)
BOOLS = st.booleans()
UNITS = st.text("ABCXYZ019", min_size=1, max_size=3)
BYTES = st.integers(0, 255)
WORDS = st.integers(0, 2**256 - 1)
POINTS = st.tuples(*[st.integers(0, 2**48 - 1)] * 4)
QUARTERS = st.integers(0, 2**16 - 1)
ENTRIES = {
    "organisations": (ORGS, st.builds(h.Organisation, IDS, ADDRESSES, ROLES, BOOLS)),
    "parties": (IDS, ORGS),
    "places": (IDS, ORGS),
    "prefixes": (st.tuples(st.integers(6, 12), AMOUNTS), ORGS),
    "keys": (ADDRESSES, st.builds(h.KeyGrant, ORGS, ROLES, TIMES, TIMES, BOOLS)),
    "products": (IDS, st.builds(h.Product, ORGS, UNITS, st.integers(0, 9), IDS, BOOLS)),
    "makers": (st.tuples(IDS, ORGS), st.just(True)),
    "yields": (st.tuples(IDS, IDS), st.builds(h.Yield, AMOUNTS, AMOUNTS)),
    "items": (
        IDS,
        st.builds(
            h.Item, ORGS, TIMES, ORGS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS,
            ORGS, IDS, TIMES,
        ),
    ),
    "holdings": (st.tuples(IDS, ORGS), AMOUNTS),
    "shipments": (st.tuples(ORGS, IDS), st.builds(h.Shipment, ORGS, TIMES)),
    "transit": (
        st.tuples(ORGS, IDS),
        st.lists(st.builds(h.Transit, ORGS, IDS, AMOUNTS), min_size=1, max_size=4).map(tuple),
    ),
    "contents": (
        IDS,
        st.dictionaries(IDS, AMOUNTS, min_size=1, max_size=4).map(
            lambda packed: tuple(h.Packed(i, packed[i]) for i in sorted(packed))
        ),
    ),
    "sold": (st.tuples(IDS, ORGS), st.builds(h.Sold, AMOUNTS, AMOUNTS)),
    "said": (st.tuples(ORGS, IDS), st.builds(h.Said, BOOLS, BOOLS, BOOLS)),
    "happenings": (IDS, st.builds(h.Happening, ORGS, IDS, IDS)),
    "facts": (AMOUNTS, st.binary(min_size=5, max_size=1280)),
    "pauses": (st.just(0), st.just(True)),
    "certificates": (
        st.tuples(ORGS, IDS, IDS),
        st.builds(h.Certificate, IDS, TIMES, TIMES, TIMES, TIMES, BYTES),
    ),
    "anchors": (st.tuples(ORGS, BYTES), st.builds(h.Anchor, IDS, AMOUNTS)),
    "unit_lots": (IDS, st.builds(h.UnitLot, ORGS, AMOUNTS, AMOUNTS)),
    "unit_issues": (
        st.tuples(IDS, ORGS), st.builds(h.UnitIssue, ORGS, AMOUNTS, AMOUNTS, AMOUNTS, IDS),
    ),
    "unit_words": (st.tuples(IDS, AMOUNTS), st.builds(h.UnitWord, WORDS, WORDS, WORDS, WORDS)),
    "unit_sellers": (st.tuples(IDS, ORGS, AMOUNTS), WORDS),
    "programmes": (
        ORGS,
        st.builds(
            h.Programme, ORGS, IDS, AMOUNTS, AMOUNTS, ORGS, BOOLS, AMOUNTS, ORGS, AMOUNTS,
        ),
    ),
    "partners": (st.tuples(ORGS, ORGS), BYTES),
    "openings": (st.tuples(IDS, ORGS), st.builds(h.Opening, ORGS, AMOUNTS, TIMES)),
    "earnings": (
        st.tuples(ORGS, IDS),
        st.builds(h.Earning, ADDRESSES, AMOUNTS, AMOUNTS, TIMES, BOOLS, BOOLS, TIMES),
    ),
    "accounts": (st.tuples(ORGS, ADDRESSES), st.builds(h.Account, POINTS, AMOUNTS, QUARTERS)),
    "redemptions": (
        st.tuples(ORGS, ADDRESSES, IDS),
        st.builds(h.Redemption, ORGS, POINTS, QUARTERS, BOOLS, TIMES),
    ),
}  # fmt: skip


def test_every_table_of_the_state_has_its_shape():
    assert tuple(SHAPES) == tuple(ENTRIES) == h.State.TABLES
    assert {name: shape.table for name, shape in SHAPES.items()} == t.STATE


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    mirror = Mirror.open(f"sqlite:///{tmp_path_factory.mktemp('rows') / 'mirror.db'}")
    yield mirror
    mirror.close()


@pytest.mark.parametrize("name", SHAPES)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_entries_come_back_as_they_were(scratch, name, data):
    shape = SHAPES[name]
    keys, values = ENTRIES[name]
    first = data.draw(st.dictionaries(keys, values, min_size=1, max_size=4))
    later = {key: data.draw(st.none() | values) for key in first}
    with scratch.engine.connect() as connection, connection.begin() as transaction:
        write(connection, shape, list(first.items()))
        assert {key: load(connection, shape, key) for key in first} == first
        assert dict(load_many(connection, shape, sorted(first))) == first
        assert {key: getattr(sql_state(connection), name).get(key) for key in first} == first
        write(connection, shape, list(later.items()))
        left = {key: value for key, value in later.items() if value is not None}
        assert dict(load_many(connection, shape, sorted(first))) == left
        transaction.rollback()


@pytest.mark.parametrize("name", SHAPES)
@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_what_was_before_is_recalled(scratch, name, data):
    keys, values = ENTRIES[name]
    key = data.draw(keys)
    one, other = data.draw(st.none() | values), data.draw(st.none() | values)
    with scratch.engine.connect() as connection, connection.begin() as transaction:
        remember(connection, 5, 8, {(name, key): one})
        remember(connection, 9, 9, {(name, key): other})
        assert recall(connection, 9) == (10, {})
        assert recall(connection, 8) == (9, {(name, key): other})
        for block in (4, 6, 7):
            assert recall(connection, block) == (5, {(name, key): one})
        shorten(connection, 6)
        assert recall(connection, 6) == (7, {})
        assert recall(connection, 5) == (5, {(name, key): one})
        transaction.rollback()
