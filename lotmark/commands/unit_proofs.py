"""`lotmark units proof`, `proofs` and `verify`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import MofNCompleteColumn, Progress

from api.known_units import KnownUnit, locate, locate_index
from api.labels.print_file import opened
from api.proving import proof_of, proofs_of
from ledger.errors import CommandInvalid, InvalidInput, NotFound
from ledger.proofs import MOST_BYTES, UnitProof, proof_from_json, verify_unit
from ledger.vocabulary import Id, Kind, key_of, unit
from lotmark.answers import answer, notes
from lotmark.codes import item_of
from lotmark.files import write_atomically
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.roots import Roots, roots_at, roots_given, roots_here
from lotmark.viewing import PlainView, viewed
from records import units

OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it here.")]


def join(app: typer.Typer) -> None:
    """Puts these commands into `lotmark units`."""
    for each in (proof, proofs, verify):
        app.command()(each)


def proof(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A unit's code; or GTIN/LOT.")],
    index: Annotated[
        int | None, typer.Argument(min=0, help="With GTIN/LOT: the unit's number in the lot.")
    ] = None,
    out: OutOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the proof that a unit was issued: 2 kB at most, checked by anyone without us.

    By its number a unit is proven without its serial, which is not kept here: such a proof says all
    only together with the label.

    Example: [bold]lotmark units proof 09521404000102/SALAD-260301-A 41 --out unit.json[/bold]
    """
    with viewed(settings_for(data)) as view:
        made = proof_of(view, view.services.deployment, _located(view, code, index)).to_json()
    if out is not None:
        write_atomically(out, made)
    told = {"proof": made.decode(), "bytes": len(made), "file": out}
    answer(told, lambda console: console.print(out or made.decode(), markup=False, soft_wrap=True))


def _located(view: PlainView, code: str, index: int | None) -> KnownUnit:
    key = item_of(code)
    if key.kind is Kind.UNIT and index is None:
        found = locate(view, key.id)
    elif key.kind is Kind.LOT and index is not None:
        found = locate_index(view, key.id, index)
    else:
        raise CommandInvalid("name a unit by its code, or a lot and the unit's number in it")
    if found is None:
        raise NotFound(f"no such unit of {key} was printed here")
    return found


def proofs(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A print run's id.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write them here.")],
    printed: Annotated[
        Path | None,
        typer.Option("--print-file", metavar="FILE", help="The run's print file, for the serials."),
    ] = None,
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The age identity that reads it.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the proofs of all units of a run, one a line, in the order of their places.

    Example: [bold]lotmark units proofs 5a5a5a5a5a5a --out proofs.jsonl[/bold]
    """
    with viewed(settings_for(data)) as view, ExitStack() as stack:
        found = units.run(view.records, run)
        ids = _printed(stack, printed, identity) if printed else None
        progress = stack.enter_context(_progress())
        made = proofs_of(view, view.services.deployment, found, ids)
        written = 0
        with out.open("wb") as file:
            for each in progress.track(made, found.count, description="proving"):
                written += file.write(each.to_json() + b"\n")
    told = {"run": run, "proofs": found.count, "bytes": written, "file": out}
    said = f"{found.count} proofs of run {run} are in {out}"
    answer(told, lambda console: console.print(said, markup=False))


def _printed(stack: ExitStack, path: Path, identity: Path | None) -> Iterator[Id]:
    rows = csv.DictReader(stack.enter_context(opened(path, identity)), restval="")
    if not {"gtin", "serial"} <= set(rows.fieldnames or ()):
        raise CommandInvalid(f"{path} is no print file", field="print-file")
    return (unit(row["gtin"], row["serial"]).id for row in rows)


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A proof, or several, one a line.")],
    root: Annotated[
        str | None, typer.Option(help="The root that you know: 0x and 64 digits. No network.")
    ] = None,
    rpc: Annotated[
        str | None, typer.Option(metavar="URL", help="Ask this node for the root instead.")
    ] = None,
    contract: Annotated[
        str | None,
        typer.Option(help="With --rpc: UnitRegistry's address; else this installation's."),
    ] = None,
    code: Annotated[
        str | None, typer.Option(metavar="CODE", help="What the label says: it is checked, too.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check proofs of units against a root: one that you know, or one that a node tells.

    Without --root and --rpc the node of this installation is asked.

    Example: [bold]lotmark units verify unit.json --rpc http://127.0.0.1:8545[/bold]
    """
    label = _unit(code) if code else None
    checked = 0
    last: UnitProof | None = None
    with _roots(data, root, rpc, contract) as roots, _progress() as progress:
        for made in progress.track(_proofs(file), description="checking"):
            verify_unit(made, roots.pinned(made), label)
            checked, last = checked + 1, made
    if last is None:
        raise InvalidInput(f"{file} has no proof in it", field="file")
    told = {
        "verified": checked,
        "root_from": roots.source,
        **(_said(last, label) if checked == 1 else {}),
    }
    said = f"{checked} verified against {roots.source}"
    answer(told, lambda console: console.print(said, markup=False))


def _roots(data: Path | None, root: str | None, rpc: str | None, contract: str | None) -> Roots:
    if root is not None and (rpc or contract):
        raise CommandInvalid("a root is known or asked for, not both", field="root")
    if root is not None:
        return roots_given(root)
    settings = settings_for(data)
    return roots_at(settings, rpc, contract) if rpc else roots_here(settings)


def _unit(code: str) -> Id:
    key = item_of(code)
    if key.kind is not Kind.UNIT:
        raise InvalidInput(f"{code!r} names no unit", field="code", value=code)
    return key.id


def _proofs(file: Path) -> Iterator[UnitProof]:
    try:
        with file.open("rb") as opened_file:
            while line := opened_file.readline(MOST_BYTES + 2):
                yield proof_from_json(line.removesuffix(b"\n"))
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}", field="file") from error


def _said(made: UnitProof, label: Id | None) -> dict[str, Any]:
    named = label or made.unit
    return {
        "lot": str(key_of(made.lot)),
        "index": made.index,
        "issue": made.issue,
        "unit": str(key_of(named)) if named else None,
        "has_hidden_code": any(made.code),
    }


def _progress() -> Progress:
    return Progress(
        *Progress.get_default_columns(), MofNCompleteColumn(), console=notes(), transient=True
    )
