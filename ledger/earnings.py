"""How earnings of points are known on chain (`contracts/interfaces/ILoyalty.sol`)."""

from __future__ import annotations

from eth_utils.crypto import keccak

from ledger.vocabulary import DocumentHash, Id, OrgId

QUARTER = 90 * 24 * 3600
"""Seconds. Points expire by quarters, counted since 1970."""
LIFE = 4
"""Quarters that points are good for, with the one in which they become available."""
MOST_POINTS = 2**48 - 1


def earning_of_unit(lot: Id, index: int) -> DocumentHash:
    """The earning that the unit of a lot with this index makes."""
    return DocumentHash(keccak(lot + index.to_bytes(32, "big")))


def earning_of_receipt(org: OrgId, receipt: bytes) -> DocumentHash:
    """The earning that an organisation's receipt makes."""
    return DocumentHash(keccak(org.to_bytes(32, "big") + receipt))


def quarter_of(time: int) -> int:
    """The quarter of a moment in seconds."""
    return time // QUARTER


def lapse_of(quarter: int) -> int:
    """The first second in which points of a quarter are good no more."""
    return (quarter + LIFE) * QUARTER
