"""Labels from the command line: what they are of, how far they are, and where they go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.progress import MofNCompleteColumn, Progress

from api.labels.geometry import MOST_OFFSET
from api.labels.label import Label, Wording, label_of
from api.labels.print_file import labels_in
from api.labels.print_file import opened as opened_file
from api.labels.wording import nothing, wording_from
from ledger.errors import CommandInvalid, Unavailable
from ledger.gs1.digital_link import DigitalLink
from ledger.settings import Settings
from lotmark.answers import note, notes
from lotmark.codes import read_code
from lotmark.reading import opened

PRIVATE = 0o600
"""Files with hidden codes are for their owner alone."""

CodesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[CODE]...",
        help="What labels are for: GTIN, GTIN/LOT, a Digital Link or /01/.../10/.../21/...",
    ),
]
FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file",
        "-f",
        metavar="FILE",
        help="A print file of `lotmark units`, encrypted or not, or a CSV file with the column "
        "digital_link.",
    ),
]
IdentityOption = Annotated[
    Path | None,
    typer.Option("--identity", "-i", metavar="FILE", help="The age identity that opens FILE."),
]
CopiesOption = Annotated[int, typer.Option(min=1, help="Labels of each CODE.")]
GeometryOption = Annotated[
    str, typer.Option("--geometry", "-g", help="See `lotmark labels geometries`.")
]
MatrixOption = Annotated[
    bool | None,
    typer.Option("--matrix/--no-matrix", help="GS1 DataMatrix; else where there is room."),
]
OffsetOption = Annotated[
    float,
    typer.Option(
        min=-MOST_OFFSET, max=MOST_OFFSET, help="Millimetres to move everything right or down."
    ),
]


@dataclass(frozen=True)
class Source:
    """What labels are asked for: codes, each so many times, or a file."""

    codes: list[str]
    copies: int
    file: Path | None
    identity: Path | None

    @property
    def total(self) -> int | None:
        """How many labels there will be; a file only tells at its end."""
        return None if self.file else len(self.codes) * self.copies

    @contextmanager
    def labels(self, settings: Settings) -> Iterator[Iterator[Label]]:
        """The labels, one after the other.

        Raises:
            CommandInvalid: neither codes nor a file, or both.
            InvalidInput: a code or line cannot be read.
        """
        if bool(self.codes) == bool(self.file):
            raise CommandInvalid("name codes, or a file with --file", field="codes")
        with _wording(settings) as wording:
            if self.file is None:
                links = [read_code(code) for code in self.codes]
                yield self._of_codes(links, settings.base_url, wording)
                return
            with opened_file(self.file, self.identity) as lines:
                yield labels_in(lines, wording)

    def _of_codes(
        self, links: list[DigitalLink], base_url: str, wording: Callable[[DigitalLink], Wording]
    ) -> Iterator[Label]:
        for link in links:
            for _ in range(self.copies):
                yield label_of(link, base_url, wording(link))


def source(
    codes: list[str] | None, copies: int, file: Path | None, identity: Path | None
) -> Source:
    """What a command was given."""
    return Source(codes or [], copies, file, identity)


@contextmanager
def _wording(settings: Settings) -> Iterator[Callable[[DigitalLink], Wording]]:
    """Words from the installation; a print shop has none, and labels say what the file says."""
    try:
        with opened(settings) as books:
            yield wording_from(books.records, books.mirror)
    except Unavailable as error:
        note(f"no names of products: {error.message}")
        yield nothing


@contextmanager
def counted(total: int | None, word: str) -> Iterator[Callable[[int], None]]:
    """A progress bar; call what it gives with the number of labels that are done."""
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=notes(), transient=True) as progress:
        bar = progress.add_task(word, total=total)
        yield lambda number: progress.advance(bar, number)


def each_counted(labels: Iterable[Label], moved: Callable[[int], None]) -> Iterator[Label]:
    """The same labels, counted as they go by."""
    for label in labels:
        yield label
        moved(1)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file that is there when all of it is written, and not before.

    Raises:
        CommandInvalid: it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        file = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb")
    except OSError as error:
        raise CommandInvalid(f"{path} cannot be written: {error.strerror}", field="out") from error
    try:
        with file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def new_folder(path: Path, pattern: str) -> Path:
    """A folder without files of an earlier time that would be taken for new ones.

    Raises:
        CommandInvalid: it has such files, or cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandInvalid(f"{path} cannot be made: {error.strerror}", field="out") from error
    if next(path.glob(pattern), None) is not None:
        raise CommandInvalid(f"{path} has files {pattern} already", field="out")
    return path
