"""Contracts with the same door side by side: each operation is found where it was performed."""

from __future__ import annotations

import pytest

from indexer.queries import facts
from ledger import commands as c
from ledger import events as e
from ledger import vocabulary as v
from tests.indexer.living_chain import FARM, LETTUCE

pytestmark = pytest.mark.chain

NUMBER = 5_000_000
HASH = v.DocumentHash(b"\x05" * 32)
ROOT = v.DocumentHash(b"\x06" * 32)
NONE = v.DocumentHash(bytes(32))
LOT = v.lot(LETTUCE.digits, "DOORS").id


def test_one_number_in_three_contracts(living, indexer, mirror, rebuilt):
    living.act_as(NUMBER, FARM, c.CommissionItem(LOT, v.Amount(5), v.Seconds(0)))
    living.act_as(
        NUMBER,
        FARM,
        c.IssueCertificate(LOT, HASH, NONE, v.Seconds(0), v.Seconds(0)),
        c.RevokeCertificate(LOT, HASH, v.RevokeReason.WRONG),
    )
    living.act_as(NUMBER, FARM, c.AnchorRoot(v.AnchoredContent.SCANS, ROOT, 1000, NONE))
    living.mine()
    indexer.catch_up()
    with mirror.read() as connection:
        found = {
            contract: [
                type(entry.event).__name__
                for entry in facts.entries(
                    connection,
                    facts.performed_from(
                        connection, *facts.place_of(connection, FARM, NUMBER, contract)
                    ),
                )
            ]
            for contract in e.DOORS
        }
        named = {type(entry.event).__name__ for entry in facts.entries_of(connection, LOT)}
    assert found == {
        "ProductLedger": ["OperationPerformed", "ItemCommissioned"],
        "Certificates": ["OperationPerformed", "CertificateIssued", "CertificateRevoked"],
        "Anchors": ["OperationPerformed", "RootAnchored"],
    }
    assert named == {"ItemCommissioned", "CertificateIssued", "CertificateRevoked"}
    assert rebuilt() == rebuilt()
