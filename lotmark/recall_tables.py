"""How recalls look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from lotmark.tables import rows, table


def show_recalls(console: Console, told: list[dict[str, Any]]) -> None:
    """What is recalled now."""
    shown = table("recalled", "by", "since")
    console.print(rows(shown, [(_thing(n["item"]), n["by"]["name"], n["since"]) for n in told]))


def show_reach(console: Console, told: Mapping[str, Any]) -> None:
    """How far a recall reaches."""
    totals, buyers = told["totals"], told["buyers"]
    said = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in totals.items())
    console.print(said, markup=False)
    console.print(
        f"members: {buyers['consenting']} may be told, {buyers['not_consenting']} may not; "
        f"{buyers['strangers']} strangers claimed, {buyers['without_card']} receipts without card",
        markup=False,
    )
    affected = table("item", ">steps", "known by", "recalled")
    for each in told["affected"]:
        known = "facts" if each["by_facts"] else "statements"
        word = "yes" if each["recalled"] else "no"
        rows(affected, [(_thing(each["item"]), each["steps"], known, word)])
    held = table("still at", "item", ">amount", "where")
    for each in told["holders"]:
        cells = (each["organisation"]["name"], _thing(each["item"]), each["amount"], each["where"])
        rows(held, [cells])
    sold = table("sold by", "item", ">by amount", ">by units")
    for each in told["sold"]:
        amounts = (each["by_amount"], each["by_units"])
        rows(sold, [(each["organisation"]["name"], _thing(each["item"]), *amounts)])
    for shown in (affected, held, sold):
        if shown.row_count:
            console.print(shown)


def show_notices(console: Console, told: Mapping[str, Any]) -> None:
    """How far it is with the notices of a recall."""
    progress = told["progress"]
    shown = table("told", ">notices", ">acknowledged", ">overdue")
    for who in ("members", "organisations"):
        counted = (progress[who], progress[f"{who}_acknowledged"], progress[f"{who}_overdue"])
        rows(shown, [(who, *counted)])
    console.print(shown)


def show_gift(console: Console, told: Mapping[str, Any]) -> None:
    """What is given because of a recall."""
    would = "would be given" if told["dry_run"] else "are given"
    console.print(
        f"{told['points']} points {would}: for {told['units']} units and {told['lines']} lines of "
        f"receipts; {told['given']} had theirs before, {told['not_recalled']} units are of lots "
        f"that are not recalled by name",
        markup=False,
    )
    if told["refusal"]:
        console.print(f"it would be refused: {told['refusal']}", markup=False)


def _thing(item: Mapping[str, Any]) -> str:
    parts = (item["gtin"], item["lot"] or item["serial"])
    return "/".join(part for part in parts if part)
