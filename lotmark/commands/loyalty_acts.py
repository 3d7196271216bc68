"""`lotmark loyalty open`, `change`, `partner`, `earning`, `award` and `settle`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from api.acceptance import act
from api.acts import seconds
from api.members.settling import settle_points
from api.refusals import told
from api.schemas.operations import operation as told_operation
from ledger import commands as c
from ledger.cards import read_card
from ledger.errors import ActRefused, InvalidInput, Unavailable
from ledger.hashing import canonical, document_hash, sha256
from ledger.programme_rules import read_rules, states_rules
from ledger.settings import Settings
from ledger.vocabulary import Address, DocumentHash, PartnerRight
from lotmark.acting import organisation
from lotmark.answers import answer
from lotmark.codes import item_of
from lotmark.importing import wait_until_recorded
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.signals import stop_on_signals
from lotmark.viewing import viewed
from records import members, outbox
from records.engine import reading

OrgOption = Annotated[str, typer.Option("--org", metavar="GLN", help="Who acts: GLN or number.")]
ProgrammeOption = Annotated[int, typer.Option("--programme", min=1, help="The programme.")]
RulesArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="The rules: JSON, see docs/loyalty.md.")
]
CapOption = Annotated[int, typer.Option("--daily-cap", min=1, help="Points a day at most.")]
WindowOption = Annotated[
    int, typer.Option("--return-days", min=0, max=366, help="Days that points stay pending.")
]
PointsOption = Annotated[int, typer.Option("--points", min=1, help="How many points.")]
KeyOption = Annotated[
    str | None, typer.Option("--key", help="A text of your own: the same again repeats nothing.")
]
WaitOption = Annotated[bool, typer.Option("--wait", help="Until it is in a block and mirrored.")]
_DAY = 86_400
_RIGHTS = {"earn": PartnerRight.EARN, "redeem": PartnerRight.REDEEM}


def join(app: typer.Typer) -> None:
    """Adds these commands to the group."""
    for name, command in (
        ("open", open_programme),
        ("change", change),
        ("partner", partner),
        ("earning", earning),
        ("award", award),
        ("settle", settle),
    ):
        app.command(name=name)(command)


def open_programme(
    rules: RulesArgument,
    org: OrgOption,
    budget: Annotated[int, typer.Option(min=1, help="Points it may ever issue.")],
    daily_cap: CapOption,
    return_days: WindowOption = 14,
    key: KeyOption = None,
    wait: WaitOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a loyalty programme by rules that are kept here and whose hash stands on chain.

    Example: [bold]lotmark loyalty open rules.json --org 9521401000006 --budget 1000000
    --daily-cap 50000 --wait[/bold]
    """
    digest, kept = _rules(rules)
    opened = c.OpenProgramme(digest, budget, daily_cap, return_days * _DAY)
    _perform(settings_for(data), org, [opened], key, kept, wait=wait)


def change(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="The programme.")],
    rules: RulesArgument,
    org: OrgOption,
    daily_cap: CapOption,
    return_days: WindowOption = 14,
    key: KeyOption = None,
    wait: WaitOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a programme other rules for what is earned from now on.

    Example: [bold]lotmark loyalty change 1 rules.json --org 9521401000006 --daily-cap 50000[/bold]
    """
    digest, kept = _rules(rules)
    changed = c.ChangeProgramme(number, digest, daily_cap, return_days * _DAY)
    _perform(settings_for(data), org, [changed], key, kept, wait=wait)


def partner(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="The programme.")],
    whom: Annotated[str, typer.Argument(metavar="GLN", help="The partner: GLN or number.")],
    org: OrgOption,
    right: Annotated[
        list[str] | None, typer.Option(help="earn or redeem; may be repeated, none ends it.")
    ] = None,
    key: KeyOption = None,
    wait: WaitOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what another organisation may do in a programme.

    Example: [bold]lotmark loyalty partner 1 9521402000005 --org 9521401000006 --right earn[/bold]
    """
    unknown = set(right or ()) - set(_RIGHTS)
    if unknown:
        raise InvalidInput(f"right: {min(unknown)} is not earn or redeem", field="right")
    rights = sum(int(_RIGHTS[each]) for each in set(right or ()))
    settings = settings_for(data)
    with viewed(settings) as view:
        who = organisation(view.services, whom)
    _perform(settings, org, [c.SetPartner(number, who, rights)], key, wait=wait)


