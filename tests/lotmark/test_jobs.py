"""Jobs run when they are due; one that fails holds up no other."""

from __future__ import annotations

import logging

import pytest

from ledger.errors import ChainContradiction, NodeUnavailable
from lotmark.jobs import JOBS, Job, Schedule, run


def test_each_job_has_a_name_of_its_own_and_a_time():
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.seconds > 0 for job in JOBS)


def test_a_job_runs_at_once_and_then_when_it_is_due():
    ran = []
    schedule = Schedule(
        [Job("a", 10, lambda _: ran.append("a")), Job("b", 3, lambda _: ran.append("b"))]
    )
    for at in (0.0, 1.0, 3.0, 9.0, 10.0):
        schedule.run_due(None, at)
    assert ran == ["a", "b", "b", "b", "a"]


def test_a_job_that_fails_is_told_and_holds_up_no_other(caplog):
    def fails(_):
        raise NodeUnavailable("the node does not answer")

    ran = []
    schedule = Schedule([Job("fails", 1, fails), Job("works", 1, ran.append)])
    with caplog.at_level(logging.INFO, "lotmark.jobs"):
        schedule.run_due(None, 0.0)
        schedule.run_due(None, 1.0)
    assert ran == [None, None]
    assert caplog.messages == ["fails: the node does not answer"] * 2


def test_what_a_job_did_is_logged(caplog):
    with caplog.at_level(logging.INFO, "lotmark.jobs"):
        assert run(Job("counts", 1, lambda _: "3 of them"), None)
        assert run(Job("idles", 1, lambda _: None), None)
    assert caplog.messages == ["counts: 3 of them"]


def test_a_contradiction_of_the_chain_stops_everything():
    def contradicts(_):
        raise ChainContradiction("two truths")

    with pytest.raises(ChainContradiction):
        run(Job("contradicts", 1, contradicts), None)
