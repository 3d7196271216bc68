"""What holders of offices may ask for, and what is answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.common import Answer, Hash
from api.schemas.requests import Expiry, Request
from api.schemas.unit_requests import AddressIn

RoleWord = Literal["maker", "carrier", "retailer", "certifier", "auditor", "relayer"]
RolesIn = Annotated[list[RoleWord], Field(min_length=1, max_length=6, examples=[["maker"]])]


class Nothing(Request):
    """An act that needs no words."""


class RoleProposal(Request):
    """Other roles for an organisation."""

    roles: RolesIn


class Holder(Request):
    """Who is to hold an office, or holds it already."""

    address: AddressIn


class NewKey(Holder):
    """A key that may act for an organisation, for a while or for good."""

    roles: RolesIn
    valid_from: Expiry | None = None
    valid_to: Expiry | None = None


class Rotation(Request):
    """The roles of the new key; those that the old one has, where none are named."""

    roles: RolesIn | None = None


class Governed(Answer):
    """A transaction of an office, in a block already."""

    transaction: Hash
    block: int


class Rotated(Answer):
    """An organisation's new key, the old ones that were revoked, and those that still bring what
    they have signed: ask again to revoke them.
    """

    key: str
    revoked: list[str]
    waiting: list[str]


class Offices(Answer):
    """Who governs, and whether writes are paused."""

    governor: str
    paused: bool


class Contract(Answer):
    """A contract of ours as the directory on chain has it."""

    name: str = Field(examples=["ProductLedger"])
    version: str = Field(examples=["1.0.0"])
    address: str
    predecessor: str | None
    code_hash: Hash
    block: int
