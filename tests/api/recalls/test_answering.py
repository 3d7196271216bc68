"""What is asked for twice at once is done once, and both hear the same."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from pydantic import BaseModel

from api.dependencies import Caller
from api.recalls.answering import answered_once
from ledger.settings import load
from records import accounts
from records.engine import open_records, writing

OTHERS = 4


class Done(BaseModel):
    times: int


@pytest.mark.postgres
def test_requests_with_one_key_at_once_are_done_once(postgres_url):
    records = open_records(load(records_url=postgres_url))
    with writing(records) as connection:
        accounts.add(connection, 1, "9521234000006", "Farm", now=1)
    view = SimpleNamespace(services=SimpleNamespace(records=records, now=lambda: 1))
    all_here, done = threading.Barrier(OTHERS), []

    def do(_) -> Done:
        done.append(1)
        threading.Event().wait(0.2)  # so that the others come meanwhile
        return Done(times=len(done))

    def ask(_: int) -> int:
        all_here.wait()
        answer = answered_once(view, Caller(1, "one key", b"h" * 32), do)
        return json.loads(answer.body)["times"]

    with ThreadPoolExecutor(OTHERS) as pool:
        answers = set(pool.map(ask, range(OTHERS)))
    assert (answers, len(done)) == ({1}, 1)
    records.dispose()
