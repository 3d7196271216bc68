"""What the hidden code of a unit and a member sign for points: EIP-712, as
`contracts/interfaces/ILoyalty.sol` has it, in the domain of the contract Loyalty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from eth_account import Account
from eth_account.messages import SignableMessage
from eth_keys.exceptions import BadSignature
from eth_utils.crypto import keccak

from ledger.chain.codec import encode
from ledger.chain.relay import Domain
from ledger.chain.signing import SigningKey
from ledger.commands import ClaimPoints, RedeemPoints
from ledger.vocabulary import Address, OrgId

LOYALTY = "Loyalty"
CLAIM_TYPE = keccak(text="Claim(bytes32 lot,uint64 index,address member)")
REDEMPTION_TYPE = keccak(
    text="Redemption(uint32 programme,address member,uint32 org,"
    "bytes32 redemption,uint64 points,uint40 deadline)"
)
NOBODY = Address(bytes(20))
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def claim_digest(domain: Domain, claim: ClaimPoints) -> bytes:
    """What a unit's hidden code signs, 32 bytes: which unit it is, and for which member."""
    return _digest(_claim(domain, claim))


def redemption_digest(domain: Domain, redemption: RedeemPoints, org: OrgId) -> bytes:
    """What a member signs, 32 bytes: all but the signature, and who may bring it."""
    return _digest(_redemption(domain, redemption, org))


def sign_claim(code: SigningKey, domain: Domain, claim: ClaimPoints) -> ClaimPoints:
    """The claim with the signature of the unit's hidden code."""
    return replace(claim, signature=_sign(code, claim_digest(domain, claim)))


def sign_redemption(
    member: SigningKey, domain: Domain, redemption: RedeemPoints, org: OrgId
) -> RedeemPoints:
    """The redemption with its member's signature, good for one organisation."""
    return replace(redemption, signature=_sign(member, redemption_digest(domain, redemption, org)))


@dataclass(frozen=True, slots=True)
class PointsSigners:
    """Who has signed claims and redemptions in a domain; the address zero where nobody has. Told
    exactly as the contract tells it.
    """

    domain: Domain

    def code_of(self, claim: ClaimPoints) -> Address:
        """The hidden code that signed a claim."""
        return _signer(_claim(self.domain, claim), claim.signature)

    def member_of(self, redemption: RedeemPoints, org: OrgId) -> Address:
        """The member that signed a redemption which this organisation brings."""
        return _signer(_redemption(self.domain, redemption, org), redemption.signature)


def _claim(domain: Domain, claim: ClaimPoints) -> SignableMessage:
    types = ["bytes32", "bytes32", "uint64", "address"]
    values = [CLAIM_TYPE, claim.lot, claim.index, bytes(claim.member)]
    return _message(domain, types, values)


def _redemption(domain: Domain, redemption: RedeemPoints, org: OrgId) -> SignableMessage:
    types = ["bytes32", "uint32", "address", "uint32", "bytes32", "uint64", "uint40"]
    values = [
        REDEMPTION_TYPE,
        redemption.programme,
        bytes(redemption.member),
        org,
        redemption.redemption,
        redemption.points,
        redemption.deadline,
    ]
    return _message(domain, types, values)


def _message(domain: Domain, types: list[str], values: list[Any]) -> SignableMessage:
    return SignableMessage(b"\x01", domain.separator, keccak(encode(types, values)))


def _digest(message: SignableMessage) -> bytes:
    return keccak(b"\x19" + message.version + message.header + message.body)


def _sign(key: SigningKey, digest: bytes) -> bytes:
    signed: Any = Account.unsafe_sign_hash(digest, key.secret)
    return bytes(signed.signature)


def _signer(message: SignableMessage, signature: bytes) -> Address:
    """Whose key has signed. Other libraries take more forms of a signature than the contract."""
    if len(signature) != 65 or signature[64] not in (27, 28):
        return NOBODY
    if int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        return NOBODY
    try:
        signer = Account.recover_message(message, signature=signature)
    except BadSignature:
        return NOBODY
    return Address(bytes.fromhex(signer[2:]))
