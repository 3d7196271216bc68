"""Claims and codes in the records: taken once, used once, freed and told; on both databases."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from ledger.commands import SettlePoints
from ledger.errors import CodeInvalid
from ledger.redemption_codes import LIFE, redemption_code_text
from ledger.vocabulary import DocumentHash, Id, Seconds
from records import members, outbox
from records.engine import reading, writing
from records.members import MembersVault, NewMember, claims, codes, messages
from records.members.codes import CodeState
from records.schema import outbox as outbox_table

NOW = Seconds(1_800_000_000)
LOT = Id(bytes([0x0A]) * 32)
WORKERS = 12


@pytest.fixture
def vault(tmp_path: Path) -> MembersVault:
    return MembersVault.open(tmp_path / "keys")


@pytest.fixture
def card(engine, vault) -> str:
    with writing(engine) as records:
        return members.join(records, vault, NewMember(), NOW).card


def at_once(work) -> list:
    """What many workers hear who do the same at the same time."""
    told, ready = [], threading.Barrier(WORKERS)

    def run(number: int) -> None:
        ready.wait()
        told.append(work(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def take(engine, card: str, index: int, operation: str | None = None) -> bool:
    with writing(engine) as records:
        return claims.take(records, LOT, index, card, programme=1, operation=operation, now=NOW)


def test_of_many_who_take_a_unit_at_once_one_has_it(engine, card):
    for index in range(5):
        assert sum(at_once(lambda _, i=index: take(engine, card, i))) == 1
    with reading(engine) as records:
        assert [each.index for each in claims.claims_of(records, card)] == [0, 1, 2, 3, 4]


def test_a_unit_whose_taking_is_rolled_back_is_free(engine, card):
    connection = engine.connect()
    transaction = connection.begin()
    assert claims.take(connection, LOT, 1, card, programme=1, operation=None, now=NOW)
    transaction.rollback()
    connection.close()
    assert take(engine, card, 1)


def operation(engine, key: str, state: str) -> str:
    """An operation in the outbox that came to an end."""
    acts = [SettlePoints(1, (DocumentHash(bytes(32)),))]
    with writing(engine) as records:
        made = outbox.submit(records, 1, acts, key, bytes(32), now=NOW)
        ended = {"state": state, "reason_code": "UnitIsVoid" if state == "refused" else None}
        there = outbox_table.c.id == made.id
        records.execute(update(outbox_table).where(there).values(**ended))
    return made.id


def test_what_was_refused_is_free_again_and_told_and_what_is_final_stands(engine, card):
    refused, final, waiting = (
        operation(engine, state, state) for state in ("refused", "final", "included")
    )
    for index, made in enumerate((refused, final, waiting)):
        assert take(engine, card, index, made)
    with writing(engine) as records:
        assert claims.settle(records, NOW) == (1, 1)
        assert claims.settle(records, NOW) == (0, 0)
        found = [(each.index, each.settled) for each in claims.claims_of(records, card)]
        assert found == [(1, True), (2, False)]
        (told,) = messages.newest(records, card)
        assert (told.kind, told.details["reason"]) == ("claim_refused", "UnitIsVoid")
    assert take(engine, card, 0)


def open_code(engine, vault, card: str, points: int = 5):
    with writing(engine) as records:
        return codes.open_code(records, vault, card, programme=1, points=points, now=NOW)


def use(engine, code, now: int = NOW, operation: str = "op") -> bool:
    more = {"org": 1, "key_id": "key", "operation": operation, "channel": "store"}
    with writing(engine) as records:
        return codes.use(records, code, now=Seconds(now), **more)


def test_of_many_who_use_a_code_at_once_one_does(engine, vault, card):
    _, kept = open_code(engine, vault, card)
    assert sum(at_once(lambda _: use(engine, kept))) == 1
    with reading(engine) as records:
        used = codes.get(records, kept.number)
        assert (used.state, used.org, used.key_id, used.channel) == ("used", 1, "key", "store")
        assert codes.open_of(records, card, NOW) is None


def test_a_code_is_found_however_it_is_typed_and_shown_again_to_its_member(engine, vault, card):
    code, kept = open_code(engine, vault, card)
    with reading(engine) as records:
        for typed in (code, code.lower(), redemption_code_text(code), f"\t{code[:4]} {code[4:]}\n"):
            assert codes.look_up(records, vault, typed) == kept
        assert codes.look_up(records, vault, "0" * 8) is None
        with pytest.raises(CodeInvalid):
            codes.look_up(records, vault, "1234")
        assert codes.code_of(vault, kept.number) == code


def test_only_the_newest_code_is_open(engine, vault, card):
    _, first = open_code(engine, vault, card)
    _, second = open_code(engine, vault, card)
    assert not use(engine, first)
    with reading(engine) as records:
        assert codes.open_of(records, card, NOW) == second
        assert codes.find(records, first.number).state == "cancelled"
        assert [each.number for each in codes.codes_of(records, card)] == sorted(
            [first.number, second.number]
        )
    assert use(engine, second)


def test_a_code_is_too_old_after_its_time(engine, vault, card):
    _, kept = open_code(engine, vault, card)
    assert not use(engine, kept, NOW + LIFE)
    with reading(engine) as records:
        assert codes.open_of(records, card, Seconds(NOW + LIFE)) is None
    assert use(engine, kept, NOW + LIFE - 1)


def test_a_code_whose_redemption_was_refused_is_told_once_and_is_not_good_again(
    engine, vault, card
):
    _, spent = open_code(engine, vault, card)
    assert use(engine, spent, operation=operation(engine, "spent", "final"))
    _, kept = open_code(engine, vault, card, points=7)
    assert use(engine, kept, operation=operation(engine, "kept", "refused"))
    with writing(engine) as records:
        assert codes.settle(records, NOW) == 1
        assert codes.settle(records, NOW) == 0
        (told,) = messages.newest(records, card)
        assert (told.kind, told.details) == ("redemption_refused", {"programme": 1, "points": 7})
        states = [each.state for each in codes.codes_of(records, card)]
        assert sorted(states) == [CodeState.REFUSED, CodeState.USED]
    assert not use(engine, kept)
