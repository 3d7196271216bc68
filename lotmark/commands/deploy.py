"""`lotmark deploy`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from ledger.chain.deployment import to_json
from lotmark.answers import answer
from lotmark.deploying import address_of
from lotmark.deploying import deploy as deploy_contracts
from lotmark.options import DataOption, JsonOption, settings_for

app = typer.Typer()


@app.command()
def deploy(
    key: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Deployer and governor, with a keystore in the data folder's keys/. "
            "On development chains a well-known key serves without.",
        ),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put the contracts on the chain, unless they stand there.

    Address, block and code hash go to deployment.json in the data folder. A second run checks
    that the contracts are still there and changes nothing. LOTMARK_RPC_URL names a node other
    than the embedded chain.

    Example: [bold]lotmark deploy --data ./trial[/bold]
    """
    settings = settings_for(data)
    made, fresh = deploy_contracts(settings, address_of(key) if key else None)

    def show(console: Console) -> None:
        console.print("deployed" if fresh else "the contracts stand already")
        for name, contract in made.contracts.items():
            console.print(f"  {name:<14} 0x{contract.address.hex()}  block {contract.block}")

    answer({"deployed": fresh, "file": str(settings.deployment_path), **to_json(made)}, show)
