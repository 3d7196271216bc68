"""perform: the one door for acts."""

import pytest

from ledger.vocabulary import lot
from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_acts_follow_their_operation_in_order(contracts, mill, flour):
    receipt = mill.act(("dispose", flour, 1, 3), ("dispose", flour, 2, 0), operation=2**256 - 1)
    assert contracts.events(receipt) == [
        (
            "OperationPerformed",
            {"org": mill.number, "key": mill.key, "operation": 2**256 - 1},
        ),
        ("ItemDisposed", {"item": flour, "org": mill.number, "amount": 1, "reason": 3}),
        ("ItemDisposed", {"item": flour, "org": mill.number, "amount": 2, "reason": 0}),
    ]
    performed = contracts.ledger.functions.operationPerformed
    assert performed(mill.number, 2**256 - 1).call()
    assert not performed(mill.number, 2**256 - 2).call()


def test_an_operation_is_performed_once_by_whatever_key(contracts, mill, flour):
    second_key = next(contracts.accounts)
    contracts.add_key(mill.number, second_key, 63, 0, 0)
    mill.act(("dispose", flour, 1, 0), operation=77)
    with refused("OperationAlreadyPerformed", mill.number, 77):
        mill.act(("dispose", flour, 1, 0), operation=77, by=second_key)


def test_operation_numbers_belong_to_an_organisation_and_have_no_order(contracts, mill, bakery):
    for operation in (300, 5, 255, 256, 0):
        mill.act(operation=operation)
        bakery.act(operation=operation)
    assert len(contracts.raw_logs(contracts.ledger)) == 10


def test_one_refused_act_undoes_all_and_the_number_stays_free(contracts, mill, flour):
    before = contracts.ledger.functions.journal().call()
    with refused("HoldingTooSmall", flour, mill.number, 999, 1000):
        mill.act(("dispose", flour, 1, 0), ("dispose", flour, 1000, 0), operation=9)
    assert contracts.ledger.functions.journal().call() == before
    assert not contracts.ledger.functions.operationPerformed(mill.number, 9).call()
    mill.act(("dispose", flour, 1, 0), operation=9)


def test_perform_does_not_nest(mill):
    with refused("AlreadyPerforming"):
        mill.act(("perform", 2, []))


def test_acts_alone_are_refused(contracts, mill, flour):
    with refused("NotPerforming"):
        contracts.send(contracts.ledger, "dispose", flour, 1, 0, by=mill.key)


def test_nobody_acts_after_an_operation_is_over(contracts, mill, flour):
    mill.act(("dispose", flour, 1, 0))
    with refused("NotPerforming"):
        contracts.send(contracts.ledger, "observe", _observation(flour), by=mill.key)


def test_what_is_no_act_is_refused(contracts, mill):
    with pytest.raises(RuntimeError, match="execution reverted"):
        contracts.send(contracts.ledger, "perform", 1, [b"\xde\xad\xbe\xef"], by=mill.key)


def test_an_unknown_key_is_refused(contracts, mill):
    unknown = next(contracts.accounts)
    with refused("KeyUnknown", unknown):
        mill.act(by=unknown)


def test_a_suspended_organisation_is_refused(contracts, mill):
    contracts.govern("suspendOrganisation", mill.number)
    with refused("OrganisationIsSuspended", mill.number):
        mill.act()


def test_a_revoked_key_is_refused_and_another_goes_on(contracts, mill, flour):
    second_key = next(contracts.accounts)
    contracts.add_key(mill.number, second_key, 63, 0, 0)
    contracts.govern("revokeKey", mill.key)
    with pytest.raises(RuntimeError, match="execution reverted"):
        mill.act(("dispose", flour, 1, 0))
    mill.act(("dispose", flour, 1, 0), by=second_key)


def test_a_key_without_any_role_of_its_organisation_is_refused(contracts, mill):
    contracts.set_roles(mill.number, 4)
    key = next(contracts.accounts)
    contracts.add_key(mill.number, key, 3, 0, 0)
    with refused("RoleMissing", mill.number, 63, 0):
        mill.act(by=key)


def test_a_key_acts_with_its_own_roles_only(contracts, mill, flour_product):
    key = next(contracts.accounts)
    contracts.add_key(mill.number, key, 4, 0, 0)
    with refused("RoleMissing", mill.number, 1, 4):
        mill.act(("commission", lot(flour_product.digits, "F2").id, 1, 0), by=key)


def _observation(subject):
    return (subject, b"\1" * 32, 1, 2, 3, 4, 5, 6, bytes(32), 0)
