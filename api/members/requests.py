"""Who asks as a member: by the cookie of our pages, or by the token in ``Member-Token``."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header
from sqlalchemy import Connection
from starlette.requests import Request

from api.dependencies import address_of, limits_of, services_of
from api.languages import marked
from api.services import Services
from api.sessions import Session, session_in
from ledger.cards import read_card
from ledger.errors import InvalidInput, MemberErased, NotAuthenticated, NotFound
from records import members
from records.engine import reading
from records.members import Member, credentials

TokenHeader = Annotated[
    str | None, Header(alias="Member-Token", description="From `POST /member-sessions`.")
]


def member_session(request: Request, token: TokenHeader = None) -> Session:
    """The session of the member whose token came with a request; its subject is the card.

    Raises:
        NotAuthenticated: none, or none of ours, or too old.
    """
    found = session_in(token, services_of(request), "member") if token else None
    if found is None:
        text = marked("Sign in as a member first.")
        raise NotAuthenticated(text, template=text)
    return found


SignedIn = Annotated[Session, Depends(member_session)]


def member_of(records: Connection, card: str) -> Member:
    """A member by its card, with words for people where there is none.

    Raises:
        NotFound, MemberErased: there is no such member, or no more.
    """
    try:
        return members.require(records, card)
    except MemberErased as error:
        text = marked("This member was erased. Nothing is known of it any more.")
        raise MemberErased(text, template=text) from error
    except NotFound as error:
        text = marked("There is no member with this card.")
        raise NotFound(text, template=text) from error


def sign_in(request: Request, services: Services, card: str, word: str) -> Member:
    """The member that signs in; every try counts, and all that fail are answered alike.

    Raises:
        NotAuthenticated: no such card, or another password.
        TooManyRequests: too many tries.
    """
    text = marked("Card or password is wrong.")
    try:
        number = read_card(card)
    except InvalidInput:
        number = ""
    limits_of(request).count_sign_in(number or card[:40], address_of(request))
    with reading(services.records) as records:
        found = credentials.sign_in(records, number, word)
    if found is None or found.erased is not None:
        raise NotAuthenticated(text, template=text)
    return found
