"""`lotmark scans alerts`, `outcome`, `judge`, `replay`, `rules` and `simulate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from api.conflict_words import conflict_in_words
from api.scans.facts import Books
from api.scans.judging import alert_of, histories, judge_kept, look_for_conflicts
from api.schemas import staff_scans as answers
from insights.conflicts import CURRENT, RULES, Conflict, Rules
from insights.conflicts.replay import differences
from insights.simulation import FAMILIES, simulate
from ledger.errors import InvalidInput
from ledger.settings import Settings
from ledger.vocabulary import Kind, text_of
from lotmark.acting import organisation
from lotmark.answers import answer
from lotmark.bars import bar
from lotmark.codes import item_of
from lotmark.installation import services_of
from lotmark.options import DataOption, JsonOption, settings_for
from lotmark.tables import rows, table
from lotmark.viewing import viewed
from records.engine import writing
from records.scans import alerts as inbox
from records.scans.alerts import Concluded

RulesOption = Annotated[str, typer.Option("--rules", metavar="VERSION", help="See `scans rules`.")]
_COMMAND_LINE = "command line"


def join(app: typer.Typer) -> None:
    """Adds these commands to `lotmark scans`."""
    for name, command in (
        ("alerts", alerts),
        ("alert", alert),
        ("outcome", outcome),
        ("precision", precision),
        ("judge", judge),
        ("replay", replay),
        ("rules", rules),
        ("simulate", simulated),
    ):
        app.command(name=name)(command)


def alerts(
    org: Annotated[
        str | None, typer.Option("--org", metavar="GLN", help="As this maker sees them.")
    ] = None,
    outcome: Annotated[
        Literal["open", "confirmed", "false_alarm", "unclear"] | None,
        typer.Option(help="Only these; open ones are decided by nobody."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List conflicts, the newest first.

    Example: [bold]lotmark scans alerts --outcome open[/bold]
    """
    with viewed(settings_for(data)) as view:
        maker = organisation(view.services, org) if org else None
        found = inbox.alerts(view.records, maker=maker, outcome=outcome, limit=limit)
        told = [answers.alert(each, view).model_dump(mode="json") for each in found]
    answer({"alerts": told}, lambda console: _show_alerts(console, told))


