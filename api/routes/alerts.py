"""The inbox of conflicts: for makers theirs, for auditors all."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from sqlalchemy import Connection
from starlette.responses import Response

from api.dependencies import Called, ReaderKey, Viewed, WriterKey
from api.recalls.answering import answered_once
from api.routes.scans import SEEN_PROBLEMS
from api.routes.shared import (
    READ_PROBLEMS,
    WRITE_PROBLEMS,
    After,
    Limit,
    cursor_parts,
    number_in,
    router,
)
from api.scans.sight import maker_filter
from api.schemas import staff_scans as answers
from api.schemas.common import Entries
from insights.conflicts import CURRENT, RULES
from records.scans import alerts as inbox
from records.scans.alerts import Concluded

routes = router("alerts")
Number = Annotated[int, Path(ge=1, lt=2**53, description="The alert's number.")]
KindQuery = Annotated[Literal["unit", "lot", "device"] | None, Query()]
LevelQuery = Annotated[Literal["watch", "conflict"] | None, Query()]
OutcomeQuery = Annotated[
    Literal["open", "confirmed", "false_alarm", "unclear"] | None,
    Query(description="`open`: nobody has decided."),
]
VersionQuery = Annotated[str | None, Query(max_length=16, description="Version of the rules.")]


@routes.get("/alerts", responses=SEEN_PROBLEMS)
def list_alerts(
    view: Viewed,
    key: ReaderKey,
    kind: KindQuery = None,
    level: LevelQuery = None,
    outcome: OutcomeQuery = None,
    rules: VersionQuery = None,
    after: After = None,
    limit: Limit = 50,
) -> Entries[answers.Alert]:
    """Alerts, the newest first."""
    start = cursor_parts(after, 1)
    found = inbox.alerts(
        view.records,
        maker=maker_filter(view.mirror, key.org),
        kind=kind,
        level=level,
        outcome=outcome,
        rules=rules,
        before=number_in(start[0]) if start else None,
        limit=limit,
    )
    following = found[-1].id.to_bytes(7, "big").hex() if len(found) == limit else None
    return Entries(entries=[answers.alert(each, view) for each in found], next=following)


@routes.get("/alerts/precision", responses=SEEN_PROBLEMS)
def read_precision(view: Viewed, key: ReaderKey) -> list[answers.PrecisionAnswer]:
    """How often each rule of each version was right, among the alerts that you may see."""
    found = inbox.precision(view.records, maker_filter(view.mirror, key.org))
    return [answers.precision(each) for each in found]


@routes.get("/alerts/rules", responses=READ_PROBLEMS)
def read_rules() -> list[answers.RulesAnswer]:
    """Every version of the rules, with each threshold and where it comes from."""
    return [
        answers.RulesAnswer(
            version=version,
            current=version == CURRENT.version,
            thresholds=[answers.Threshold.model_validate(each) for each in rules.thresholds()],
        )
        for version, rules in RULES.items()
    ]


@routes.get("/alerts/{number}", responses=SEEN_PROBLEMS)
def read_alert(number: Number, view: Viewed, key: ReaderKey) -> answers.AlertWithHistory:
    """An alert, and all that was found out about it."""
    found = inbox.alert(view.records, number, maker_filter(view.mirror, key.org))
    return answers.alert_with_history(found, inbox.outcomes(view.records, number), view)


@routes.post(
    "/alerts/{number}/outcomes",
    responses=WRITE_PROBLEMS | SEEN_PROBLEMS,
    response_model=answers.AlertWithHistory,
)
def conclude(
    number: Number, body: answers.NewOutcome, view: Viewed, caller: Called, key: WriterKey
) -> Response:
    """Says what came of an alert. An earlier outcome stays in the history."""

    def do(records: Connection) -> answers.AlertWithHistory:
        inbox.alert(records, number, maker_filter(view.mirror, key.org))
        now = view.services.now()
        concluded = Concluded(body.outcome, body.note, key.org, key.id, now)
        found = inbox.conclude(records, number, concluded)
        return answers.alert_with_history(found, inbox.outcomes(records, number), view)

    return answered_once(view, caller, do)
