"""Joining, leaving, and all that is kept of a member in between."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from api.services import Services
from indexer.queries import loyalty as queries
from ledger.vocabulary import Address, Seconds
from records import members, notices, request_answers, till
from records.engine import reading, writing
from records.members import (
    MembersVault,
    claims,
    codes,
    consents,
    devices,
    erasing,
    exporting,
    messages,
)

_TOLD = {
    "claims", "member_consents", "member_devices", "member_messages", "notices", "redemption_codes",
}  # fmt: skip
"""Tables that an export tells by themselves."""


def vault_of(services: Services) -> MembersVault:
    """The vault of this installation's members.

    Raises:
        SettingInvalid: its key can be read by others.
    """
    return MembersVault.open(services.settings.keys_dir)


def erase(services: Services, card: str) -> None:
    """Erases a member everywhere; totals of programmes stay what they are.

    Raises:
        NotFound: no such card.
        MemberErased: it was erased before.
    """
    with writing(services.records) as records:
        erasing.erase(records, card, services.now())
        till.forget_card(records, card)
        notices.forget_card(records, card)
        request_answers.forget(records, card)


def export(services: Services, card: str) -> dict[str, Any]:
    """All that is kept of a member here and what the chain says of its address, as one JSON value.

    Raises:
        NotFound, MemberErased: there is no such member.
        VaultClosed: it cannot be read.
    """
    vault = vault_of(services)
    with reading(services.records) as records, reading(services.mirror) as mirror:
        member = members.require(records, card)
        return {
            "card": card,
            "address": _hex(member.address),
            "joined": member.joined,
            "language": member.language,
            "channel": member.channel,
            "joined_at_organisation": member.org,
            "referred_by": member.referred_by,
            "personal": asdict(members.personal(records, vault, card)),
            "consents": [asdict(each) for each in consents.history(records, card)],
            "devices_since": devices.since(records, card),
            "messages": [asdict(each) for each in messages.newest(records, card, None)],
            "claims": [_plain(each) for each in claims.claims_of(records, card)],
            "redemption_codes": [_plain(each) for each in codes.codes_of(records, card)],
            "purchases": [_plain(each) for each in till.purchases_of(records, card)],
            "notices": [_plain(each) for each in notices.of_member(records, card)],
            "others": _json(exporting.kept_elsewhere(records, card, _TOLD)),
            "chain": _chain(mirror, member.address, services.now()),
        }


def _chain(mirror: Connection, address: Address, now: Seconds) -> dict[str, Any]:
    told = queries.told_of_member(mirror, address)
    programmes = sorted({getattr(each.event, "programme") for each in told})  # noqa: B009
    return {
        "accounts": [
            _plain(queries.account(mirror, number, address, now)) for number in programmes
        ],
        "events": [
            {
                "event": type(each.event).__name__,
                "block": each.block,
                "log_index": each.log_index,
                "time": each.time,
                "transaction": _hex(each.tx),
                **_plain(each.event),
            }
            for each in told
        ],
    }


def _plain(value: Any) -> dict[str, Any]:
    """The fields of a record as JSON has them."""
    return {name: _json(each) for name, each in asdict(value).items()}


def _json(value: Any) -> Any:
    match value:
        case bytes():
            return _hex(value)
        case dict():
            return {name: _json(each) for name, each in value.items()}
        case list() | tuple():
            return [_json(each) for each in value]
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
