"""Campaigns in the records, on both databases: a budget that no number of tills exceeds."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from ledger.errors import NotFound, StoreUnavailable
from ledger.vocabulary import OrgId, Seconds
from records import campaigns, till
from records.engine import reading, writing
from records.schema.notices import campaign_awards
from records.schema.notices import campaigns as table
from tests.records.test_till import SHOP, receipt

NOW = Seconds(1_000)
WORKERS, EACH = 16, 3


def opened(connection, **changed):
    terms = {
        "programme": 1, "name": "Double", "segment": "{}", "bonus": '{"points": 7}',
        "control": 1_000, "budget": 100, "starts": NOW, "ends": Seconds(2_000), "now": NOW,
    } | changed  # fmt: skip
    return campaigns.add(connection, SHOP, **terms)


def test_a_campaign_runs_from_its_start_to_before_its_end_unless_it_was_stopped(engine):
    with writing(engine) as connection:
        made = opened(connection)
        for now, there in ((999, False), (1_000, True), (1_999, True), (2_000, False)):
            assert bool(campaigns.running(connection, 1, Seconds(now))) is there
        assert campaigns.running(connection, 2, NOW) == ()
        assert campaigns.stop(connection, made.id, Seconds(1_500)).stopped == 1_500
        assert campaigns.stop(connection, made.id, Seconds(1_600)).stopped == 1_500
        assert campaigns.running(connection, 1, Seconds(1_700)) == ()
        assert campaigns.campaigns(connection, OrgId(1)) == ()
        with pytest.raises(NotFound):
            campaigns.get(connection, made.id + 1)


def test_16_tills_at_once_never_give_more_than_the_budget(engine):
    with writing(engine) as connection:
        made = opened(connection)
        receipts = [receipt(f"T-{n}") for n in range(WORKERS * EACH)]
        till.add_all(connection, receipts)
    given, barrier = [], threading.Barrier(WORKERS)

    def work(mine):
        barrier.wait()
        for each in mine:
            for _ in range(50):  # a database that is busy is asked again
                try:
                    with writing(engine) as connection:
                        given.append(campaigns.spend(connection, made, each.id, 7, NOW))
                    break
                except StoreUnavailable:
                    continue

    parts = [receipts[n * EACH : (n + 1) * EACH] for n in range(WORKERS)]
    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(given) == WORKERS * EACH
    awards = [each for each in given if each is not None]
    assert len(awards) == 100 // 7
    with reading(engine) as connection:
        assert campaigns.get(connection, made.id).spent == 7 * (100 // 7)
        rows = connection.execute(campaign_awards.select()).all()
        assert sum(row.points for row in rows) == 7 * (100 // 7)
        assert len({bytes(row.number) for row in rows}) == len(awards)


def test_a_receipt_has_a_bonus_once_and_one_that_cannot_be_given_goes_back(engine):
    with writing(engine) as connection:
        made, sold = opened(connection), receipt("T-1")
        till.add(connection, sold)
        award = campaigns.spend(connection, made, sold.id, 60, NOW)
        assert campaigns.spend(connection, made, sold.id, 30, NOW) is None
        assert campaigns.get(connection, made.id).left == 40
        campaigns.refund(connection, award)
        campaigns.refund(connection, award)
        assert campaigns.get(connection, made.id).left == 100
        assert campaigns.awards_of(connection, sold.id) == ()


def test_no_more_of_a_bonus_is_taken_back_than_there_was(engine):
    with writing(engine) as connection:
        made, sold = opened(connection), receipt("T-1")
        till.add(connection, sold)
        award = campaigns.spend(connection, made, sold.id, 60, NOW)
        assert campaigns.take_back(connection, award, 40)
        assert not campaigns.take_back(connection, award, 21)
        assert campaigns.take_back(connection, award, 20)
        assert [n.left for n in campaigns.awards_of(connection, sold.id)] == [0]
        assert campaigns.get(connection, made.id).spent == 60


def test_the_database_itself_keeps_the_budget(engine):
    with writing(engine) as connection:
        made = opened(connection)
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(table.update().where(table.c.id == made.id).values(spent=101))
