"""Members: taken in, found, under lock, erased; on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from ledger.cards import read_card
from ledger.chain.signing import SigningKey
from ledger.errors import InvalidInput, MemberErased, NotFound, VaultClosed
from ledger.vocabulary import Id, Seconds
from records import members
from records.engine import reading, writing
from records.members import (
    MembersVault,
    NewMember,
    Personal,
    claims,
    codes,
    consents,
    credentials,
    devices,
    messages,
)
from records.members.erasing import erase
from records.schema import metadata
from records.schema.members import members as table

NOW = Seconds(1_800_000_000)
ANNA = Personal("Anna Álvarez", "anna.alvarez@mail.example", "+34 600 123 456")
LOT = Id(bytes([0x0A]) * 32)


@pytest.fixture
def vault(tmp_path: Path) -> MembersVault:
    return MembersVault.open(tmp_path / "keys")


def joined(connection, vault, **changed) -> members.Member:
    return members.join(connection, vault, NewMember(**changed), NOW)


def test_a_member_has_a_card_an_address_and_what_it_said_of_itself(engine, vault):
    with writing(engine) as records:
        anna = joined(records, vault, personal=ANNA, language="es", consents={"research": True})
    with reading(engine) as records:
        assert members.find(records, anna.card) == anna
        assert members.by_address(records, anna.address) == anna
        assert members.personal(records, vault, anna.card) == ANNA
        assert members.signing_key(records, vault, anna.card).address == anna.address
    assert anna.consents == {"research"}
    assert read_card(f" {anna.card[:4]}-{anna.card[4:]} ") == anna.card


def test_an_unknown_card_is_nobodys(engine):
    with reading(engine) as records:
        assert members.find(records, "9000000000000003") is None
        with pytest.raises(NotFound):
            members.require(records, "9000000000000003")


def test_another_key_reads_nothing_and_takes_nobody_in(engine, vault, tmp_path):
    with writing(engine) as records:
        anna = joined(records, vault, personal=ANNA)
    other = MembersVault.open(tmp_path / "other keys")
    with reading(engine) as records, pytest.raises(VaultClosed, match="restore"):
        members.personal(records, other, anna.card)
    with reading(engine) as records, pytest.raises(VaultClosed):
        members.signing_key(records, other, anna.card)
    with pytest.raises(VaultClosed), writing(engine) as records:
        joined(records, other)


def test_what_is_sealed_for_one_member_does_not_open_for_another(engine, vault):
    with writing(engine) as records:
        anna, ben = joined(records, vault, personal=ANNA), joined(records, vault)
        sealed = members.member.sealed_of(records, anna.card)
        taken = {"data_key": sealed.data_key, "personal": sealed.personal}
        records.execute(update(table).where(table.c.card == ben.card).values(**taken))
        with pytest.raises(VaultClosed):
            members.personal(records, vault, ben.card)


def test_a_dump_of_the_database_names_nobody(engine, vault):
    with writing(engine) as records:
        secret, kept = credentials.new_secret()
        anna = joined(records, vault, personal=ANNA, secret_hash=kept)
        key = members.signing_key(records, vault, anna.card)
        code, _ = codes.open_code(records, vault, anna.card, programme=1, points=5, now=NOW)
    dump = dumped(engine)
    assert anna.card in dump
    for word in ("alvarez", "Anna", "mail.example", "600123456", "600 123 456", code, secret):
        assert word not in dump
    assert key.secret.hex() not in dump.lower()


def dumped(engine) -> str:
    """Everything in every table, as somebody sees it who has the database and nothing else."""
    with reading(engine) as records:
        rows = [
            tuple(row) for each in metadata.sorted_tables for row in records.execute(each.select())
        ]
    return "\n".join(f"{row!r} {[v.hex() for v in row if isinstance(v, bytes)]}" for row in rows)


def test_a_password_or_the_secret_on_the_card_lets_in_and_nothing_else(engine, vault):
    secret, kept = credentials.new_secret()
    with writing(engine) as records:
        anna = joined(records, vault, password_hash=credentials.hash_password("correct horse"))
        ben = joined(records, vault, secret_hash=kept)
        assert credentials.sign_in(records, anna.card, "correct horse") == anna
        assert credentials.sign_in(records, ben.card, secret.lower().replace("-", " ")) == ben
        for card, word in (
            (anna.card, "correct horse "), (anna.card, secret), (anna.card, "nobody's"),
            (ben.card, "correct horse"), (ben.card, ""), ("9000000000000003", "nobody's"),
        ):  # fmt: skip
            assert credentials.sign_in(records, card, word) is None
    for wrong in ("short", "x" * 201):
        with pytest.raises(InvalidInput):
            credentials.hash_password(wrong)


def test_consents_keep_when_they_were_given_and_taken_back(engine, vault):
    with writing(engine) as records:
        card = joined(records, vault, consents={"marketing": True, "research": False}).card
        assert consents.put(records, card, {"marketing": False}, Seconds(NOW + 9))
        assert not consents.put(records, card, {"marketing": False}, Seconds(NOW + 10))
        said = [(c.purpose, c.given, c.since) for c in consents.history(records, card)]
        assert said == [("marketing", True, NOW), ("marketing", False, NOW + 9)]
        assert members.require(records, card).consents == frozenset()
        with pytest.raises(InvalidInput):
            consents.put(records, card, {"selling": True}, NOW)


def test_a_second_device_is_told_to_the_member_and_the_first_is_not(engine, vault):
    with writing(engine) as records:
        card = joined(records, vault).card
        assert not devices.note(records, vault, card, "phone", NOW)
        assert not devices.note(records, vault, card, "phone", NOW)
        assert devices.note(records, vault, card, "stranger's", Seconds(NOW + 5))
        assert not devices.note(records, vault, card, "stranger's", Seconds(NOW + 6))
        assert [m.kind for m in messages.newest(records, card)] == ["new_device"]
        assert devices.since(records, card) == [NOW, NOW + 5]


def test_erasure_leaves_a_card_that_is_no_more_and_claims_of_nobody(engine, vault):
    with writing(engine) as records:
        anna = joined(records, vault, personal=ANNA, consents={"research": True})
        ben = joined(records, vault, referred_by=anna.card)
        claims.take(records, LOT, 7, anna.card, programme=1, operation=None, now=NOW)
        old = codes.open_code(records, vault, anna.card, programme=1, points=5, now=NOW)[1]
        devices.note(records, vault, anna.card, "phone", NOW)
        sealed = members.member.sealed_of(records, anna.card)
        erase(records, anna.card, Seconds(NOW + 1))
    with writing(engine) as records:
        gone = members.find(records, anna.card)
        assert gone is not None
        assert (gone.erased, gone.address, gone.consents) == (NOW + 1, members.NOBODY, frozenset())
        assert members.by_address(records, anna.address) is None
        assert claims.claim_of(records, LOT, 7).card is None
        assert codes.find(records, old.number) is None
        assert members.require(records, ben.card).referred_by is None
        assert not consents.history(records, anna.card)
        taken = claims.take(records, LOT, 7, ben.card, programme=1, operation=None, now=NOW)
        assert not taken
        for ask in (members.personal, members.signing_key):
            with pytest.raises(MemberErased):
                ask(records, vault, anna.card)
        with pytest.raises(MemberErased):
            erase(records, anna.card, NOW)
        row = records.execute(table.select().where(table.c.card == anna.card)).one()
        assert sealed.data_key not in tuple(row)


def test_an_erased_member_can_bring_nobody(engine, vault):
    with writing(engine) as records:
        card = joined(records, vault).card
        erase(records, card, NOW)
        with pytest.raises(InvalidInput):
            joined(records, vault, referred_by=card)


def test_a_signing_key_never_comes_twice(engine, vault):
    with writing(engine) as records:
        found = {joined(records, vault).address for _ in range(5)}
    assert len(found) == 5
    assert SigningKey.new().address not in found


def test_spellings_of_one_mail_address_are_known_by_a_keyed_hash_that_erasure_deletes(
    engine, vault
):
    with writing(engine) as records:
        cards = [
            joined(records, vault, personal=Personal(email=email)).card
            for email in ("anna@mail.example", " Anna@MAIL.example ", "ben@mail.example", None)
        ]
        erase(records, cards[1], NOW)
        found = dict(records.execute(select(table.c.card, table.c.email_mac)).all())
    anna, erased, ben, nobody = (found[card] for card in cards)
    assert anna == vault.email_mac(" Anna@MAIL.example ")
    assert anna != ben
    assert (erased, nobody) == (None, None)


def test_who_names_a_card_that_is_none_brings_nobody(engine, vault):
    with writing(engine) as records:
        first = joined(records, vault)
        assert joined(records, vault, referred_by=first.card).referred_by == first.card
        with pytest.raises(InvalidInput):
            joined(records, vault, referred_by="9000000000000003")
