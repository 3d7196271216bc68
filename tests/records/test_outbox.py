from __future__ import annotations

import threading

import pytest
from sqlalchemy import update

from ledger.commands import CommissionItem, Observe
from ledger.errors import IdempotencyKeyReused, InvalidInput, NotFound
from ledger.vocabulary import NOTHING, lot
from records import outbox
from records.engine import reading, writing
from records.outbox import State
from records.schema import outbox as table

ITEM = lot("09506000134352", "L-1").id
MAKE = CommissionItem(ITEM, 5, 0)
SAY = Observe(ITEM, bytes(31) + b"1", 1, 1, 7, 1, 5, 1_700_000_000, NOTHING, 0)
ASKED = bytes(range(32))


def submit(engine, org=1, key="k", asked=ASKED, **more):
    with writing(engine) as connection:
        return outbox.submit(connection, org, [SAY, MAKE], key, asked, now=5, **more)


def test_an_operation_comes_back_as_it_was_accepted(engine):
    made = submit(engine, fallback=[SAY], statement=bytes(31) + b"1")
    with reading(engine) as connection:
        assert outbox.get(connection, made.id) == made
        assert outbox.find(connection, 1, "k") == made
    assert made.state is State.ACCEPTED
    assert made.commands == (SAY, MAKE)
    assert made.fallback == (SAY,)
    assert (made.org, made.number, made.created, made.settled) == (1, 1, 5, None)
    assert made.refusal is None
    assert made.attention is None


def test_the_same_request_is_the_same_operation(engine):
    first = submit(engine)
    assert submit(engine) == first
    assert submit(engine, key="other").number == 2


def test_another_request_under_the_same_key_is_refused(engine):
    submit(engine)
    with pytest.raises(IdempotencyKeyReused):
        submit(engine, asked=bytes(32))


def test_keys_and_numbers_are_each_organisations_own(engine):
    one, two = submit(engine, org=1), submit(engine, org=2)
    assert one.id != two.id
    assert one.number == two.number == 1
    assert outbox.operation_id(1, "1\nk") != outbox.operation_id(11, "k")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "a\0b"])
def test_a_key_must_print(engine, key):
    with pytest.raises(InvalidInput) as caught:
        submit(engine, key=key)
    assert caught.value.field == "idempotency_key"


def test_no_command_or_no_hash_is_refused(engine):
    with writing(engine) as connection:
        with pytest.raises(InvalidInput):
            outbox.submit(connection, 1, [], "k", ASKED)
        with pytest.raises(InvalidInput):
            outbox.submit(connection, 1, [MAKE], "k", b"short")


def test_an_operation_counts_only_once_committed(engine):
    def fail():
        with writing(engine) as connection:
            outbox.submit(connection, 1, [MAKE], "k", ASKED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading(engine) as connection, pytest.raises(NotFound):
        outbox.get(connection, outbox.operation_id(1, "k"))
    assert submit(engine).number == 1


def test_a_request_repeated_by_many_at_once_is_one_operation(engine):
    found = []
    threads = [threading.Thread(target=lambda: found.append(submit(engine).id)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    with reading(engine) as connection:
        assert len(outbox.pending(connection)) == 1


def test_numbers_rise_without_repeats_under_load(engine):
    def many(name):
        for each in range(5):
            submit(engine, key=f"{name} {each}")

    threads = [threading.Thread(target=many, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        made = outbox.pending(connection, 1)
    assert [each.number for each in made] == list(range(1, 21))


def test_an_organisation_without_an_account_is_told(engine):
    with pytest.raises(NotFound):
        submit(engine, org=9)


def test_lists_and_counts(engine):
    made = [submit(engine, key=str(each)) for each in range(3)]
    settle(engine, made[0], state=State.FINAL)
    with reading(engine) as connection:
        assert outbox.pending(connection) == made[1:]
        assert outbox.pending(connection, 2) == []
        assert [each.seq for each in outbox.recent(connection, 1, limit=2)] == [3, 2]
        assert [each.seq for each in outbox.recent(connection, 1, before=2)] == [1]
        counts = outbox.counts(connection)
    assert counts[State.ACCEPTED] == 2
    assert counts[State.FINAL] == 1
    assert counts[State.REFUSED] == 0


def settle(engine, operation, **values):
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.seq == operation.seq).values(**values))


def test_a_refusal_is_told_in_words(engine):
    made = submit(engine)
    values = f'{{"item": "0x{ITEM.hex()}", "org": 1, "held": 2, "wanted": 5}}'
    settle(engine, made, state="refused", reason_code="HoldingTooSmall", reason_values=values)
    with reading(engine) as connection:
        refusal = outbox.get(connection, made.id).refusal
    assert refusal.values["item"] == ITEM
    assert str(refusal) == "Organisation 1 holds 2 of 09506000134352 L-1; 5 are wanted."


def test_an_operator_sends_again(engine):
    made = submit(engine)
    with writing(engine) as connection, pytest.raises(NotFound):
        outbox.retry(connection, made.id)
    settle(engine, made, attention="no key", tries=9)
    with writing(engine) as connection:
        assert [each.id for each in outbox.needing_attention(connection)] == [made.id]
        again = outbox.retry(connection, made.id)
        assert (again.number, again.attention, again.tries) == (1, None, 0)
    settle(engine, made, attention="number used")
    with writing(engine) as connection:
        assert outbox.retry(connection, made.id, renumber=True).number == 2
