"""`lotmark labels`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer
from rich.console import Console

from api.labels import zpl as printers
from api.labels.geometry import Placing, geometries, geometry
from api.labels.label import Label
from api.labels.layout import Part
from api.labels.sheets import Volume, volumes
from api.labels.shop_csv import csv_lines
from api.labels.symbols import Symbol
from api.labels.typesetting import Print
from ledger.errors import CommandInvalid
from ledger.settings import Settings
from lotmark.answers import answer
from lotmark.files import write_atomically
from lotmark.labelling import (
    PRIVATE,
    CodesArgument,
    CopiesOption,
    FileOption,
    GeometryOption,
    IdentityOption,
    MatrixOption,
    OffsetOption,
    Source,
    counted,
    each_counted,
    new_folder,
    source,
    whole_file,
)
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table

app = typer.Typer(no_args_is_help=True)
Which = Literal["outer", "matrix", "hidden"]
PartOption = Annotated[
    Part, typer.Option(help="Both codes of a unit, or one on labels of its own.")
]
FolderOption = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", help="New files go here.")
]
OutOption = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The new file.")]
DpiOption = Annotated[int, typer.Option(help="Dots an inch of the printer: 203, 300 or 600.")]


@app.callback()
def labels() -> None:
    """Print labels of products, lots and units: sheets, label printers, print shops.

    Every code is read back by two decoders before a file is there.
    """


@app.command(name="geometries")
def list_geometries(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the sheets and rolls that labels are printed on.

    Example: [bold]lotmark labels geometries[/bold]
    """
    told = [
        {"name": g.name, "title": g.title, "label": g.label, "labels": g.count}
        for g in geometries().values()
    ]
    shown = [(each["name"], each["title"]) for each in told]
    answer(
        {"geometries": told},
        lambda console: console.print(rows(table("geometry", "what it is"), shown)),
    )


