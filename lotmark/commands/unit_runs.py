"""`lotmark units issue`, `runs`, `file`, `reissue`, `void` and `activate`."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from api.activating import activate as activate_ranges
from api.activating import run_of
from api.printing.issuing import Wanted
from api.schemas import print_runs as answers
from api.schemas.requests import ActivatedRange
from api.schemas.unit_requests import VOID_REASONS
from indexer.queries.lots import item
from indexer.queries.units import issue_of_root
from ledger import commands as c
from ledger.amounts import amount_of
from ledger.errors import CommandInvalid, InvalidInput, Refused
from ledger.vocabulary import Gs1Key, Id, Kind, OrgId, key_of
from lotmark.acting import organisation, perform
from lotmark.answers import answer
from lotmark.codes import item_of
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.printing import Order, Printed, print_units, take_file
from lotmark.tables import rows, table
from lotmark.viewing import PlainView, viewed
from records import accounts, units
from records.engine import reading, writing
from records.units import PrintRun, Replaced

LotArgument = Annotated[str, typer.Argument(metavar="LOT", help="GTIN/LOT, or another code of it.")]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A print run's id.")]
OrgOption = Annotated[
    str | None,
    typer.Option("--org", metavar="GLN", help="Who acts: GLN or number; else the lot's maker."),
]
ToOption = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="AGE1...",
        help="The print shop's age key; else one is made beside the file.",
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Where the print file goes; else it waits."),
]
_MOST = 2**31
FirstOption = Annotated[
    int, typer.Option("--first", min=0, max=_MOST, help="Place of the first unit.")
]
CountOption = Annotated[
    int | None,
    typer.Option("--count", min=1, max=_MOST, help="How many; else all from there on."),
]
ReasonOption = Annotated[str, typer.Option(help=f"Why: {', '.join(VOID_REASONS)}.")]
WaitOption = Annotated[bool, typer.Option("--wait", help="Until it is in a block and mirrored.")]
KeyOption = Annotated[
    str | None, typer.Option("--key", help="A text of your own: the same again makes nothing new.")
]
MOST_UNITS = 2_000_000
"""Of one run: it is committed at once, and SQLite lets nobody else write for some four seconds a
million meanwhile.
"""


def join(app: typer.Typer) -> None:
    """Puts these commands into `lotmark units`."""
    for each in (issue, runs, file, reissue, void, activate):
        app.command()(each)


def issue(
    lot: LotArgument,
    count: Annotated[int, typer.Option("--count", min=1, max=MOST_UNITS, help="How many units.")],
    each: Annotated[str, typer.Option("--each", help="How much of the lot a unit is.")] = "1",
    codes: Annotated[bool, typer.Option("--codes", help="With a hidden code each.")] = False,
    to: ToOption = None,
    out: OutOption = None,
    activation: Annotated[
        str, typer.Option("--activate", help="When units count: at_once or dispatch.")
    ] = units.AT_ONCE,
    org: OrgOption = None,
    key: KeyOption = None,
    wait: WaitOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make units of a lot, seal what is to be printed of them, and issue them as one root.

    Serials and hidden codes stand in the print file and nowhere else: it is encrypted while it is
    made (age), and whoever loses it has the units issued again.

    Example: [bold]lotmark units issue 09521404000102/SALAD-260301-A --count 1000000 --codes
    --to age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p[/bold]
    """
    if activation not in (units.AT_ONCE, units.DISPATCH):
        raise CommandInvalid("--activate is at_once or dispatch", field="activate")
    named = _lot(lot)
    with viewed(settings_for(data)) as view:
        who = _maker(view, named.id, org)
        product = view.names.product(named.id)
        amount = amount_of(each, product.decimals if product else 0, "each")
        wanted = Wanted(named, count, amount, codes, activation, to or "")
        order = Order(view.services, who, wanted, out, key or f"units {secrets.token_hex(16)}")
        done = print_units(order, view.names, wait=wait)
    _tell(data, done)


