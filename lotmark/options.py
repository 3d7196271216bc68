"""Options that every command has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger import settings as known
from ledger.settings import Settings
from lotmark.answers import as_json


def _choose_json(chosen: bool) -> bool:  # noqa: FBT001  # typer calls it like this
    as_json.set(chosen)
    return chosen


DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder of databases, keys and the local chain; "
        "else LOTMARK_DATA_DIR or ./lotmark-data.",
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json",
        callback=_choose_json,
        is_eager=True,
        help="Answer with one JSON value and nothing else.",
    ),
]
HostOption = Annotated[
    str | None, typer.Option(help="Address to listen on; else LOTMARK_HOST or 127.0.0.1.")
]
PortOption = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, help="Port to listen on; 0 is a free one; else LOTMARK_PORT or 8000."
    ),
]


def settings_for(data: Path | None, **values: object) -> Settings:
    """The settings of the environment, with what the command line says above them.

    Raises:
        SettingInvalid: a value that cannot work.
    """
    given = {name: value for name, value in values.items() if value is not None}
    if data is not None:
        given["data_dir"] = data.absolute()
    return known.load(**given)
