// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {IUnitRegistry} from "../interfaces/IUnitRegistry.sol";
import {Leaves} from "./Leaves.sol";
import {UnitCalls} from "./UnitCalls.sol";
import {Log, vm} from "./Vm.sol";

/// @title What becomes of units after their sale: they come back, become void, are claimed
contract UnitsAfterSaleTest is UnitCalls {
    uint64 private constant COUNT = 300;

    function setUp() public override {
        super.setUp();
        issue(flour, COUNT, 2);
        issue(flour, 10, 5);
    }

    // ------------------------------------------------------------------ taking back

    function test_units_come_back_to_who_sold_them() public {
        enter(SHOP_KEY, selling(1, from(250, 10)));
        vm.recordLogs();
        through(SHOP_KEY, returning(1, two(255, 256)));
        Log[] memory logs = vm.getRecordedLogs();
        equal(logs.length, 4);
        isUnitEvent(logs[1], IUnitRegistry.UnitReturned.selector, 255);
        isUnitEvent(logs[2], IUnitRegistry.UnitReturned.selector, 256);
        require(logs[3].topics[0] == IProductLedger.ItemReturned.selector, "returned");
        isUnit(254, true, false, false, false);
        isUnit(255, false, true, false, false);
        isUnit(256, false, true, false, false);
        isUnit(257, true, false, false, false);
        require(!units.soldBy(flour, 255, SHOP), "seller");
        holds(SHOP, flour, 500 - 16);
        hasSold(SHOP, 0, 16);
        covers(flour, 650);
    }

    function test_what_is_not_sold_or_sold_by_another_does_not_come_back() public {
        enter(SHOP_KEY, selling(1, two(3, 5)));
        enter(MILL_KEY, selling(1, from(4, 1)));
        bytes memory unsold = saysOf(IUnitRegistry.UnitNotSold.selector, 2);
        refuseEnter(SHOP_KEY, returning(1, from(2, 2)), unsold);
        bytes4 selector = IUnitRegistry.NotTheSeller.selector;
        bytes memory foreign = abi.encodeWithSelector(selector, flour, 4, SHOP);
        refuseEnter(SHOP_KEY, returning(1, from(3, 4)), foreign);
        enter(SHOP_KEY, returning(1, two(3, 5)));
        unsold = saysOf(IUnitRegistry.UnitNotSold.selector, 3);
        refuseEnter(SHOP_KEY, returning(1, two(3, 5)), unsold);
        refuseEnter(SHOP_KEY, returning(1, new uint64[](0)), disordered(0));
        refuseEnter(SHOP_KEY, returning(2, two(COUNT - 1, COUNT)), unknown(2, COUNT - 1));
    }

    function test_a_unit_is_sold_again_by_whoever_holds_it_then() public {
        enter(SHOP_KEY, selling(1, from(9, 1)));
        enter(SHOP_KEY, returning(1, from(9, 1)));
        act(SHOP_KEY, ship(SHIPMENT, BAKERY, line(flour, 2)));
        act(BAKERY_KEY, receiveShipment(SHOP, SHIPMENT, line(flour, 2)));
        enter(BAKERY_KEY, selling(1, from(9, 1)));
        isUnit(9, true, false, false, false);
        bytes4 selector = IUnitRegistry.NotTheSeller.selector;
        bytes memory foreign = abi.encodeWithSelector(selector, flour, 9, SHOP);
        refuseEnter(SHOP_KEY, returning(1, from(9, 1)), foreign);
        enter(BAKERY_KEY, returning(1, from(9, 1)));
        holds(BAKERY, flour, 2);
        hasSold(BAKERY, 0, 0);
    }

    function test_recalled_units_come_back() public {
        enter(SHOP_KEY, selling(1, from(0, 1)));
        act(MILL_KEY, recall(flour));
        enter(SHOP_KEY, returning(1, from(0, 1)));
        holds(SHOP, flour, 500);
        bytes4 selector = IProductLedger.ItemIsRecalled.selector;
        bytes memory error = abi.encodeWithSelector(selector, flour, MILL);
        refuseEnter(SHOP_KEY, selling(1, from(0, 1)), error);
        refuse(SHOP_KEY, sell(flour, 2), error);
        refuse(SHOP_KEY, ship(SHIPMENT, BAKERY, line(flour, 2)), error);
    }

    /// @dev Sold by unit, back by amount: the goods would be for sale while the unit is sold.
    function test_what_was_sold_by_unit_does_not_come_back_by_amount() public {
        enter(SHOP_KEY, selling(1, from(0, 2)));
        act(SHOP_KEY, sell(flour, 3));
        hasSold(SHOP, 3, 4);
        bytes4 selector = IProductLedger.SoldTooSmall.selector;
        bytes memory back = abi.encodeCall(IProductLedger.acceptReturn, (flour, 4));
        refuse(SHOP_KEY, back, abi.encodeWithSelector(selector, flour, SHOP, 3, 4));
        act(SHOP_KEY, abi.encodeCall(IProductLedger.acceptReturn, (flour, 3)));
        enter(SHOP_KEY, returning(1, from(0, 2)));
        hasSold(SHOP, 0, 0);
        holds(SHOP, flour, 500);
    }

    // ------------------------------------------------------------------ void ones

    function test_void_units_are_not_sold() public {
        enter(MILL_KEY, voiding(1, 255, 2));
        bytes memory error = saysOf(IUnitRegistry.UnitIsVoid.selector, 255);
        refuseEnter(SHOP_KEY, selling(1, from(254, 4)), error);
        refuseEnter(SHOP_KEY, proving(1, 0, COUNT, 255), error);
        enter(SHOP_KEY, selling(1, two(254, 257)));
    }

    /// @dev A unit that is sold and void stands for its goods until they are back.
    function test_a_void_unit_that_was_sold_makes_room_when_it_comes_back() public {
        enter(SHOP_KEY, selling(1, from(0, 4)));
        enter(MILL_KEY, voiding(1, 2, 4));
        covers(flour, 650 - 4);
        isUnit(2, true, false, false, true);
        enter(SHOP_KEY, returning(1, from(1, 2)));
        covers(flour, 650 - 6);
        isUnit(2, false, true, false, true);
        bytes memory error = saysOf(IUnitRegistry.UnitIsVoid.selector, 2);
        refuseEnter(SHOP_KEY, selling(1, from(2, 1)), error);
        enter(MILL_KEY, voiding(1, 0, 6)); // 1 is unsold and newly void, 0 still sold
        covers(flour, 650 - 8);
        enter(SHOP_KEY, returning(1, two(0, 3)));
        covers(flour, 650 - 12);
        enter(MILL_KEY, voiding(1, 0, COUNT));
        covers(flour, 50);
    }

    // ------------------------------------------------------------------ claiming

    function test_a_sold_unit_is_claimed_once_and_for_ever() public {
        bytes memory call = claiming(1, 0, COUNT, 7);
        _refuseClaim(call, saysOf(IUnitRegistry.UnitNotSold.selector, 7));
        enter(SHOP_KEY, selling(1, from(7, 1)));
        vm.recordLogs();
        _claim(call);
        Log memory log = vm.getRecordedLogs()[0];
        require(log.topics[0] == IUnitRegistry.UnitClaimed.selector, "event");
        require(log.topics[1] == flour && uint256(log.topics[2]) == 7, "lot or index");
        (, bytes32 id) = abi.decode(log.data, (bytes32, bytes32));
        require(id == Leaves.unit(flour, 7), "unit");
        isUnit(7, true, false, true, false);
        bytes memory again = saysOf(IUnitRegistry.UnitAlreadyClaimed.selector, 7);
        _refuseClaim(call, again);
        enter(SHOP_KEY, returning(1, from(7, 1)));
        isUnit(7, false, true, true, false);
        _refuseClaim(call, saysOf(IUnitRegistry.UnitNotSold.selector, 7));
        enter(SHOP_KEY, selling(1, from(7, 1)));
        isUnit(7, true, true, true, false);
        _refuseClaim(call, again);
    }

    /// @dev Beside it a claimed neighbour keeps its mark.
    function test_a_unit_that_came_back_unclaimed_is_as_new_when_sold_again() public {
        enter(SHOP_KEY, selling(1, from(6, 3)));
        _claim(claiming(1, 0, COUNT, 7));
        enter(SHOP_KEY, returning(1, from(6, 3)));
        enter(SHOP_KEY, selling(1, from(6, 2)));
        isUnit(6, true, false, false, false);
        isUnit(7, true, true, true, false);
        isUnit(8, false, true, false, false);
        _claim(claiming(1, 0, COUNT, 6));
        isUnit(6, true, false, true, false);
    }

    function test_void_and_recalled_units_are_not_claimed() public {
        enter(SHOP_KEY, selling(1, from(7, 2)));
        act(AUDITOR_KEY, recall(flour));
        bytes4 selector = IUnitRegistry.ItemIsRecalled.selector;
        bytes memory recalled = abi.encodeWithSelector(selector, flour, AUDITOR);
        _refuseClaim(claiming(1, 0, COUNT, 7), recalled);
        act(AUDITOR_KEY, release(flour));
        enter(MILL_KEY, voiding(1, 7, 1));
        _refuseClaim(claiming(1, 0, COUNT, 7), saysOf(IUnitRegistry.UnitIsVoid.selector, 7));
        _claim(claiming(1, 0, COUNT, 8));
        enter(MILL_KEY, voiding(1, 8, 1));
        isUnit(8, true, false, true, true);
    }

    function test_only_loyalty_claims_and_only_what_is_proven() public {
        enter(SHOP_KEY, selling(1, from(7, 2)));
        bytes memory call = claiming(1, 0, COUNT, 7);
        bytes4 selector = IUnitRegistry.NotLoyalty.selector;
        refuseEnter(MILL_KEY, call, abi.encodeWithSelector(selector, MILL_KEY));
        vm.prank(address(ledger));
        (bool done, ) = address(units).call(call);
        require(!done, "the ledger claimed");
        bytes32[] memory path = Leaves.path(flour, 0, COUNT, 7);
        (bytes32 id, address code) = (Leaves.unit(flour, 7), Leaves.code(flour, 7));
        bytes4 wrong = IUnitRegistry.ProofInvalid.selector;
        _refuseClaim(
            abi.encodeCall(IUnitRegistry.claimUnit, (flour, 1, 8, id, code, path)),
            abi.encodeWithSelector(wrong, flour, 1, 8)
        );
        _refuseClaim(
            abi.encodeCall(IUnitRegistry.claimUnit, (flour, 2, 7, id, code, path)),
            unknown(2, 7)
        );
        _refuseClaim(
            abi.encodeCall(IUnitRegistry.claimUnit, (flour, 3, 7, id, code, path)),
            abi.encodeWithSelector(IUnitRegistry.IssueUnknown.selector, flour, 3)
        );
        _claim(call);
    }

    // ------------------------------------------------------------------ private

    function _claim(bytes memory call) private {
        vm.prank(address(loyalty));
        (bool done, ) = address(units).call(call);
        require(done, "claim");
    }

    function _refuseClaim(bytes memory call, bytes memory error) private {
        vm.prank(address(loyalty));
        (bool done, bytes memory answer) = address(units).call(call);
        require(!done && keccak256(answer) == keccak256(error), "claimed, or refused otherwise");
    }
}
