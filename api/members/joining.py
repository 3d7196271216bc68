"""Taking somebody in, at a till or by our own page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from api.languages import marked
from api.members.membership import vault_of
from api.referrals import refer
from api.services import Services
from ledger.cards import read_card
from ledger.errors import InvalidInput, MemberErased
from ledger.vocabulary import OrgId
from records import members, request_answers
from records.engine import reading, writing
from records.members import Member, MembersVault, NewMember, Personal, credentials, devices

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+?[0-9 ()./-]{5,40}")


@dataclass(frozen=True, slots=True)
class Joining:
    """Who wants to join, as a request or a form says it; ``device`` is that of who fills a form in
    by itself.
    """

    personal: Personal
    language: str
    channel: str
    password: str | None
    referred_by: str | None
    consents: dict[str, bool]
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """The request of an organisation that takes somebody in: a repeat finds the same member."""

    org: OrgId
    idempotency_key: str
    hash: bytes


def join(
    services: Services, asked: Joining, request: Request | None = None
) -> tuple[Member, str | None]:
    """A new member, and the secret for its card where it chose no password.

    Raises:
        InvalidInput: the password is too short, or there is no card to be referred by.
        IdempotencyKeyReused: the key was used for another request.
        MemberErased: the same request made a member that is no more.
    """
    vault = vault_of(services)
    if request is not None and (known := _before(services, vault, asked, request)):
        return known
    password = None if asked.password is None else _hashed(asked.password)
    secret, kept = (None, None) if password else _secret(vault, request)
    now = services.now()
    new = NewMember(
        asked.personal, asked.language, asked.channel, request.org if request else None,
        password, kept, _referrer(asked.referred_by), asked.consents,
    )  # fmt: skip
    with writing(services.records) as records:
        if new.referred_by is not None and not members.is_living(records, new.referred_by):
            raise _no_such_card()
        member = members.join(records, vault, new, now)
        if asked.device is not None:  # before a referral is judged: it may be the referrer's
            devices.note(records, vault, member.card, asked.device, now)
        if new.referred_by is not None:
            refer(records, member.card, new.referred_by, now)
        if request is not None:
            asked_with = (request.org, request.idempotency_key, request.hash)
            request_answers.put(records, *asked_with, member.card, now)
    return member, secret


def _before(
    services: Services, vault: MembersVault, asked: Joining, request: Request
) -> tuple[Member, str | None] | None:
    with reading(services.records) as records:
        card = request_answers.find(records, request.org, request.idempotency_key, request.hash)
        if card is None:
            return None
        if not card:
            text = marked("This member was erased. Nothing is known of it any more.")
            raise MemberErased(text, template=text)
        secret = None if asked.password else _secret(vault, request)[0]
        return members.require(records, card), secret


def _secret(vault: MembersVault, request: Request | None) -> tuple[str, bytes]:
    """A secret for a card; for an organisation's request always the same, so that a repeat can be
    answered without keeping it.
    """
    if request is None:
        return credentials.new_secret()
    named = f"{request.org}\n{request.idempotency_key}\n{request.hash.hex()}"
    return credentials.new_secret(vault.mac_of("card secret", named))


def _hashed(password: str) -> str:
    if not credentials.SHORTEST <= len(password) <= credentials.LONGEST:
        text = marked("A password has {least} to {most} characters.")
        bounds = {"least": credentials.SHORTEST, "most": credentials.LONGEST}
        raise InvalidInput(text.format(**bounds), field="password", template=text, **bounds)
    return credentials.hash_password(password)


def _referrer(card: str | None) -> str | None:
    if not card:
        return None
    try:
        return read_card(card, "referred_by")
    except InvalidInput as error:
        raise _no_such_card() from error


def _no_such_card() -> InvalidInput:
    text = marked("There is no such card to be referred by.")
    return InvalidInput(text, field="referred_by", template=text)


def require_decent(person: Personal) -> None:
    """Lets only by what can be an e-mail address and a phone number; a name may be anything.

    Raises:
        InvalidInput: it cannot be one.
    """
    if person.email is not None and not _EMAIL.fullmatch(person.email):
        text = marked("This is no e-mail address.")
        raise InvalidInput(text, field="email", template=text)
    if person.phone is not None and not _PHONE.fullmatch(person.phone):
        text = marked("This is no phone number.")
        raise InvalidInput(text, field="phone", template=text)
