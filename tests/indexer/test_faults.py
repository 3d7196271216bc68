"""Whatever a node gets wrong, no wrong row is written, and what can heal heals."""

import json
import random

import pytest

from indexer.books import cursor
from indexer.sync import Indexer
from ledger.errors import JournalBroken, NodeUnavailable, Unavailable, UnknownLog
from tests.indexer.conftest import digests
from tests.indexer.fault_proxy import Unfit, fault_proxy

pytestmark = pytest.mark.chain
# What is not written does not depend on where it is not written to.
on_one_kind = pytest.mark.parametrize("mirror_url", ["sqlite"], indirect=True)
STOPS = (JournalBroken, Unavailable, UnknownLog)


@pytest.fixture
def proxy(node):
    with fault_proxy(node.port) as proxy:
        yield proxy


@pytest.fixture
def behind(living, proxy, mirror):
    """An indexer that sees the chain through the proxy."""
    with Indexer(proxy.url, living.deployment, mirror, finality=200) as indexer:
        yield indexer


# --- what a node may get wrong ---


def on_logs(edit, wanted=1):
    def fault(calls, answers):
        asked = {call["id"] for call in calls if call["method"] == "eth_getLogs"}
        for answer in answers:
            if answer["id"] in asked and len(answer.get("result") or ()) >= wanted:
                answer["result"] = edit(answer["result"])
                return answers
        raise Unfit

    return fault