def earning(
    lot: Annotated[str, typer.Argument(metavar="LOT", help="GTIN/LOT, or another code of it.")],
    issue: Annotated[int, typer.Option(min=1, help="The issue of units.")],
    programme: ProgrammeOption,
    points: PointsOption,
    org: OrgOption,
    closes: Annotated[
        str | None, typer.Option(help="A date, or a time with its offset; no end without.")
    ] = None,
    key: KeyOption = None,
    wait: WaitOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let each unit of an issue earn points by its hidden code, once, after it was sold.

    Example: [bold]lotmark loyalty earning 09521404000102/SALAD-260301-A --issue 1 --programme 1
    --points 50 --org 9521404000003[/bold]
    """
    opened = c.OpenEarning(programme, item_of(lot).id, issue, points, seconds(closes, "closes"))
    _perform(settings_for(data), org, [opened], key, wait=wait)


def award(
    card: Annotated[str, typer.Argument(metavar="CARD", help="A member's card, or its address.")],
    receipt: Annotated[str, typer.Option(help="A text that stands for the sale; used once.")],
    programme: ProgrammeOption,
    points: PointsOption,
    org: OrgOption,
    key: KeyOption = None,
    wait: WaitOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a member points for a receipt of one's own. A till does so by itself.

    Example: [bold]lotmark loyalty award 9209779141386343 --receipt T-1 --programme 1 --points 20
    --org 9521401000006[/bold]
    """
    settings = settings_for(data)
    number = DocumentHash(sha256(f"receipt {receipt}".encode()))
    given = c.AwardPoints(programme, _address(settings, card), number, points)
    _perform(settings, org, [given], key, wait=wait)


def settle(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Make available what is due now, and look what became of claims; a job does so every minute.

    Example: [bold]lotmark loyalty settle[/bold]
    """
    with viewed(settings_for(data)) as view:
        try:
            did = settle_points(view.services)
        except ActRefused as error:
            raise told(error, view.names) from error
    answer({"did": did}, lambda console: console.print(did or "nothing is due", markup=False))


def _rules(path: Path) -> tuple[DocumentHash, list[tuple[bytes, str]]]:
    try:
        document = json.loads(path.read_text(), parse_float=Decimal)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}", field="rules") from error
    if states_rules(document):
        read_rules(document)
    kept = canonical(document)
    return document_hash(kept), [(kept, "application/json")]


def _address(settings: Settings, text: str) -> Address:
    """A member's address, by its card or as it is."""
    if text.startswith("0x"):
        try:
            return Address(bytes.fromhex(text[2:]))
        except ValueError as error:
            raise InvalidInput("an address is 0x and 40 hexadecimal digits") from error
    with viewed(settings) as view, reading(view.services.records) as records:
        return members.require(records, read_card(text)).address


def _perform(
    settings: Settings,
    org: str,
    commands: Sequence[c.Command],
    key: str | None,
    kept: Sequence[tuple[bytes, str]] = (),
    *,
    wait: bool,
) -> None:
    """Accepts an act and tells what became of it."""
    stop = stop_on_signals() if wait else None
    with viewed(settings) as view:
        services = view.services
        who = organisation(services, org)
        body = sha256(canonical([c.to_json(each) for each in commands]))
        try:
            made = act(
                services, who, commands, key or f"loyalty {secrets.token_hex(16)}", body, kept
            )
        except ActRefused as error:
            raise told(error, view.names) from error
        if stop is not None and wait_until_recorded(services, [made.id], stop):
            raise Unavailable("it is accepted but not on the chain yet: is `lotmark up` running?")
    tell(settings, made.id)


def tell(settings: Settings, operation_id: str, **more: Any) -> None:
    """Tells what became of an operation.

    Raises:
        ActRefused: the contract refused it.
    """
    with viewed(settings) as view, reading(view.services.records) as records:
        found = outbox.get(records, operation_id)
        if found.refusal is not None:
            raise told(found.refusal, view.names)
        shown = {**more, "operation": told_operation(found, view).model_dump(mode="json")}

    def show(console: Console) -> None:
        for name, value in more.items():
            console.print(f"{name.replace('_', ' ')}: {value}", markup=False)
        console.print(f"{found.state}: operation {found.number}, {found.id}", markup=False)

    answer(shown, show)
