// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {IUnitRegistry} from "../interfaces/IUnitRegistry.sol";
import {Gs1} from "./Fixture.sol";
import {UnitCalls} from "./UnitCalls.sol";
import {Log, vm} from "./Vm.sol";

contract IssuesTest is UnitCalls {
    using Gs1 for bytes32;

    // ------------------------------------------------------------------ issuing

    function test_units_get_the_next_indexes_of_their_lot() public {
        issue(flour, 10, 3);
        issue(flour, 5, 2);
        act(MILL_KEY, commission(bread, 10, 0));
        issue(bread, 4, 1);
        _requireIssue(flour, 1, 0, 10, 3);
        _requireIssue(flour, 2, 10, 5, 2);
        _requireIssue(bread, 1, 0, 4, 1);
        (uint32 issues, uint64 next, uint64 covered) = units.issuesOf(flour);
        require(issues == 2 && next == 15 && covered == 40, "issues");
        bytes memory error = abi.encodeWithSelector(IUnitRegistry.IssueUnknown.selector, flour, 3);
        vm.expectRevert(error);
        units.issueOf(flour, 3);
    }

    function test_an_issue_stands_in_its_event() public {
        vm.recordLogs();
        through(MILL_KEY, issuing(flour, 10, 3, "root"));
        Log memory log = vm.getRecordedLogs()[1];
        require(log.topics[0] == IUnitRegistry.UnitsIssued.selector, "event");
        require(log.topics[1] == flour && uint256(log.topics[2]) == 1, "lot or issue");
        equal(uint256(log.topics[3]), MILL);
        bytes memory expected = abi.encode(bytes32(log.data), 0, 10, 3, bytes32("root"));
        require(keccak256(log.data) == keccak256(expected), "data");
        (, , , , bytes32 root) = units.issueOf(flour, 1);
        require(root == "root", "root");
    }

    /// @dev However large the numbers are, and whatever was issued before.
    function test_fuzz_units_stand_for_no_more_than_was_made(
        uint64 made,
        uint64 before,
        uint64 count,
        uint64 each
    ) public {
        (made, before) = (1 + (made % LARGEST), 1 + (before % LARGEST));
        act(MILL_KEY, commission(bread, made, 0));
        if (before <= made) enter(MILL_KEY, issuing(bread, before, 1, "root"));
        else before = 0;
        uint256 covered = uint256(before) + uint256(count) * each;
        bytes memory call = issuing(bread, count, each, "root");
        if (count == 0 || each == 0 || count > LARGEST - before) {
            return refuseEnter(MILL_KEY, call, _invalid(bread, count, each, "root"));
        }
        if (covered <= made) {
            enter(MILL_KEY, call);
            return covers(bread, uint64(covered));
        }
        bytes4 selector = IUnitRegistry.UnitsExceedLot.selector;
        refuseEnter(MILL_KEY, call, abi.encodeWithSelector(selector, bread, made, covered));
        covers(bread, before);
    }

    function test_the_last_amount_is_issued_and_one_more_is_not() public {
        issue(flour, 10, 99);
        bytes4 selector = IUnitRegistry.UnitsExceedLot.selector;
        bytes memory error = abi.encodeWithSelector(selector, flour, MADE, MADE + 1);
        refuseEnter(MILL_KEY, issuing(flour, 1, 11, "root"), error);
        issue(flour, 1, 10);
        // a further run makes room, and what is gone takes none away
        act(MILL_KEY, dispose(flour, 100));
        act(MILL_KEY, commission(flour, 1, 0));
        issue(flour, 1, 1);
        covers(flour, MADE + 1);
    }

    function test_an_issue_has_units_amounts_and_a_root() public {
        refuseEnter(MILL_KEY, issuing(flour, 0, 1, "root"), _invalid(flour, 0, 1, "root"));
        refuseEnter(MILL_KEY, issuing(flour, 1, 0, "root"), _invalid(flour, 1, 0, "root"));
        refuseEnter(MILL_KEY, issuing(flour, 1, 1, 0), _invalid(flour, 1, 1, 0));
    }

    function test_indexes_stay_within_what_databases_keep() public {
        act(MILL_KEY, commission(bread, LARGEST, 0));
        enter(MILL_KEY, issuing(bread, LARGEST, 1, "root"));
        bytes memory all = abi.encodeCall(IUnitRegistry.voidUnits, (bread, 1, 0, 256, 1));
        enter(MILL_KEY, all);
        covers(bread, LARGEST - 256);
        refuseEnter(MILL_KEY, issuing(bread, 1, 1, "root"), _invalid(bread, 1, 1, "root"));
    }

    function test_issues_of_a_lot_are_counted_to_their_end() public {
        issue(flour, 1, 1);
        bytes32 place = _slotOf(abi.encodeCall(units.issuesOf, (flour)));
        uint256 slot = uint256(vm.load(address(units), place));
        vm.store(address(units), place, bytes32(((slot >> 32) << 32) | type(uint32).max));
        (uint32 issues, , ) = units.issuesOf(flour);
        equal(issues, type(uint32).max);
        refuseEnter(MILL_KEY, issuing(flour, 1, 1, "root"), _invalid(flour, 1, 1, "root"));
    }

    function test_only_the_maker_of_a_lot_issues_its_units() public {
        bytes4 selector = IUnitRegistry.NotTheMaker.selector;
        bytes memory error = abi.encodeWithSelector(selector, flour, MILL, BAKERY);
        act(MILL_KEY, authoriseMaker(flourProduct, BAKERY, true));
        refuseEnter(BAKERY_KEY, issuing(flour, 1, 1, "root"), error);
        bytes memory role = abi.encodeWithSelector(IDoor.RoleMissing.selector, SHOP, 1, 4);
        refuseEnter(SHOP_KEY, issuing(flour, 1, 1, "root"), role);
    }

    function test_only_lots_that_exist_and_are_not_recalled_have_units() public {
        bytes32[3] memory wrong = [flourProduct, flourProduct.unit("S"), pallet];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory invalid = abi.encodeWithSelector(
                IUnitRegistry.IdInvalid.selector,
                wrong[i]
            );
            refuseEnter(MILL_KEY, issuing(wrong[i], 1, 1, "root"), invalid);
        }
        bytes memory error = abi.encodeWithSelector(IUnitRegistry.ItemUnknown.selector, bread);
        refuseEnter(MILL_KEY, issuing(bread, 1, 1, "root"), error);
        act(AUDITOR_KEY, recall(flour));
        error = abi.encodeWithSelector(IUnitRegistry.ItemIsRecalled.selector, flour, AUDITOR);
        refuseEnter(MILL_KEY, issuing(flour, 1, 1, "root"), error);
        act(AUDITOR_KEY, release(flour));
        issue(flour, 1, 1);
    }

    // ------------------------------------------------------------------ voiding

    /// @dev Ranges over any borders of words, beside a count one by one.
    function test_fuzz_voiding_makes_room_once(
        uint64 first,
        uint64 count,
        uint64 again,
        uint64 more
    ) public {
        issue(flour, 400, 2);
        issue(flour, 100, 1);
        (first, again) = (first % 400, again % 400);
        (count, more) = (1 + (count % (400 - first)), 1 + (more % (400 - again)));
        enter(MILL_KEY, voiding(1, first, count));
        enter(MILL_KEY, voiding(1, again, more));
        uint64 voided = 0;
        for (uint64 index = 0; index < 500; ++index) {
            bool inFirst = index >= first && index < first + count;
            bool isVoid = inFirst || (index >= again && index < again + more);
            isUnit(index, false, false, false, isVoid);
            if (isVoid) ++voided;
        }
        covers(flour, 900 - 2 * voided);
        act(MILL_KEY, commission(flour, 100, 0));
        bytes4 selector = IUnitRegistry.UnitsExceedLot.selector;
        bytes memory error = abi.encodeWithSelector(selector, flour, MADE + 100, MADE + 101);
        refuseEnter(MILL_KEY, issuing(flour, 2 * voided + 201, 1, "root"), error);
        enter(MILL_KEY, issuing(flour, 2 * voided + 200, 1, "root"));
    }

    function test_a_range_lies_within_its_issue() public {
        issue(flour, 10, 1);
        issue(flour, 10, 1);
        _refuseUnknown(voiding(1, 10, 1), 1, 10);
        _refuseUnknown(voiding(1, 9, 2), 1, 10);
        _refuseUnknown(voiding(2, 9, 2), 2, 9);
        _refuseUnknown(voiding(2, 20, 1), 2, 20);
        _refuseUnknown(voiding(2, 10, 11), 2, 20);
        _refuseUnknown(voiding(2, 10, type(uint64).max), 2, 20);
        _refuseUnknown(voiding(2, type(uint64).max, type(uint64).max), 2, type(uint64).max);
        bytes memory none = abi.encodeWithSelector(IUnitRegistry.UnitsNotOrdered.selector, 0);
        refuseEnter(MILL_KEY, voiding(2, 10, 0), none);
        enter(MILL_KEY, voiding(2, 10, 10));
        covers(flour, 10);
    }

    function test_only_who_issued_voids_also_while_writes_are_paused() public {
        issue(flour, 10, 1);
        bytes4 selector = IUnitRegistry.NotTheMaker.selector;
        bytes memory error = abi.encodeWithSelector(selector, flour, MILL, AUDITOR);
        refuseEnter(AUDITOR_KEY, voiding(1, 0, 1), error);
        error = abi.encodeWithSelector(IUnitRegistry.IssueUnknown.selector, flour, 2);
        refuseEnter(MILL_KEY, voiding(2, 0, 1), error);
        vm.prank(GOVERNOR);
        registry.pauseWrites();
        enter(MILL_KEY, voiding(1, 0, 1));
        isUnit(0, false, false, false, true);
        error = abi.encodeWithSelector(IDoor.WritesArePaused.selector);
        refuseEnter(MILL_KEY, issuing(flour, 1, 1, "root"), error);
        refuseEnter(SHOP_KEY, selling(1, from(1, 1)), error);
        refuseEnter(SHOP_KEY, returning(1, from(1, 1)), error);
        refuseEnter(SHOP_KEY, proving(1, 0, 10, 1), error);
    }

    function test_a_recalled_lot_is_voided_all_the_same() public {
        issue(flour, 10, 1);
        act(MILL_KEY, recall(flour));
        enter(MILL_KEY, voiding(1, 2, 3));
        covers(flour, 7);
    }

    function test_a_void_range_stands_in_its_event() public {
        issue(flour, 10, 1);
        vm.recordLogs();
        through(MILL_KEY, voiding(1, 2, 3));
        Log memory log = vm.getRecordedLogs()[1];
        require(log.topics[0] == IUnitRegistry.UnitsVoided.selector, "event");
        require(log.topics[1] == flour && uint256(log.topics[2]) == 1, "lot or issue");
        equal(uint256(log.topics[3]), MILL);
        bytes memory expected = abi.encode(bytes32(log.data), 2, 3, 3);
        require(keccak256(log.data) == keccak256(expected), "data");
    }

    function test_nobody_acts_alone() public {
        requireNobodyActs(issuing(flour, 1, 1, "root"));
        requireNobodyActs(voiding(1, 0, 1));
        requireNobodyActs(selling(1, from(0, 1)));
        requireNobodyActs(returning(1, from(0, 1)));
        requireNobodyActs(proving(1, 0, 10, 1));
    }

    // ------------------------------------------------------------------ private

    function _invalid(
        bytes32 lot,
        uint64 count,
        uint64 each,
        bytes32 root
    ) private pure returns (bytes memory) {
        bytes4 selector = IUnitRegistry.IssueInvalid.selector;
        return abi.encodeWithSelector(selector, lot, count, each, root);
    }

    function _refuseUnknown(bytes memory call, uint32 number, uint64 index) private {
        bytes4 selector = IUnitRegistry.UnitUnknown.selector;
        refuseEnter(MILL_KEY, call, abi.encodeWithSelector(selector, flour, number, index));
    }

    function _requireIssue(
        bytes32 lot,
        uint32 number,
        uint64 first,
        uint64 count,
        uint64 each
    ) private view {
        (uint32 org, uint64 start, uint64 many, uint64 amount, ) = units.issueOf(lot, number);
        require(org == MILL && start == first && many == count && amount == each, "issue");
    }

    /// @dev The one slot that a view reads.
    function _slotOf(bytes memory view_) private returns (bytes32) {
        vm.record();
        (bool done, ) = address(units).staticcall(view_);
        require(done, "view");
        (bytes32[] memory reads, ) = vm.accesses(address(units));
        return reads[0];
    }
}
