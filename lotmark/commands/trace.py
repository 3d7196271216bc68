"""`lotmark trace`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from indexer.queries.trace import Direction, Trace, TraceEdge
from indexer.queries.trace import trace as follow
from ledger.errors import NotFound
from ledger.gs1 import uri_of
from ledger.vocabulary import Id, key_of
from lotmark.answers import answer, plain
from lotmark.codes import CodeArgument, item_of
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.reading import Books, opened
from lotmark.tables import amount, thing

app = typer.Typer()


@app.command()
def trace(
    code: CodeArgument,
    direction: Annotated[
        str, typer.Option(help="up: what it was made of; down: what was made of it; or both.")
    ] = "both",
    limit: Annotated[int, typer.Option(min=1, help="At most so many lots and units.")] = 1000,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show where a lot or unit came from and went.

    Example: [bold]lotmark trace 09521404000102/SALAD-260301-A --direction up[/bold]
    """
    wanted = _direction(direction)
    item = item_of(code).id
    with opened(settings_for(data)) as books:
        graph = follow(books.mirror, item, wanted, limit)
        if not any(node.recorded for node in graph.nodes) and not graph.edges:
            raise NotFound(f"nothing is known of {code}", code=code)
        answer(_value(graph, item), lambda console: _show(console, books, graph, item, wanted))


def _direction(text: str) -> Direction:
    match text:
        case "up" | "down" | "both":
            return text
    raise typer.BadParameter("up, down or both", param_hint="--direction")


def _uri(packed: Id) -> str:
    return uri_of(key_of(packed))


def _value(graph: Trace, item: Id) -> dict[str, Any]:
    return {
        "item": _uri(item),
        "truncated": graph.truncated,
        "nodes": [plain(node) | {"item": _uri(node.item)} for node in graph.nodes],
        "edges": [
            plain(edge) | {"source": _uri(edge.source), "target": _uri(edge.target)}
            for edge in graph.edges
        ],
    }


def _show(console: Console, books: Books, graph: Trace, item: Id, direction: Direction) -> None:
    for way, title in (("up", "made of"), ("down", "went into")):
        if direction in (way, "both"):
            tree = Tree(f"[bold]{escape(thing(books.names, item))}[/bold] {title}")
            _grow(tree, books, graph, item, (item,), up=way == "up")
            console.print(tree)
    if graph.truncated:
        console.print("there is more: raise --limit")


def _grow(
    tree: Tree, books: Books, graph: Trace, item: Id, path: tuple[Id, ...], *, up: bool
) -> None:
    edges = [edge for edge in graph.edges if (edge.target if up else edge.source) == item]
    if not edges and len(path) == 1:
        tree.add("[dim]nothing on record[/dim]")
    for edge in edges:
        far = edge.source if up else edge.target
        branch = tree.add(_label(books, edge, far, up=up))
        if far in path:
            branch.add("[dim]which is above: statements go in a circle[/dim]")
        else:
            _grow(branch, books, graph, far, (*path, far), up=up)


def _label(books: Books, edge: TraceEdge, far: Id, *, up: bool) -> str:
    number = edge.amount_in if up else edge.amount_out
    much = f", {amount(books.names, far, number)}" if number else ""
    who = str(books.names.party(edge.org).name)
    told = f"block {edge.block}" if edge.fact else "only stated"
    return escape(f"{thing(books.names, far)}{much} ({who}, {told})")
