"""Referrals in the records, on both databases: one for each newcomer, rewarded once."""

from __future__ import annotations

import pytest

from ledger.errors import IdempotencyKeyReused
from ledger.vocabulary import Seconds
from records import members, referrals, request_answers, till
from records.engine import reading, writing
from records.members import MembersVault, NewMember, Personal
from tests.records.test_till import SHOP, receipt

NOW = Seconds(1_000)


@pytest.fixture
def vault(tmp_path):
    return MembersVault.open(tmp_path / "keys")


def join(connection, vault, **more):
    return members.join(connection, vault, NewMember(**more), Seconds(1)).card


def test_a_newcomer_is_brought_by_one_member_only(engine, vault):
    with writing(engine) as connection:
        anna, ben, carl = (join(connection, vault) for _ in range(3))
        made = referrals.add(connection, anna, ben, NOW)
        assert (made.newcomer, made.referrer, made.rewarded) == (anna, ben, None)
        assert referrals.add(connection, anna, carl, NOW) is None
        assert members.find(connection, anna).referred_by == ben
        assert referrals.of_newcomer(connection, anna) == made
        assert [n.id for n in referrals.waiting(connection)] == [made.id]
        assert referrals.waiting(connection, after=made.id) == ()


def test_a_referral_is_rewarded_once_and_counted(engine, vault):
    with writing(engine) as connection:
        anna, ben = (join(connection, vault) for _ in range(2))
        made, sold = referrals.add(connection, anna, ben, NOW), receipt("T-1")
        till.add(connection, sold)
        assert referrals.reward(connection, made, 1, sold.id, "operation", NOW)
        assert not referrals.reward(connection, made, 1, sold.id, "another", NOW)
        assert referrals.waiting(connection) == ()
        assert referrals.rewarded_since(connection, ben, NOW) == 1
        assert referrals.rewarded_since(connection, ben, Seconds(NOW + 1)) == 0
        assert referrals.counts(connection) == referrals.Counts(0, 1, {})
        referrals.drop(connection, made)
        assert referrals.of_newcomer(connection, anna) is not None


def test_what_is_refused_is_kept_with_its_reason_and_counts_for_nobody(engine, vault):
    with writing(engine) as connection:
        anna = join(connection, vault)
        ben = join(connection, vault, referred_by=anna)
        referrals.refuse(connection, ben, anna, "ring", NOW)
        referrals.refuse(connection, ben, None, "unknown_code", NOW)
        assert members.find(connection, ben).referred_by is None
        assert referrals.counts(connection).refused == {"ring": 1, "unknown_code": 1}
        accepted = referrals.add(connection, ben, anna, NOW)
        referrals.refuse(connection, ben, anna, "already_referred", NOW)
        assert members.find(connection, ben).referred_by == anna
        assert referrals.of_newcomer(connection, ben) == accepted


def test_what_two_cards_of_one_person_share_is_compared_by_keyed_hashes(engine, vault):
    with writing(engine) as connection:
        anna = join(connection, vault, personal=Personal(email="Anna@mail.example"))
        other = join(connection, vault, personal=Personal(email="anna@mail.example "))
        one, two = (referrals.traits_of(connection, card) for card in (anna, other))
        assert one.email == two.email
        assert one.email is not None
        assert b"anna" not in one.email
        assert referrals.traits_of(connection, "9000000000000001") is None


def test_a_repeated_request_hears_the_same_and_another_is_refused(engine):
    with writing(engine) as connection:
        asked = (connection, SHOP, "a key", b"h" * 32)
        assert request_answers.find(*asked) is None
        request_answers.put(*asked, '{"done": true}', NOW)
    with reading(engine) as connection:
        assert request_answers.find(connection, SHOP, "a key", b"h" * 32) == '{"done": true}'
        with pytest.raises(IdempotencyKeyReused):
            request_answers.find(connection, SHOP, "a key", b"x" * 32)
