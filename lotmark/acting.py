"""Acts of an organisation of this installation, as a person writes them: JSON, with keys as people
have them.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from api.capture import act, planning_state
from api.judging import judge
from api.names import Names
from api.refusals import told
from api.services import Services
from ledger.commands import COMMANDS, Command, from_json, to_json
from ledger.errors import ActRefused, CommandInvalid, InvalidInput, Refused
from ledger.events import Event
from ledger.gs1 import parse_any
from ledger.hashing import canonical, sha256
from ledger.vocabulary import Id, OrgId, party
from lotmark.codes import read_code
from records import accounts
from records.engine import reading
from records.outbox import Operation


@dataclass(frozen=True, slots=True)
class KnownAct:
    """An act that can be asked for: its contract, its fields in order, and what it does."""

    name: str
    contract: str
    fields: tuple[tuple[str, str], ...]
    meaning: str


def known_acts() -> tuple[KnownAct, ...]:
    """Every act of every contract."""
    return tuple(
        KnownAct(
            cls.__name__,
            cls.contract,
            tuple((name, _kind(hint)) for name, hint in _hints(cls).items()),
            " ".join((inspect.getdoc(cls) or "").replace("``", "").split()),
        )
        for cls in COMMANDS
    )


def read_acts(document: object) -> tuple[Command, ...]:
    """Acts from JSON, one or a list. Ids may be written as GTIN, GTIN/LOT, GLN, Digital Link or
    EPC URN.

    Raises:
        CommandInvalid: an act or a field is not known, missing or wrong.
    """
    listed: list[Any] = document if isinstance(document, list) else [document]
    if not all(isinstance(each, Mapping) for each in listed) or not listed:
        raise CommandInvalid("an act is an object, or several in a list")
    return tuple(from_json(_packed(each)) for each in listed)


def organisation(services: Services, text: str) -> OrgId:
    """An organisation of this installation by number or GLN.

    Raises:
        Refused: it has no account here.
        KeyInvalid: no GLN.
    """
    with reading(services.records) as records:
        if text.isdecimal() and len(text) <= 10:  # a GLN has 13 digits
            return accounts.account(records, OrgId(int(text))).org
        found = accounts.account_of(records, party(text).digits)
    if found is None:
        raise Refused(f"the GLN {text} has no account here: `lotmark org create`", gln=text)
    return found.org


def foretell(
    services: Services, names: Names, org: OrgId, commands: Sequence[Command]
) -> list[Event]:
    """What acts would do now.

    Raises:
        ActRefused: the rules say no, in words.
    """
    with reading(services.records) as records, reading(services.mirror) as mirror:
        state = planning_state(mirror, records, services.now())
        try:
            return judge(services, records, state, org, commands)
        except ActRefused as refused:
            raise told(refused, names) from refused


def perform(
    services: Services, names: Names, org: OrgId, commands: Sequence[Command], key: str
) -> Operation:
    """Accepts acts; the sender brings them to the chain.

    Raises:
        ActRefused: the rules say no already, in words.
        InvalidInput: the acts are of several contracts.
        IdempotencyKeyReused: the key was used for other acts.
    """
    body = sha256(canonical([to_json(each) for each in commands]))
    try:
        return act(services, org, commands, key, body)
    except ActRefused as refused:
        raise told(refused, names) from refused


def certified(text: str) -> Id:
    """The id of what a person writes: an organisation's GLN, a product, a lot or a unit.

    Raises:
        InvalidInput: it names nothing we know.
    """
    return _key(text)


def _packed(document: Mapping[str, Any]) -> dict[str, Any]:
    known = {cls.__name__: cls for cls in COMMANDS}
    cls = known.get(str(document.get("act")))
    if cls is None:
        return dict(document)  # `from_json` says what is wrong
    hints = _hints(cls)
    return {name: _id_in(hints.get(name), value) for name, value in document.items()}


def _id_in(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple and isinstance(value, list):
        return [_id_in(get_args(hint)[0], each) for each in value]
    if isinstance(hint, type) and isinstance(value, Mapping):
        hints = _hints(hint)
        return {name: _id_in(hints.get(name), each) for name, each in value.items()}
    if _is_id(hint) and isinstance(value, str) and not value.startswith("0x"):
        return "0x" + _key(value).hex()
    return value


def _key(text: str) -> Id:
    """The id of what a person writes."""
    if text.isdecimal() and len(text) == 13:  # a GLN; a GTIN-13 is written with its leading zero
        return party(text).id
    try:
        key = read_code(text).key
    except InvalidInput:
        return parse_any(text).id
    if key is None:
        raise CommandInvalid(f"{text!r} names nothing that is kept here")
    return key.id


def _is_id(hint: Any) -> bool:
    return get_origin(hint) is Annotated and get_args(hint)[0] is Id


def _hints(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {each.name: hints[each.name] for each in fields(cls)}


def _kind(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return f"list of {_kind(get_args(hint)[0])}"
    if _is_id(hint):
        return "id"
    if get_origin(hint) is Annotated:
        return str(get_args(hint)[1].type)
    return "{" + ", ".join(_hints(hint)) + "}"
