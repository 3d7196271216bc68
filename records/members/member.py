"""Members: taken in, found by card or by the address that stands for them on chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from ledger.cards import new_card
from ledger.chain.signing import SigningKey
from ledger.errors import InvalidInput, MemberErased, NotFound
from ledger.vocabulary import Address, OrgId, Seconds
from records.engine import insert_if_absent
from records.members import consents
from records.members.vault import MembersVault, Personal, Sealed
from records.schema.members import members as t

NOBODY = Address(bytes(20))


@dataclass(frozen=True, slots=True)
class Member:
    """A member. ``address`` is all that the chain knows of it; the address zero once it is erased.

    ``consents`` are the purposes that it agrees to now, ``org`` who took it in (None: it joined by
    itself), ``channel`` where, ``referred_by`` the card of who brought it.
    """

    card: str
    address: Address
    language: str
    consents: frozenset[str]
    erased: Seconds | None
    joined: Seconds
    channel: str
    org: OrgId | None
    referred_by: str | None


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who wants to be one; both hashes are made by `records.members.credentials`."""

    personal: Personal = field(default_factory=Personal)
    language: str = "en"
    channel: str = "online"
    org: OrgId | None = None
    password_hash: str | None = None
    secret_hash: bytes | None = None
    referred_by: str | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)


def join(connection: Connection, vault: MembersVault, new: NewMember, now: Seconds) -> Member:
    """Takes somebody in: a card that nobody guesses, and a fresh key that stands for nobody.

    Raises:
        InvalidInput: there is no such card to be referred by, or no such purpose.
        VaultClosed: the vault's key is another than before.
    """
    vault.adopt(connection)
    if new.referred_by is not None and not is_living(connection, new.referred_by):
        raise InvalidInput("referred_by: there is no such card", field="referred_by")
    card, key = new_card(), SigningKey.new()
    insert_if_absent(connection, t, _row(vault, new, card, key, now))
    consents.put(connection, card, new.consents, now)
    return require(connection, card)


def _row(
    vault: MembersVault, new: NewMember, card: str, key: SigningKey, now: Seconds
) -> dict[str, Any]:
    sealed = vault.seal(card, new.personal, key)
    return {
        "card": card,
        "address": key.address,
        "data_key": sealed.data_key,
        "personal": sealed.personal,
        "signing_key": sealed.signing_key,
        "email_mac": vault.email_mac(new.personal.email),
        "password_hash": new.password_hash,
        "secret_hash": new.secret_hash,
        "language": new.language,
        "channel": new.channel,
        "org": new.org,
        "referred_by": new.referred_by,
        "joined": now,
    }


def find(connection: Connection, card: str) -> Member | None:
    """A member by its card, or None; one that was erased has ``erased`` set and nothing else."""
    row = connection.execute(select(t).where(t.c.card == card)).one_or_none()
    return None if row is None else _member(connection, row)


def require(connection: Connection, card: str) -> Member:
    """A member by its card.

    Raises:
        NotFound: no such card.
        MemberErased: the member is no more.
    """
    found = find(connection, card)
    if found is None:
        raise NotFound("there is no such card", card=card)
    if found.erased is not None:
        raise MemberErased("this member was erased", card=card)
    return found


def is_living(connection: Connection, card: str) -> bool:
    """Whether a card is a member's that was not erased."""
    found = find(connection, card)
    return found is not None and found.erased is None


def by_address(connection: Connection, address: Address) -> Member | None:
    """A member by its address on chain, or None."""
    row = connection.execute(select(t).where(t.c.address == address)).one_or_none()
    return None if row is None else _member(connection, row)


def personal(connection: Connection, vault: MembersVault, card: str) -> Personal:
    """Who a member is as a person.

    Raises:
        NotFound, MemberErased: as `require`.
        VaultClosed: the vault's key does not open it.
    """
    return vault.personal(card, sealed_of(connection, card))


def signing_key(connection: Connection, vault: MembersVault, card: str) -> SigningKey:
    """The key that signs for a member.

    Raises:
        NotFound, MemberErased: as `require`.
        VaultClosed: the vault's key does not open it.
    """
    return vault.signing_key(card, sealed_of(connection, card))


def sealed_of(connection: Connection, card: str) -> Sealed:
    """What is stored under lock of a member.

    Raises:
        NotFound, MemberErased: as `require`.
    """
    require(connection, card)
    columns = (t.c.data_key, t.c.personal, t.c.signing_key)
    return Sealed(*connection.execute(select(*columns).where(t.c.card == card)).one())


def _member(connection: Connection, row: Row[Any]) -> Member:
    return Member(
        card=row.card,
        address=NOBODY if row.address is None else Address(row.address),
        language=row.language or "en",
        consents=consents.given(connection, [row.card])[row.card],
        erased=None if row.erased is None else Seconds(row.erased),
        joined=Seconds(row.joined),
        channel=row.channel or "",
        org=None if row.org is None else OrgId(row.org),
        referred_by=row.referred_by,
    )
