"""The `lotmark` command. Each subcommand stands in a file of `lotmark.commands` and is loaded when
it is asked for: the workers of a group start in a fraction of a second.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from ledger.errors import InvalidInput, LotmarkError
from lotmark.answers import complain
from lotmark.exit_codes import exit_code

COMMANDS = {
    "demo": "Show everything at once, on a story of our own.",
    "up": "Run chain, indexer, sender and web server together.",
    "chain": "Run the embedded local chain.",
    "deploy": "Put the contracts on the chain, unless they stand there.",
    "index": "Run the indexer, which mirrors the chain into SQL.",
    "send": "Run the sender, which brings accepted operations to the chain.",
    "serve": "Run the web server.",
    "jobs": "Run what is done again and again: anchor scans, look for conflicts, settle points.",
    "contracts": "Compile the contracts, or check that they are compiled.",
    "org": "Make and list organisations, their roles, keys and API keys.",
    "keys": "List the signing keys of this installation.",
    "import": "Import EPCIS documents and CSV files.",
    "lot": "Show what is known of a lot or unit.",
    "trace": "Show where a lot or unit came from and went.",
    "qr": "Show the QR code of a product, lot or unit.",
    "labels": "Print labels of products, lots and units: sheets, label printers, print shops.",
    "act": "Perform acts for an organisation of this installation.",
    "units": "Issue, print, activate and prove units of lots.",
    "sale": "Sell at the till, take back, undo, and look at receipts.",
    "scans": "Show who looked at codes, prove it, and judge what conflicts in it.",
    "certificate": "List certificates and whether they hold now.",
    "anchor": "List the roots that organisations have anchored, the newest first.",
    "loyalty": "Show loyalty programmes, and what members have in them.",
    "recall": "Show how far recalls reach, tell whom they concern, and make them good.",
    "governor": "Hand over the office of the governor, in two steps.",
    "pause": "Let nobody write anything new; recalls and corrections stay possible.",
    "resume": "Let organisations write again after a pause.",
    "directory": "List the contracts as the directory on chain has them.",
    "findings": "List what statements and facts contradict.",
    "audit": "Check mirror and documents against the chain.",
    "status": "Show how far chain, mirror and sender are.",
}
"""Every command and its help, as listed. A test holds the help equal to the modules'."""


class LazyGroup(TyperGroup):
    """Commands by name; only the one that is run is imported."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """A stand-in that knows name and help: enough for lists and completion."""
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself, for a run."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found and command(str(name)), rest


def command(name: str) -> Any:
    """A command by name, imported."""
    module = import_module("lotmark.commands." + ("import_" if name == "import" else name))
    found = typer.main.get_command(module.app)
    found.name = name
    return found


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def lotmark() -> None:
    """Put the life of products on a chain, and give everyone along it a page they can check.

    Begin with [bold]lotmark demo[/bold]. Exit codes: 0 done, 1 refused or something found,
    2 wrong input, 3 not available now, 4 the chain contradicts itself.
    """


def main() -> None:
    """Runs the command. The one place where errors become words and exit codes."""
    try:
        app(prog_name="lotmark")
    except LotmarkError as error:
        complain(error)
        sys.exit(exit_code(error))
    except (OSError, OverflowError, UnicodeError) as error:
        mended = InvalidInput(_in_words(error))
        complain(mended)
        sys.exit(exit_code(mended))


def _in_words(error: Exception) -> str:
    """What a file or number that was named is not, where no command says it better."""
    if isinstance(error, OSError):
        named = f"{error.filename2 or error.filename}: " if error.filename else ""
        return named + (error.strerror or str(error))
    if isinstance(error, OverflowError):
        return "a number is too large"
    return f"a file or text is not UTF-8: {error}"
