"""`lotmark governor`."""

from __future__ import annotations

import typer

from lotmark.answers import answer, plain
from lotmark.governing import AddressArgument, address_of, offices, tell
from lotmark.options import DataOption, JsonOption, settings_for

app = typer.Typer(no_args_is_help=True)


@app.callback()
def governor() -> None:
    """Hand over the office of the governor, in two steps."""


@app.command()
def show(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show who governs, and whether writes are paused.

    Example: [bold]lotmark governor show[/bold]
    """
    with offices(settings_for(data)) as held:
        who, paused = held.governor(), held.paused()
    told = f"governor {plain(who)}" + (", writes are paused" if paused else "")
    answer({"governor": who, "paused": paused}, lambda console: console.print(told, markup=False))


@app.command(name="new-key")
def new_key(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Make a key for who is to hold an office. It is kept among the signing keys.

    Example: [bold]lotmark governor new-key[/bold]
    """
    with offices(settings_for(data)) as held:
        made = held.keystore.make().address
    answer({"address": made}, lambda console: console.print(plain(made), markup=False))


@app.command()
def propose(address: AddressArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Propose another governor; nothing changes until it accepts.

    Example: [bold]lotmark governor propose 0x5a…[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.propose_governor(address_of(address)), "proposed")


@app.command()
def accept(address: AddressArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Accept the office, with the key of who was proposed, kept here.

    Example: [bold]lotmark governor accept 0x5a…[/bold]
    """
    with offices(settings_for(data)) as held:
        tell(held.accept_governor(address_of(address)), "accepted")