def reissue(
    run: RunArgument,
    first: FirstOption = 0,
    count: CountOption = None,
    reason: ReasonOption = "replaced",
    to: ToOption = None,
    out: OutOption = None,
    org: OrgOption = None,
    key: KeyOption = None,
    wait: WaitOption = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make units of a run void and print others in their place, both in one operation.

    Example: [bold]lotmark units reissue 5a5a5a5a5a5a --first 100 --count 24
    --reason printed_wrong[/bold]
    """
    with viewed(settings_for(data)) as view:
        old, who = _run(view, run, org)
        number = _within(old, first, count)
        replaced = Replaced(old.id, first, number, _reason(reason))
        wanted = Wanted(
            key_of(old.lot), number, old.each, old.codes, old.activation, to or "", replaced
        )
        order = Order(view.services, who, wanted, out, key or f"units {secrets.token_hex(16)}")
        done = print_units(order, view.names, wait=wait)
    _tell(data, done)


def void(
    run: RunArgument,
    first: FirstOption = 0,
    count: CountOption = None,
    reason: ReasonOption = "other",
    org: OrgOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the codes of units of a run count no more. This is not undone.

    Example: [bold]lotmark units void 5a5a5a5a5a5a --first 100 --count 24 --reason stolen[/bold]
    """
    with viewed(settings_for(data)) as view:
        found, who = _run(view, run, org)
        number, why = _within(found, first, count), _reason(reason)
        issued = issue_of_root(view.mirror, found.lot, found.root)
        if issued is None:
            raise Refused(f"run {run} is not on the chain yet: wait until it is")
        act = c.VoidUnits(found.lot, issued.issue, issued.first + first, number, why)
        made = perform(view.services, view.names, who, [act], f"void {secrets.token_hex(16)}")
    told = {"run": run, "first": first, "count": number, "reason": reason, "operation": made.id}
    said = f"accepted: {number} units of run {run} from place {first} on will count no more"
    answer(told, lambda console: console.print(said, markup=False))


def activate(
    run: RunArgument,
    reference: Annotated[str, typer.Option("--reference", help="The paper by which they leave.")],
    first: FirstOption = 0,
    count: CountOption = None,
    org: OrgOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Activate units of a run that leave their maker.

    Example: [bold]lotmark units activate 5a5a5a5a5a5a --reference DN-4711 --count 500[/bold]
    """
    with viewed(settings_for(data)) as view:
        _, who = _run(view, run, org)
        asked = ActivatedRange(run=run, first=first, count=count)
        now = view.services.now()
        with writing(view.services.records) as records:
            (done,) = activate_ranges(records, view.mirror, who, [asked], reference, now)
    told = answers.activation(done).model_dump(mode="json")
    said = f"{done.count} units of run {run} are active from place {done.first} on"
    answer(told, lambda console: console.print(said, markup=False))


def file(
    run: RunArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the file goes.")],
    org: OrgOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the print file of a run out of the installation, once.

    Example: [bold]lotmark units file 5a5a5a5a5a5a --out labels.csv.age[/bold]
    """
    with viewed(settings_for(data)) as view:
        found, _ = _run(view, run, org)
        take_file(view.services, found, out)
    said = f"the print file of run {run} is {out}; here it is gone"
    answer({"run": run, "print_file": str(out)}, lambda console: console.print(said, markup=False))


def runs(
    code: Annotated[str | None, typer.Argument(metavar="LOT", help="GTIN/LOT; else all.")] = None,
    org: OrgOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List print runs: what was made here to be printed, and what became of it.

    Example: [bold]lotmark units runs 09521404000102/SALAD-260301-A[/bold]
    """
    with viewed(settings_for(data)) as view:
        lot = _lot(code).id if code else None
        who = organisation(view.services, org) if org else None
        found = units.runs(view.records, org=who, lot=lot, limit=limit)
        told = [answers.print_run(each, view).model_dump(mode="json") for each in found]
    answer({"runs": told}, lambda console: _show(console, told))


# --- what several of them need ---


def _lot(code: str) -> Gs1Key:
    key = item_of(code)
    if key.kind is not Kind.LOT:
        raise InvalidInput(f"{code!r} names no lot", field="code", value=code)
    return key


def _maker(view: PlainView, lot: Id, org: str | None) -> OrgId:
    """Who acts: whom the person names, else the maker of the lot."""
    if org is not None:
        return organisation(view.services, org)
    known = item(view.mirror, lot)
    if known is None:
        raise Refused(f"nothing was made of the lot {key_of(lot)} yet")
    with reading(view.services.records) as records:
        return accounts.account(records, known.maker).org


def _run(view: PlainView, run: str, org: str | None) -> tuple[PrintRun, OrgId]:
    found = units.run(view.records, run)
    who = organisation(view.services, org) if org else found.org
    return run_of(view.records, who, run), who


def _within(run: PrintRun, first: int, count: int | None) -> int:
    number = run.count - first if count is None else count
    if number < 1 or first + number > run.count:
        raise CommandInvalid(f"run {run.id} has the places 0 to {run.count - 1}", field="first")
    return number


def _reason(word: str) -> int:
    if word not in VOID_REASONS:
        raise CommandInvalid(f"a reason is one of {', '.join(VOID_REASONS)}", field="reason")
    return VOID_REASONS[word]


def _tell(data: Path | None, done: Printed) -> None:
    with viewed(settings_for(data)) as view:
        run = units.run(view.records, done.run)
        told: dict[str, Any] = answers.print_run(run, view).model_dump(mode="json")
    told |= {"print_file": str(done.file), "identity_file": done.identity and str(done.identity)}
    answer(told, lambda console: _done(console, told))


def _done(console: Console, told: dict[str, Any]) -> None:
    lot = f"{told['lot']['gtin']}/{told['lot']['lot']}"
    console.print(f"run {told['id']}: {told['count']} units of {lot}", markup=False)
    console.print(f"print file {told['print_file']}", markup=False, soft_wrap=True)
    if told["identity_file"]:
        said = f"it is read with the age identity {told['identity_file']}: keep it apart, keep it"
        console.print(said, markup=False, soft_wrap=True)


def _show(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table("run", "lot", ">count", ">void", "codes", "activate", "state", "file", "made")
    for each in told:
        lot = f"{each['lot']['gtin']}/{each['lot']['lot']}"
        state = f"issue {each['issue']}" if each["issue"] else each["state"].replace("_", " ")
        cells = (
            each["id"], lot, each["count"], each["voided"], "yes" if each["codes"] else "no",
            each["activation"], state, each["file"].replace("_", " "), each["created"][:16],
        )  # fmt: skip
        rows(shown, [cells])
    console.print(shown)