@app.command()
def sheet(
    codes: CodesArgument = None,
    copies: CopiesOption = 1,
    file: FileOption = None,
    identity: IdentityOption = None,
    geometry_name: GeometryOption = "L7160",
    start: Annotated[int, typer.Option(min=1, help="The first free label of a used sheet.")] = 1,
    offset_x: OffsetOption = 0.0,
    offset_y: OffsetOption = 0.0,
    part: PartOption = "both",
    matrix: MatrixOption = None,
    out: FolderOption = Path("labels"),
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set labels on sheets, as PDF.

    Files of about 420 labels each appear one after the other; one that does not read back does not
    appear, and the work stops.

    Example: [bold]lotmark labels sheet --file run.csv.age --identity key.txt -g L7160[/bold]
    """
    settings, of = settings_for(data), source(codes, copies, file, identity)
    placing = Placing(start, (offset_x, offset_y))
    wanted = geometry(geometry_name)
    placing.check(wanted)
    folder = new_folder(out, "labels-*.pdf")
    with of.labels(settings) as every, counted(of.total, "setting") as moved:
        made = list(_released(volumes(every, wanted, Print(part, matrix), placing), folder, moved))
    total = sum(each["labels"] for each in made)
    told = {"folder": folder, "labels": total, "files": made}
    answer(told, lambda console: _show_files(console, told))


def _released(
    made: Iterator[Volume], folder: Path, moved: Callable[[int], None]
) -> Iterator[dict[str, Any]]:
    for volume in made:
        write_atomically(folder / volume.name, volume.pdf, PRIVATE)
        moved(volume.labels)
        yield {
            "file": volume.name,
            "labels": volume.labels,
            "sheets": volume.sheets,
            "codes_read": volume.symbols,
        }


def _show_files(console: Console, told: dict[str, Any]) -> None:
    shown = table("file", ">labels", ">sheets", ">codes read")
    console.print(rows(shown, [tuple(each.values()) for each in told["files"]]))
    console.print(f"{told['labels']} labels in {told['folder']}", markup=False)


@app.command()
def zpl(
    codes: CodesArgument = None,
    copies: CopiesOption = 1,
    file: FileOption = None,
    identity: IdentityOption = None,
    geometry_name: GeometryOption = "60x40",
    dpi: DpiOption = 203,
    native: Annotated[
        bool, typer.Option("--native", help="The printer draws the codes: shorter, not read back.")
    ] = False,
    part: PartOption = "both",
    matrix: MatrixOption = None,
    out: OutOption = Path("labels.zpl"),
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write labels for a printer that speaks ZPL.

    Example: [bold]lotmark labels zpl 09521404000102/SALAD-260301-A --copies 50 -g 60x40[/bold]
    """
    _require_dpi(dpi)
    wanted = geometry(geometry_name)
    method: printers.Method = "native" if native else "picture"
    of, printing = source(codes, copies, file, identity), Print(part, matrix)

    def written(every: Iterator[Label]) -> Iterator[bytes]:
        for text in printers.zpl_of(every, wanted, printing, dpi, method):
            yield text.encode("ascii")

    _write(of, settings_for(data), out, written)


@app.command(name="csv")
def write_csv(
    codes: CodesArgument = None,
    copies: CopiesOption = 1,
    file: FileOption = None,
    identity: IdentityOption = None,
    bom: Annotated[bool, typer.Option("--bom", help="For spreadsheets: mark it as UTF-8.")] = False,
    out: OutOption = Path("labels.csv"),
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all that labels say as CSV, for a print shop that sets type itself.

    Hidden codes stand in it: hand it on as you would money.

    Example: [bold]lotmark labels csv --file run.csv.age --identity key.txt --bom[/bold]
    """
    of = source(codes, copies, file, identity)

    def written(every: Iterator[Label]) -> Iterator[bytes]:
        for line in csv_lines(every, bom=bom):
            yield line.encode("utf-8")

    _write(of, settings_for(data), out, written)


def _write(
    of: Source, settings: Settings, out: Path, written: Callable[[Iterator[Label]], Iterator[bytes]]
) -> None:
    count = 0

    def seen(number: int) -> None:
        nonlocal count
        count += number
        moved(number)

    with (
        of.labels(settings) as every,
        counted(of.total, "writing") as moved,
        whole_file(out) as new,
    ):
        for piece in written(each_counted(every, seen)):
            new.write(piece)
    answer({"file": out, "labels": count}, lambda console: _show_file(console, out, count))


def _show_file(console: Console, out: Path, count: int) -> None:
    console.print(f"{count} labels in {out}", markup=False)


@app.command()
def svg(
    codes: CodesArgument = None,
    file: FileOption = None,
    identity: IdentityOption = None,
    which: Annotated[Which, typer.Option("--code", help="Which code of each.")] = "outer",
    module: Annotated[float, typer.Option(min=0.1, max=10, help="Millimetres a module.")] = 0.5,
    out: FolderOption = Path("codes"),
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write codes as SVG, a file each.

    Example: [bold]lotmark labels svg 09521404000102/SALAD-260301-A --code matrix[/bold]
    """
    of = source(codes, 1, file, identity)
    _write_each(
        of, settings_for(data), out, "svg", lambda label: _symbol(label, which).svg_file(module)
    )


@app.command()
def png(
    codes: CodesArgument = None,
    file: FileOption = None,
    identity: IdentityOption = None,
    which: Annotated[
        Literal["label", "outer", "matrix", "hidden"],
        typer.Option("--code", help="The whole label, or one code of it."),
    ] = "label",
    geometry_name: GeometryOption = "60x40",
    dpi: DpiOption = 300,
    pixels: Annotated[int, typer.Option(min=1, max=100, help="Of a module of a code.")] = 10,
    part: PartOption = "both",
    matrix: MatrixOption = None,
    out: FolderOption = Path("codes"),
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write labels or their codes as PNG, a file each.

    Example: [bold]lotmark labels png 09521404000102/SALAD-260301-A -g 60x40[/bold]
    """
    _require_dpi(dpi)
    of, wanted, printing = (
        source(codes, 1, file, identity),
        geometry(geometry_name),
        Print(part, matrix),
    )

    def drawn(label: Label) -> bytes:
        if which == "label":
            return printers.png_file(label, wanted, printing, dpi)
        return _symbol(label, which).png_file(pixels)

    _write_each(of, settings_for(data), out, "png", drawn)


def _symbol(label: Label, which: Which) -> Symbol:
    if which == "hidden" and not label.code:
        raise CommandInvalid("there is no hidden code: it is only in a print file", field="code")
    symbols = {"outer": lambda: label.outer, "matrix": lambda: label.matrix}
    return symbols.get(which, lambda: label.hidden)()


def _write_each(
    of: Source, settings: Settings, out: Path, form: str, drawn: Callable[[Label], bytes]
) -> None:
    folder, files = new_folder(out, f"*.{form}"), []
    with of.labels(settings) as every, counted(of.total, "drawing") as moved:
        for number, label in enumerate(every, 1):
            named = quote(label.serial or label.lot or label.gtin, safe="")
            path = folder / f"{number:06}-{named}.{form}"
            write_atomically(path, drawn(label), PRIVATE)
            files.append(path.name)
            moved(1)
    told = {"folder": folder, "files": files}
    answer(told, lambda console: console.print(f"{len(files)} files in {folder}", markup=False))


def _require_dpi(dpi: int) -> None:
    if dpi not in printers.DOTS:
        raise CommandInvalid("dpi is one of " + ", ".join(map(str, printers.DOTS)), field="dpi")
