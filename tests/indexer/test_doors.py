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


UNITS = v.DocumentHash(b"\x07" * 32)


def performed(connection, contract):
    """What the operation of this number did at a contract."""
    place = facts.place_of(connection, FARM, NUMBER, contract)
    placed = facts.performed_from(connection, *place)
    return [type(entry.event).__name__ for entry in facts.entries(connection, placed)]


def test_one_number_at_every_contract(living, indexer, mirror, rebuilt):
    living.act_as(NUMBER, FARM, c.CommissionItem(LOT, v.Amount(5), v.Seconds(0)))
    living.act_as(
        NUMBER,
        FARM,
        c.IssueCertificate(LOT, HASH, NONE, v.Seconds(0), v.Seconds(0)),
        c.RevokeCertificate(LOT, HASH, v.RevokeReason.WRONG),
    )
    living.act_as(NUMBER, FARM, c.AnchorRoot(v.AnchoredContent.SCANS, ROOT, 1000, NONE))
    living.act_as(
        NUMBER, FARM, c.IssueUnits(LOT, 5, v.Amount(1), UNITS), c.SellUnits(LOT, 1, (0, 1))
    )
    living.act_as(NUMBER, FARM, c.OpenProgramme(NONE, 1000, 100, 86_400))
    living.mine()
    indexer.catch_up()
    with mirror.read() as connection:
        found = {contract: performed(connection, contract) for contract in e.DOORS}
        named = {type(entry.event).__name__ for entry in facts.entries_of(connection, LOT)}
    assert found == {
        "ProductLedger": ["OperationPerformed", "ItemCommissioned"],
        "UnitRegistry": ["OperationPerformed", "UnitsIssued", "UnitSold", "UnitSold", "ItemSold"],
        "Certificates": ["OperationPerformed", "CertificateIssued", "CertificateRevoked"],
        "Anchors": ["OperationPerformed", "RootAnchored"],
        "Loyalty": ["OperationPerformed", "ProgrammeOpened"],
    }
    units = {"UnitsIssued", "UnitSold", "ItemSold"}
    assert named == {"ItemCommissioned", "CertificateIssued", "CertificateRevoked"} | units
    assert rebuilt() == rebuilt()
