"""An audit of a mirror of every contract: it finds nothing, until a hand changes any row of the
state.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import LargeBinary, func, select

from indexer import tables as t
from indexer.claims import claims
from indexer.compare import differences, fresh_mirror
from indexer.mirror import Mirror
from indexer.state import SHAPES
from indexer.sync import Indexer
from ledger import commands as c
from ledger import vocabulary as v
from ledger.audit import audit
from ledger.chain.node import NodeChain
from ledger.earnings import earning_of_receipt
from tests.indexer.living_chain import FARM, LETTUCE, PALLETS, SALAD, SHOP, LivingChain
from tests.support.anvil import LocalAnvil
from tests.support.packs import MEMBERS, sign

pytestmark = pytest.mark.chain

LOT = v.lot(LETTUCE.digits, "L1").id
HASH = v.DocumentHash(b"\x07" * 32)
NONE, ALWAYS = v.DocumentHash(bytes(32)), v.Seconds(0)
EMPTY = {"pauses"}
"""Tables of the state that have no row while all is as it should be."""

ELSEWHERE = (t.finding, t.block_header)
"""Findings are derived by the audit itself, headers held against the node's."""


def redemption(chain: LivingChain, points: int) -> c.RedeemPoints:
    asked = c.RedeemPoints(1, MEMBERS[0], HASH, points, v.Seconds(2**40 - 1), b"")
    return replace(asked, signature=sign("member 0", chain.signed.redemption(asked, SHOP)))


def live(chain: LivingChain) -> None:
    """What chance may leave out, then chance."""
    away = v.shipment("AUDITED").id
    chain.live(1)
    for org, command in (
        (FARM, c.IssueCertificate(LOT, HASH, NONE, ALWAYS, ALWAYS)),
        (FARM, c.AnchorRoot(v.AnchoredContent.SCANS, HASH, 7, NONE)),
        (FARM, c.DeclareYield(LETTUCE.id, SALAD.id, 1, 2)),
        (FARM, c.ShipItems(away, SHOP, (c.Line(LOT, v.Amount(9)),))),
        (FARM, c.PackItems(PALLETS[0], (c.Line(LOT, v.Amount(5)),))),
        (SHOP, c.AwardPoints(1, MEMBERS[0], HASH, 30)),
        (SHOP, c.SettlePoints(1, (earning_of_receipt(SHOP, HASH),))),
        (SHOP, redemption(chain, 5)),
        (FARM, c.VoidUnits(LOT, 1, 5, 1, v.VoidReason.LOST)),
    ):
        chain.act(org, command)
    chain.mine()
    chain.live(25)


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    with LocalAnvil(mining="manual") as node:
        chain = LivingChain.begin(node)
        live(chain)
        mirror = Mirror.open(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'mirror.db'}")
        with Indexer(node.url, chain.deployment, mirror, finality=200) as indexer:
            indexer.catch_up()
        contracts = {
            n: (each.address, each.block) for n, each in chain.deployment.contracts.items()
        }
        reader = NodeChain(node.url)
        yield mirror, reader, contracts, chain
        reader.close()
        mirror.close()


def found(audited, change=None):
    """What an audit finds after a change, which is undone again."""
    mirror, chain, contracts, _ = audited
    with mirror.engine.connect() as connection, connection.begin() as transaction:
        if change is not None:
            assert connection.execute(change).rowcount == 1
        report = audit(chain, contracts, replace(claims(connection), documents=()))
        transaction.rollback()
    assert report.proven
    return report.findings


def other(column, value):
    if isinstance(column.type, LargeBinary):
        return bytes([value[0] ^ 1]) + value[1:]
    return value + "x" if isinstance(value, str) else not value if value in (0, 1) else value + 1


def test_an_honest_mirror_is_clean(audited):
    assert found(audited) == []


def test_every_table_of_the_state_is_lived_in(audited):
    mirror = audited[0]
    with mirror.read() as connection:
        counts = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in t.STATE.items()
        }
    assert {name for name, count in counts.items() if not count} <= EMPTY, counts


@pytest.mark.parametrize("name", [name for name in SHAPES if name not in EMPTY])
def test_any_value_of_any_table_of_the_state_is_held_against_the_chain(audited, name):
    table = t.STATE[name]
    with audited[0].read() as connection:
        row = connection.execute(select(table).order_by(*table.primary_key.columns)).first()
    where = [column == row._mapping[column.name] for column in table.primary_key.columns]
    for column in table.columns:
        if not column.primary_key:
            value = other(column, row._mapping[column.name])
            findings = found(audited, table.update().where(*where).values({column.name: value}))
            assert any(name in each.where for each in findings), column.name
    assert any(name in each.where for each in found(audited, table.delete().where(*where)))


def test_any_row_that_was_read_is_held_against_a_mirror_made_anew(audited):
    mirror, reader, _, living = audited
    url, last = living.anvil.url, reader.head().number
    with fresh_mirror(url, living.deployment, 200) as anew, mirror.engine.connect() as connection:
        assert list(differences(connection, anew, last)) == []
        for table in t.READ:
            row = connection.execute(select(table).limit(1)).first()
            if row is None or table in ELSEWHERE:
                continue
            where = [column == row._mapping[column.name] for column in table.primary_key.columns]
            for column in table.columns:
                if column.primary_key or row._mapping[column.name] is None:
                    continue
                value = other(column, row._mapping[column.name])
                connection.execute(table.update().where(*where).values({column.name: value}))
                changed = [each.table for each in differences(connection, anew, last)]
                assert changed == [table.name], column.name
                connection.rollback()
