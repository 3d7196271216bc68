"""One request for compensation, from what it asks for to what is submitted: all or nothing."""

from __future__ import annotations

from api.acceptance import Acceptance, accepting
from api.dependencies import Caller
from api.recalls.compensating import Gift, Terms, gift, give, judge
from api.recalls.reaching import reach_of
from api.rendering import json_bytes
from api.schemas.recalls import CompensationAnswer
from api.services import Services
from indexer.queries.reach import Recall, recalled_of
from ledger.errors import ActRefused
from ledger.history import Programme
from ledger.refusals import refuse
from records import request_answers


def compensate_once(
    services: Services, caller: Caller, found: Recall, terms: Terms, *, dry_run: bool
) -> str:
    """What is given for a recall, as JSON; a repeated request hears the same and gives nothing.

    Raises:
        ActRefused: the rules say no already; not in a dry run, whose answer names the rule.
        IdempotencyKeyReused: the key was used for another request.
    """
    key = (caller.org, caller.idempotency_key, caller.request_hash)
    with accepting(services, *key) as acceptance:
        known = request_answers.find(acceptance.records, *key)
        if known is not None:
            return known
        answer = _compensate(acceptance, found, terms, dry_run=dry_run)
        text = json_bytes(answer.model_dump(mode="json")).decode()
        request_answers.put(acceptance.records, *key, text, services.now())
        return text


def _compensate(
    acceptance: Acceptance, found: Recall, terms: Terms, *, dry_run: bool
) -> CompensationAnswer:
    programme = _own(acceptance, terms)
    reached = reach_of(acceptance.mirror, acceptance.records, found.item)
    recalled = recalled_of(acceptance.mirror, [each.item for each in reached.affected])
    due = gift(acceptance.records, acceptance.state, reached, recalled, terms)
    left, refusal = programme.budget - programme.issued, None
    if dry_run:
        refusal = _foretold(acceptance, due, terms)
    else:
        judge(acceptance, due, terms)
        give(acceptance, due, terms)
    return CompensationAnswer(
        dry_run=dry_run,
        programme=terms.programme,
        units=due.unit_count,
        lines=len(due.lines),
        points=due.points(terms),
        left_in_budget=left,
        not_recalled=due.not_recalled,
        given=due.given,
        refusal=refusal,
        operations=[] if dry_run else [each.id for each in acceptance.accepted],
    )


def _own(acceptance: Acceptance, terms: Terms) -> Programme:
    known = acceptance.state.programmes.get(terms.programme)
    if known is None:
        raise refuse("ProgrammeUnknown", programme=terms.programme)
    if known.org != terms.org:
        raise refuse("NotTheProgrammeOwner", programme=terms.programme, org=terms.org)
    return known


def _foretold(acceptance: Acceptance, due: Gift, terms: Terms) -> str | None:
    """The rule that would refuse it."""
    try:
        judge(acceptance, due, terms)
    except ActRefused as refused:
        return refused.code
    return None