def alert(
    number: Annotated[int, typer.Argument(min=1, help="The alert's number.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a conflict and what was found out about it.

    Example: [bold]lotmark scans alert 3[/bold]
    """
    with viewed(settings_for(data)) as view:
        found = inbox.alert(view.records, number)
        history = inbox.outcomes(view.records, number)
        told = answers.alert_with_history(found, history, view).model_dump(mode="json")
    answer(told, lambda console: _show_alert(console, told))


def outcome(
    number: Annotated[int, typer.Argument(min=1, help="The alert's number.")],
    word: Annotated[
        Literal["confirmed", "false_alarm", "unclear"], typer.Argument(metavar="OUTCOME")
    ],
    org: Annotated[str, typer.Option("--org", metavar="GLN", help="Who found it out.")],
    note: Annotated[str, typer.Option(help="Why.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what came of a conflict. Earlier outcomes stay in its history.

    Example: [bold]lotmark scans outcome 3 confirmed --org 9521401000006 --note "seen"[/bold]
    """
    with services_of(settings_for(data)) as services:
        who = organisation(services, org)
        concluded = Concluded(word, note, who, _COMMAND_LINE, services.now())
        with writing(services.records) as records:
            inbox.conclude(records, number, concluded)
    answer({"alert": number, "outcome": word}, lambda console: console.print(f"{number}: {word}"))


def precision(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show how often each rule of each version was right.

    Example: [bold]lotmark scans precision[/bold]
    """
    with viewed(settings_for(data)) as view:
        found = inbox.precision(view.records)
        told = [answers.precision(each).model_dump(mode="json") for each in found]
    answer({"precision": told}, lambda console: _show_precision(console, told))


def judge(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="A unit: judge it alone, and only tell.")
    ] = None,
    version: RulesOption = CURRENT.version,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look for conflicts in all that is new; otherwise this is done every few seconds.

    With a unit, tell what the rules say of it and which scans that rests on; nothing is written.

    Example: [bold]lotmark scans judge /01/09521404000102/21/7K3M9QX2HB4C5D6E7F8G[/bold]
    """
    chosen = _rules(version)
    if code is not None:
        _judge_one(settings_for(data), code, chosen)
        return
    with services_of(settings_for(data)) as services:
        did = look_for_conflicts(services, chosen)
    answer({"judged": did}, lambda console: console.print(did or "nothing is new"))


def _judge_one(settings: Settings, code: str, chosen: Rules) -> None:
    key = item_of(code)
    if key.kind is not Kind.UNIT:
        raise InvalidInput(f"{code!r} names no unit", field="code", value=code)
    with viewed(settings) as view:
        conflict = judge_kept(Books(view.mirror, view.records), key.id, chosen).conflict
        reasons = alert_of(key.id, "unit", conflict, frozenset()).reasons if conflict else ()
        said = [{**each, "text": conflict_in_words(each, view.language)} for each in reasons]
    told = {
        "unit": str(key),
        "rules": chosen.version,
        "level": conflict.level if conflict else None,
        "public": conflict is not None and conflict.public,
        "reasons": said,
    }
    answer(told, lambda console: _show_judged(console, told))


def replay(
    version: RulesOption = CURRENT.version,
    before: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION", help="Compare with these; else those in force, or the first."
        ),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge all scans that are kept under other rules, and tell what would change.

    Nothing is written.

    Example: [bold]lotmark scans replay --rules 2 --before 1[/bold]
    """
    other = next(iter(RULES)) if version == CURRENT.version else CURRENT.version
    new, old = _rules(version), _rules(before or other)
    with services_of(settings_for(data)) as services, bar(None, "units") as (progress, task):
        units = 0

        def counted() -> Iterator[Any]:
            nonlocal units
            for each in histories(services):
                units += 1
                progress.advance(task)
                yield each

        changed = [
            {
                "unit": text_of(each.unit),
                "before": _fired(each.before),
                "after": _fired(each.after),
            }
            for each in differences(counted(), old, new)
        ]
    told = {"before": old.version, "after": new.version, "units": units, "changed": changed}
    answer(told, lambda console: _show_changes(console, told))


def rules(
    version: RulesOption = CURRENT.version, data: DataOption = None, as_json: JsonOption = False
) -> None:
    """Show the thresholds of a version of the rules, and where they come from.

    Example: [bold]lotmark scans rules --rules 1[/bold]
    """
    del data  # rules are the same for every installation
    chosen = _rules(version)
    told = {
        "version": chosen.version,
        "current": chosen == CURRENT,
        "versions": list(RULES),
        "thresholds": chosen.thresholds(),
    }
    answer(told, lambda console: _show_rules(console, told))


def simulated(
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same answer.")] = 7,
    genuine: Annotated[int, typer.Option(min=1, help="Genuine units a way of scanning.")] = 2000,
    families: Annotated[int, typer.Option(min=1, help="Families of copies of each size.")] = 100,
    version: RulesOption = CURRENT.version,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Simulate shoppers and copied codes, and tell what the rules find and whom they accuse.

    Example: [bold]lotmark scans simulate --seed 7 --genuine 20000 --families 600[/bold]
    """
    del data  # nothing of an installation enters
    total = 2 * genuine + len(FAMILIES) * families
    with bar(total, "units") as (progress, task):
        found = simulate(
            seed, genuine, families, _rules(version), done=lambda n: progress.advance(task, n)
        )
    told = {"seed": found.seed, "rules": found.rules, "rates": found.rows()}
    answer(told, lambda console: _show_rates(console, told))


def _rules(version: str) -> Rules:
    found = RULES.get(version)
    if found is None:
        said = f"there are no rules {version!r}: {', '.join(RULES)}"
        raise InvalidInput(said, field="rules", value=version)
    return found


def _fired(conflict: Conflict | None) -> dict[str, Any] | None:
    if conflict is None:
        return None
    fired = [each.rule for each in conflict.reasons]
    return {"level": conflict.level, "public": conflict.public, "rules": fired}


def _show_alerts(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table(">alert", "opened (UTC)", "what", "level", "rules", "why", "outcome")
    for each in told:
        when = each["opened"][:16].replace("T", " ")
        why = "\n".join(reason["text"] for reason in each["reasons"])
        cells = (each["id"], when, _subject(each), each["level"], each["rules"], why)
        rows(shown, [(*cells, each["outcome"] or "open")])
    console.print(shown)


def _subject(told: dict[str, Any]) -> str:
    subject = told["subject"]
    if subject is None:
        return "a device"
    return f"{told['kind']} {subject['gtin']} {subject['serial'] or subject['lot'] or ''}"


def _show_alert(console: Console, told: dict[str, Any]) -> None:
    _show_alerts(console, [told])
    for each in told["outcomes"]:
        who = each["organisation"]["name"] if each["organisation"] else each["by"]
        console.print(f"{each['time'][:16]} {who}: {each['outcome']} {each['note']}", markup=False)


def _show_judged(console: Console, told: dict[str, Any]) -> None:
    public = ", public" if told["public"] else ""
    level = told["level"] or "nothing conflicts"
    console.print(f"{told['unit']}: {level}{public}", markup=False)
    shown = table("rule", ">score", "what was seen", "scans")
    for each in told["reasons"]:
        scans = ", ".join(map(str, each["scans"]))
        rows(shown, [(each["rule"], each["score"], each["text"], scans)])
    if shown.row_count:
        console.print(shown)


def _show_precision(console: Console, told: list[dict[str, Any]]) -> None:
    shown = table("rule", "rules", ">alerts", ">confirmed", ">false alarm", ">unclear", ">right")
    for each in told:
        right = "" if each["precision"] is None else f"{100 * each['precision']:.0f} %"
        counts = (each["alerts"], each["confirmed"], each["false_alarm"], each["unclear"])
        rows(shown, [(each["rule"], each["rules"], *counts, right)])
    console.print(shown)


def _show_changes(console: Console, told: dict[str, Any]) -> None:
    console.print(
        f"{told['units']} units, {len(told['changed'])} judged differently by rules "
        f"{told['after']} than by rules {told['before']}"
    )
    shown = table("unit", "before", "after")
    for each in told["changed"]:
        rows(shown, [(each["unit"], _in_short(each["before"]), _in_short(each["after"]))])
    if shown.row_count:
        console.print(shown)


def _in_short(judged: dict[str, Any] | None) -> str:
    return f"{judged['level']}: {', '.join(judged['rules'])}" if judged else "nothing"


def _show_rules(console: Console, told: dict[str, Any]) -> None:
    shown = table("threshold", ">value", "unit", "source", title=f"rules {told['version']}")
    rows(shown, [(t["name"], t["value"], t["unit"], t["source"]) for t in told["thresholds"]])
    console.print(shown)


def _show_rates(console: Console, told: dict[str, Any]) -> None:
    shown = table("units", "", ">number", ">watch %", ">conflict %", ">public %")
    for each in told["rates"]:
        shares = (each["watch_percent"], each["conflict_percent"], each["public_percent"])
        rows(shown, [(each["kind"], each["name"], each["units"], *shares)])
    console.print(shown)
