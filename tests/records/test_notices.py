"""Notices in the records, on both databases: once for each, and never without consent."""

from __future__ import annotations

import threading

import pytest

from ledger.vocabulary import Address, DocumentHash, OrgId, Seconds, lot
from records import members, notices
from records.engine import reading, writing
from records.members import MembersVault, NewMember, Personal, consents
from records.schema.notices import messages

ITEM = lot("09506000134352", "B-1").id
DOCUMENT = DocumentHash(b"\x01" * 32)
MAKER, SHOP = OrgId(1), OrgId(2)
NOW = Seconds(1_000)
YES, NO = {"recall_notices": True}, {"recall_notices": False}


def text_for(language):
    return notices.Text(language, f"Recall ({language})", "Do not eat it.")


@pytest.fixture
def vault(tmp_path):
    return MembersVault.open(tmp_path / "keys")


def join(connection, vault, said=YES, **more):
    return members.join(connection, vault, NewMember(consents=said, **more), Seconds(1))


def begin(connection):
    return notices.begin(connection, ITEM, DOCUMENT, MAKER, NOW)


def give(connection, cards, orgs=(), now=NOW):
    return notices.give(connection, begin(connection), cards, orgs, text_for, now)


def test_each_is_told_once_whoever_is_told_beside(engine, vault):
    with writing(engine) as connection:
        anna, ben = (join(connection, vault, language=n).card for n in ("zh-Hans", "en"))
        assert give(connection, [anna], [SHOP]) == (1, 1)
        assert give(connection, [anna, ben], [MAKER, SHOP]) == (1, 1)
        assert give(connection, [anna, ben], [MAKER, SHOP]) == (0, 0)
    with reading(engine) as connection:
        told = notices.after_message(connection, None)
        assert [(n.card, n.language, n.item) for n in told] == [
            (anna, "zh-Hans", ITEM),
            (ben, "en", ITEM),
        ]
        assert [n.org for n in notices.of_organisation(connection, SHOP)] == [SHOP]
        assert len(notices.of_recall(connection, notices.find(connection, ITEM, DOCUMENT))) == 4


def test_who_does_not_consent_or_is_erased_is_never_written_to(engine, vault):
    with writing(engine) as connection:
        anna, ben, carl = (join(connection, vault, said).card for said in (NO, {}, YES))
        members_told, _ = give(connection, [anna, ben, "9000000000000001"])
        assert members_told == 0
        assert notices.may_be_told(connection, [anna, ben, carl, "none"]) == {
            anna: False,
            ben: False,
            carl: True,
        }


def test_a_message_goes_when_the_consent_goes_and_the_notice_stays(engine, vault):
    with writing(engine) as connection:
        card = join(connection, vault).card
        give(connection, [card])
        consents.put(connection, card, {"marketing": False}, NOW)
        assert len(notices.after_message(connection, None)) == 1
        consents.put(connection, card, NO, NOW)
        assert notices.after_message(connection, None) == ()
        assert len(notices.of_member(connection, card)) == 1


def test_of_a_consent_withdrawn_and_a_message_written_at_once_no_message_is_left(engine, vault):
    with writing(engine) as connection:
        begin(connection)
        cards = [join(connection, vault).card for _ in range(8)]
    barrier = threading.Barrier(2)

    def tell():
        for card in cards:
            barrier.wait()
            with writing(engine) as connection:
                give(connection, [card])

    def withdraw():
        for card in cards:
            barrier.wait()
            with writing(engine) as connection:
                consents.put(connection, card, NO, NOW)

    both = [threading.Thread(target=each) for each in (tell, withdraw)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    with reading(engine) as connection:
        assert connection.execute(messages.select()).all() == []


def test_acknowledgements_count_once_and_what_is_late_is_listed(engine, vault):
    with writing(engine) as connection:
        anna, ben = (join(connection, vault).card for _ in range(2))
        give(connection, [anna, ben], [MAKER, SHOP])
        recall = begin(connection)
        (mine,) = notices.of_member(connection, anna)
        assert not notices.acknowledge_as_member(connection, ben, mine.id, "page", NOW)
        assert notices.acknowledge_as_member(connection, anna, mine.id, "page", NOW)
        assert notices.acknowledge_as_member(connection, anna, mine.id, "page", Seconds(NOW + 5))
        assert notices.of_member(connection, anna)[0].acknowledged == NOW
        ours = (connection, recall)
        assert notices.acknowledge_as_organisation(*ours, SHOP, "command", NOW)
        assert not notices.acknowledge_as_organisation(*ours, OrgId(9), "command", NOW)
        later = Seconds(NOW + 2 * 86_400)
        assert notices.progress(connection, recall, later) == notices.Progress(2, 1, 0, 2, 1, 1)
        late = notices.of_recall(connection, recall, overdue_at=later)
        assert [n.org for n in late] == [MAKER]
        much_later = Seconds(NOW + 8 * 86_400)
        assert notices.progress(connection, recall, much_later).members_overdue == 1


def test_who_is_erased_is_nobodys_notice_and_has_no_message(engine, vault):
    with writing(engine) as connection:
        card = join(connection, vault).card
        give(connection, [card])
        notices.forget_card(connection, card)
        assert notices.of_member(connection, card) == ()
        assert notices.after_message(connection, None) == ()
        assert notices.progress(connection, begin(connection), NOW).members == 1


def test_messages_are_those_to_members_that_an_organisation_took_in(engine, vault):
    with writing(engine) as connection:
        ours, others = (join(connection, vault, org=org).card for org in (SHOP, MAKER))
        give(connection, [ours, others])
        assert [n.card for n in notices.after_message(connection, SHOP)] == [ours]
        assert len(notices.after_message(connection, None)) == 2
        first = notices.after_message(connection, None, limit=1)[0]
        assert len(notices.after_message(connection, None, after=first.id)) == 1


def test_members_are_found_by_what_stands_for_them_on_chain(engine, vault):
    with writing(engine) as connection:
        anna = join(connection, vault, personal=Personal(email="anna@mail.example"))
        unknown = Address(b"\x09" * 20)
        assert notices.cards_of(connection, [anna.address, unknown]) == {anna.address: anna.card}
