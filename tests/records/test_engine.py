"""Durability, isolation and errors of both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text

from ledger.errors import RequestMalformed, StoreUnavailable
from ledger.settings import load
from records import accounts
from records.engine import insert_if_absent, open_engine, open_records, reading, writing
from records.schema import accounts as accounts_table


def test_open_records_makes_folder_and_tables(tmp_path):
    engine = open_records(load(data_dir=tmp_path / "new"))
    with reading(engine) as connection:
        assert accounts.all_accounts(connection) == []
    engine.dispose()


def test_sqlite_survives_a_power_cut_and_checks_references(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/records.db")
    with reading(engine) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


@pytest.mark.postgres
def test_postgres_commits_synchronously_in_a_schema_of_its_own(postgres_url):
    engine = open_records(load(records_url=postgres_url))
    with reading(engine) as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert connection.execute(text("SELECT to_regclass('records.outbox')::text")).scalar()
        assert not connection.execute(text("SELECT to_regclass('public.outbox')::text")).scalar()
    engine.dispose()


def test_a_failed_transaction_leaves_nothing(engine):
    def fail():
        with writing(engine) as connection:
            accounts.add(connection, 3, "9506000133331", "Gone")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading(engine) as connection:
        assert [each.org for each in accounts.all_accounts(connection)] == [1, 2]


@pytest.mark.postgres
@pytest.mark.parametrize("opened", [reading, writing])
def test_a_text_that_postgres_cannot_keep_is_the_clients_fault(postgres_url, opened):
    def ask():
        with opened(engine) as connection:
            query = select(accounts_table.c.org).where(accounts_table.c.name == "a\0b")
            connection.execute(query)

    engine = open_records(load(records_url=postgres_url))
    with pytest.raises(RequestMalformed, match="NUL"):
        ask()
    engine.dispose()


def test_readers_do_not_wait_for_a_writer_and_see_one_moment(engine):
    query = select(accounts_table.c.name).where(accounts_table.c.org == 1)
    with reading(engine) as reader:
        assert reader.execute(query).scalar() == "Grower"
        with writing(engine) as writer:
            accounts.rename(writer, 1, "Changed")
        assert reader.execute(query).scalar() == "Grower"
    with reading(engine) as reader:
        assert reader.execute(query).scalar() == "Changed"


def test_writers_wait_for_each_other(engine):
    def bump():
        for _ in range(5):
            with writing(engine) as connection:
                row = accounts_table.c.org == 1
                if connection.dialect.name == "postgresql":
                    found = select(accounts_table.c.created).where(row).with_for_update()
                else:
                    found = select(accounts_table.c.created).where(row)
                old = connection.execute(found).scalar_one()
                connection.execute(accounts_table.update().where(row).values(created=old + 1))

    threads = [threading.Thread(target=bump) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        assert accounts.account(connection, 1).created == 21


def test_insert_if_absent_says_whether_it_did(engine):
    values = {"org": 9, "gln": "9506000133331", "name": "x", "names": "{}", "created": 1}
    with writing(engine) as connection:
        assert insert_if_absent(connection, accounts_table, values)
        assert not insert_if_absent(connection, accounts_table, values)


def test_a_database_that_is_not_there_is_unavailable(tmp_path):
    (tmp_path / "records.db").mkdir()
    engine = open_engine(f"sqlite:///{tmp_path}/records.db")
    with pytest.raises(StoreUnavailable), writing(engine):
        pass
    engine.dispose()
