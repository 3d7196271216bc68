"""Statements: nothing is checked but that something is said of something."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger.refusals import refuse
from ledger.rules.act import Act
from ledger.vocabulary import (
    MAX_AMOUNT,
    DocumentHash,
)


def observe(act: Act, command: c.Observe) -> None:
    if not any(command.subject) or not any(command.statement):
        raise refuse("StatementInvalid", subject=command.subject, statement=command.statement)
    if command.amount > MAX_AMOUNT:
        raise refuse("AmountInvalid", item=command.subject, amount=command.amount)
    act.emit(
        e.StatementMade(
            command.subject, command.statement, act.org, command.part, command.action,
            command.step, command.disposition, command.amount, command.occurred_at,
            command.place, command.counterparty,
        )
    )  # fmt: skip


def correct(act: Act, command: c.CorrectStatement) -> None:
    if not any(command.statement):
        raise refuse("StatementInvalid", subject=command.by, statement=command.statement)
    act.emit(e.StatementCorrected(command.statement, act.org, DocumentHash(command.by)))


def correct_fact(act: Act, command: c.CorrectFact) -> None:
    """The contract knows only how many facts there are; whose they are is known here."""
    if act.state.who_recorded(command.fact) is None:
        raise refuse("FactUnknown", fact=command.fact)
    act.emit(e.FactCorrected(command.fact, act.org, command.document))
