"""Operations that keys have signed for others to bring."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictInt, StringConstraints

from api.schemas.common import Answer
from api.schemas.requests import Request
from api.schemas.unit_requests import AddressIn
from ledger.chain.relay import DOMAIN_VERSION

_EXAMPLE = {"act": "SellItem", "item": "0x0a…", "amount": 5}


class SigningDomain(Answer):
    """An EIP-712 domain. The signed type is `Act(address actor,bytes[] calls,uint256 operation,
    uint256 deadline)`, where `calls` are calldata of acts of the contract.
    """

    name: str = Field(examples=["Lotmark ProductLedger"])
    version: str = DOMAIN_VERSION
    chain_id: int
    verifying_contract: str
    contract: str


class SignedOperation(Request):
    """One operation of the organisation whose key ``actor`` is. ``acts`` are written as in
    `ledger/commands`.
    """

    actor: AddressIn
    acts: list[dict[str, Any]] = Field(min_length=1, max_length=100, examples=[[_EXAMPLE]])
    operation: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,77}$")] = Field(
        description="The actor's own number for it, never used before, as decimal digits.",
        examples=["90071992547409931"],
    )
    deadline: StrictInt = Field(ge=1, lt=2**63, description="Last good second since 1970.")
    signature: Annotated[str, StringConstraints(pattern=r"^0x([0-9a-f]{2}){1,1024}$")] = Field(
        description="r, s and v of a key, or what a contract that holds the key's place accepts."
    )


class NewRelay(Request):
    """Operations of one contract to bring together."""

    operations: list[SignedOperation] = Field(min_length=1, max_length=20)