def on_one_log(**changes):
    def edit(logs):
        log = logs[len(logs) // 2]
        for name, change in changes.items():
            log[name] = change(log[name])
        return logs

    return on_logs(edit)


def on_header(edit, at=-1):
    def fault(calls, answers):
        if all(call["method"] != "eth_getLogs" for call in calls):
            raise Unfit  # the fingerprint: without one of its blocks it is another chain
        headers = [a for a in answers if isinstance(a.get("result"), dict)]
        if len(headers) < 3:
            raise Unfit
        headers[at]["result"] = edit(headers[at]["result"])
        return answers

    return fault


def on_slot(edit):
    def fault(calls, answers):
        by_id = {answer["id"]: answer for answer in answers}
        slots = [by_id[c["id"]] for c in calls if c["method"] == "eth_getStorageAt"]
        if not slots:
            raise Unfit
        edit(slots[-1])
        return answers

    return fault


def flipped(text):
    digit = "1" if text[-1] != "1" else "2"
    return text[:-1] + digit


def without_a_block(logs):
    gone = logs[len(logs) // 2]["blockNumber"]
    return [log for log in logs if log["blockNumber"] != gone]


def cut(_, answers):
    return json.dumps(answers).encode()[:-20]


def cut_short(_, answers):
    raw = json.dumps(answers).encode()
    return raw[: len(raw) // 2], len(raw)


def nested(*_):
    return b'[{"error":' + b"[" * 100_000 + b"]" * 100_000 + b"}]"


FAULTS = {
    "a log dropped": on_logs(lambda logs: logs[: len(logs) // 2] + logs[len(logs) // 2 + 1 :], 3),
    "the last log dropped": on_logs(lambda logs: logs[:-1]),
    "the first log dropped": on_logs(lambda logs: logs[1:]),
    "a block's logs dropped": on_logs(without_a_block),
    "no logs": on_logs(lambda _: []),
    "logs null": on_logs(lambda _: None),
    "two logs swapped": on_logs(lambda logs: [*logs[:-2], logs[-1], logs[-2]], 2),
    "a log invented": on_logs(lambda logs: [*logs, {**logs[-1], "logIndex": "0x7f"}]),
    "data flipped": on_one_log(data=flipped),
    "entry flipped": on_one_log(data=lambda data: "0x0" + flipped(data[3:5]) + data[5:]),
    "a topic flipped": on_one_log(topics=lambda topics: [*topics[:-1], flipped(topics[-1])]),
    "the event unknown": on_one_log(topics=lambda topics: [flipped(topics[0]), *topics[1:]]),
    "data too long": on_one_log(data=lambda data: data + "00" * 32),
    "data not hexadecimal": on_one_log(data=lambda data: data[:-1] + " "),
    "no topics": on_one_log(topics=lambda _: []),
    "another address": on_one_log(address=lambda _: "0x" + "11" * 20),
    "another block's hash": on_one_log(blockHash=flipped),
    "another block's number": on_one_log(blockNumber=lambda it: hex(int(it, 16) + 1)),
    "removed": on_one_log(removed=lambda _: True),
    "a number with leading zeros": on_one_log(logIndex=lambda it: "0x0" + it[2:]),
    "a number with an underscore": on_one_log(logIndex=lambda it: it + "_0"),
    "a hash too short": on_one_log(transactionHash=lambda it: it[:-2]),
    "the last header missing": on_header(lambda _: None),
    "a header missing": on_header(lambda _: None, at=1),
    "a parent flipped": on_header(lambda it: {**it, "parentHash": flipped(it["parentHash"])}, 1),
    "a hash flipped": on_header(lambda it: {**it, "hash": flipped(it["hash"])}),
    "a height wrong": on_header(lambda it: {**it, "number": hex(int(it["number"], 16) + 1)}),
    "the slot wrong": on_slot(lambda a: a.update(result=flipped(a["result"]))),
    "the slot without state": on_slot(lambda a: a.update(result=None, error={"code": -1})),
    "the slot as a number": on_slot(lambda a: a.update(result="0x1")),
    "an answer missing": lambda _, answers: answers[1:],
    "an answer twice": lambda _, answers: [*answers, answers[0]],
    "an id wrong": lambda _, answers: [{**answers[0], "id": 9_999}, *answers[1:]],
    "an error inside": lambda _, a: [{"id": a[0]["id"], "error": {"code": -32000}}, *a[1:]],
    "the batch refused": lambda *_: {"jsonrpc": "2.0", "id": None, "error": {"code": -32600}},
    "an empty batch": lambda *_: [],
    "no JSON": lambda *_: b"<html>busy</html>",
    "not even text": lambda *_: b"\xff\xfe[\x00]",
    "JSON cut": cut,
    "the body cut": cut_short,
    "deep nesting": nested,
    "status 500": lambda *_: 500,
    "status 429": lambda *_: 429,
    "connection closed": lambda *_: None,
}  # fmt: skip
HARMLESS = {
    "answers in another order": lambda _, answers: answers[::-1],
    "logs twice and equal": on_logs(lambda logs: [logs[0], *logs]),
    "fields that nobody knows": on_one_log(address=lambda it: it.upper().replace("X", "x")),
}


def step_until_done(indexer, most=60):
    """Steps on as `run` would, without its pauses."""
    for _ in range(most):
        try:
            if not indexer.step():
                return
        except STOPS:
            continue
    raise AssertionError("it never got there")


@on_one_kind
def test_faults_that_pass_leave_no_trace(living, proxy, behind, mirror, rebuilt):
    living.live(4, acts=2)
    behind.catch_up()
    for name, fault in (FAULTS | HARMLESS).items():
        living.live(3, acts=2)
        proxy.spoil(fault, times=3)
        step_until_done(behind)
        assert proxy.fired, name
    assert digests(mirror) == rebuilt()


@on_one_kind
def test_faults_that_stay_stop_it_before_a_wrong_row(living, proxy, behind, mirror, rebuilt):
    living.live(3, acts=2)
    behind.catch_up()
    stopped = set()
    for name, fault in FAULTS.items():
        living.live(3, acts=2)
        before = digests(mirror)
        proxy.spoil(fault, times=10**9)
        outcomes = [stops(behind) for _ in range(2)]
        if all(outcomes):
            stopped.add(name)
            assert digests(mirror) == before, name
        assert proxy.fired, name
        proxy.heal()
        step_until_done(behind)
    assert digests(mirror) == rebuilt()
    assert stopped >= {"no JSON", "the slot wrong", "the last header missing", "status 500"}


def stops(indexer):
    try:
        indexer.step()
    except STOPS:
        return True
    return False


def test_the_missing_event_is_named(living, proxy, behind):
    living.live(3, acts=2)
    behind.catch_up()
    living.act(1, *[living._observe(1) for _ in range(5)])
    living.mine()

    def without_the_third(_, answers):
        for answer in answers:
            result = answer.get("result")
            if isinstance(result, list) and result and "topics" in result[0]:
                answer["result"] = result[:2] + result[3:]
            elif isinstance(result, list) and result and "logs" in result[0]:
                result[0]["logs"] = result[0]["logs"][:2] + result[0]["logs"][3:]
        return answers

    proxy.spoil(without_the_third, times=10**9)
    with pytest.raises(JournalBroken) as told:
        behind.catch_up()
    values = told.value.values
    assert (values["contract"], values["block"]) == ("ProductLedger", living.height)
    assert values["sequence"] == values["expected"] + 1
    assert str(values["expected"]) in told.value.message


def test_receipts_tell_what_a_broken_index_leaves_out(living, proxy, behind, mirror, rebuilt):
    living.live(3, acts=2)
    proxy.spoil(on_logs(lambda logs: logs[:-1]), times=10**9)
    step_until_done(behind)
    proxy.heal()
    assert digests(mirror) == rebuilt()


@pytest.mark.parametrize("seed", range(3))
def test_faults_and_reorganisations_together(living, proxy, behind, mirror, rebuilt, seed):
    choose = random.Random(seed)
    for _ in range(8):
        living.live(choose.randint(1, 4), acts=2)
        if choose.random() < 0.5:
            living.reorganise(choose.randint(1, 4))
            living.live(1)
        proxy.spoil(choose.choice(list(FAULTS.values())), times=choose.randint(1, 3))
        for _ in range(3):
            try:
                behind.step()
            except STOPS:
                continue
    proxy.heal()
    living.live(1)
    step_until_done(behind)
    assert digests(mirror) == rebuilt()


# --- nodes that forget ---


def forgetful(head):
    """A node that has the state of its newest blocks only."""

    def fault(calls, answers):
        by_id = {answer["id"]: answer for answer in answers}
        slots = {c["id"]: c["params"][2] for c in calls if c["method"] == "eth_getStorageAt"}
        old = [i for i, at in slots.items() if isinstance(at, str) and int(at, 16) < head]
        if not old:
            raise Unfit
        for call_id in old:
            by_id[call_id].update(result=None, error={"code": -32000})
        return answers

    return fault


def test_a_node_without_old_state_is_checked_at_its_head(living, proxy, mirror, rebuilt):
    living.live(30, acts=1)
    proxy.spoil(forgetful(living.height), times=10**9)
    with Indexer(proxy.url, living.deployment, mirror, finality=200) as indexer:
        indexer.step()
        assert stands(mirror).verified_block < stands(mirror).block < living.height
        indexer.catch_up()
    assert proxy.fired
    assert stands(mirror).verified_block == living.height
    assert digests(mirror) == rebuilt()


def test_without_old_state_the_filters_tell_of_missing_logs(living, proxy, mirror, rebuilt):
    living.live(30, acts=1)
    forgets, first = forgetful(living.height), []

    def fault(calls, answers):
        answers = forgets(calls, answers)
        logs = next(a["result"] for a in answers if isinstance(a.get("result"), list))
        if not first:  # the last blocks of the first range lose their logs
            first.extend(logs[-3:])
            last = {log["blockNumber"] for log in first}
            logs[:] = [log for log in logs if log["blockNumber"] not in last]
        return answers

    proxy.spoil(fault, times=10**9)
    with Indexer(proxy.url, living.deployment, mirror, finality=200) as indexer:
        with pytest.raises(NodeUnavailable, match="leaves out the logs"):
            indexer.step()
        indexer.catch_up()
    assert digests(mirror) == rebuilt()


def stands(mirror):
    with mirror.read() as connection:
        return cursor(connection)
