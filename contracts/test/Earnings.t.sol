// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {ILoyalty} from "../interfaces/ILoyalty.sol";
import {TillFixture} from "./Till.sol";
import {Log, vm} from "./Vm.sol";

/// @title Awards: earned with a receipt, settled, taken back
contract EarningsTest is TillFixture {
    // ------------------------------------------------------------------ awarding

    function test_an_award_is_pending_until_the_window_is_over() public {
        Log memory last = told(SHOP_KEY, award(ALICE, "R", 40));
        require(last.topics[0] == ILoyalty.PointsAwarded.selector, "event");
        require(last.topics[3] == "R" && uint256(last.topics[2]) == uint160(ALICE), "topics");
        requireAccount(ALICE, 0, 0);
        _requireEarning("R", 40, false);
        uint256 from = block.timestamp + WINDOW;
        vm.warp(from - 1);
        refusePoints(
            SHOP_KEY,
            settle(_id("R")),
            abi.encodeWithSelector(ILoyalty.EarningIsPending.selector, PROGRAMME, _id("R"), from)
        );
        vm.warp(from);
        last = told(AUDITOR_KEY, settle(_id("R"))); // whoever may act
        require(last.topics[0] == ILoyalty.PointsSettled.selector, "event");
        require(last.topics[3] == _id("R"), "earning");
        (uint64 amount, uint64 recovered, uint16 quarter) = abi.decode(
            last.data,
            (uint64, uint64, uint16)
        );
        require(amount == 40 && recovered == 0 && quarter == from / QUARTER, "data");
        requireAccount(ALICE, 40, 0);
        _requireEarning("R", 40, true);
    }

    function test_a_receipt_is_used_once_by_its_organisation() public {
        points(SHOP_KEY, award(ALICE, "R", 40));
        bytes memory used = abi.encodeWithSelector(
            ILoyalty.ReceiptAlreadyUsed.selector,
            PROGRAMME,
            SHOP,
            bytes32("R")
        );
        refusePoints(SHOP_KEY, award(BOB, "R", 1), used);
        points(SHOP_KEY, clawBackAward("R", 40));
        refusePoints(SHOP_KEY, award(BOB, "R", 1), used);
        points(SHOP_KEY, setPartner(BAKERY, EARN));
        points(BAKERY_KEY, award(BOB, "R", 1)); // its own receipts
    }

    function test_what_is_no_award() public {
        refusePoints(
            SHOP_KEY,
            award(address(0), "R", 1),
            abi.encodeWithSelector(ILoyalty.AddressIsZero.selector)
        );
        refusePoints(SHOP_KEY, award(ALICE, "R", 0), _invalid(0));
        refusePoints(SHOP_KEY, award(ALICE, "R", MOST + 1), _invalid(MOST + 1));
        refusePoints(
            SHOP_KEY,
            abi.encodeCall(ILoyalty.award, (9, ALICE, "R", 1)),
            abi.encodeWithSelector(ILoyalty.ProgrammeUnknown.selector, 9)
        );
        setRoles(MILL, 1);
        refusePoints(
            MILL_KEY,
            award(ALICE, "R", 1),
            abi.encodeWithSelector(IDoor.RoleMissing.selector, MILL, 4, 1)
        );
    }

    // ------------------------------------------------------------------ settling

    function test_an_earning_is_settled_once() public {
        settled(ALICE, "R", 40);
        refusePoints(
            SHOP_KEY,
            settle(_id("R")),
            abi.encodeWithSelector(ILoyalty.EarningAlreadySettled.selector, PROGRAMME, _id("R"))
        );
        refusePoints(SHOP_KEY, settle("X"), _unknown("X"));
        bytes32[] memory twice = new bytes32[](2);
        points(SHOP_KEY, award(ALICE, "S", 1));
        vm.warp(block.timestamp + WINDOW);
        (twice[0], twice[1]) = (_id("S"), _id("S"));
        refusePoints(
            SHOP_KEY,
            abi.encodeCall(ILoyalty.settle, (PROGRAMME, twice)),
            abi.encodeWithSelector(ILoyalty.EarningAlreadySettled.selector, PROGRAMME, _id("S"))
        );
        requireAccount(ALICE, 40, 0);
        points(SHOP_KEY, abi.encodeCall(ILoyalty.settle, (PROGRAMME, new bytes32[](0))));
    }

    function test_an_earning_of_another_programme_is_not_known() public {
        points(SHOP_KEY, abi.encodeCall(ILoyalty.openProgramme, (RULES, BUDGET, CAP, 0)));
        points(SHOP_KEY, award(ALICE, "R", 1));
        vm.warp(block.timestamp + WINDOW);
        refusePoints(
            SHOP_KEY,
            abi.encodeCall(ILoyalty.settle, (2, only(_id("R")))),
            abi.encodeWithSelector(ILoyalty.EarningUnknown.selector, 2, _id("R"))
        );
    }

    function test_nothing_is_not_settled() public {
        points(SHOP_KEY, award(ALICE, "R", 40));
        points(SHOP_KEY, clawBackAward("R", 40));
        vm.warp(block.timestamp + WINDOW);
        refusePoints(SHOP_KEY, settle(_id("R")), _tooSmall("R", 0, 1));
    }

    /// @dev First settled, then expired: who adds up in order never finds too little.
    function test_what_is_settled_too_late_expires_at_once_and_pays_nothing() public {
        settled(BOB, "B", 5);
        _owe(ALICE, 7);
        points(SHOP_KEY, award(ALICE, "R", 40));
        vm.warp(block.timestamp + 2 * 365 days);
        vm.recordLogs();
        points(SHOP_KEY, settle(_id("R")));
        requireAccount(ALICE, 0, 7);
        Log memory last = told(SHOP_KEY, expire(BOB));
        require(last.topics[0] == ILoyalty.PointsExpired.selector, "bob");
        points(SHOP_KEY, award(ALICE, "S", 40));
        vm.warp(block.timestamp + 2 * 365 days);
        vm.recordLogs();
        this.settleLate(_id("S"));
        Log[] memory logs = vm.getRecordedLogs();
        require(logs[1].topics[0] == ILoyalty.PointsSettled.selector, "settled");
        require(logs[2].topics[0] == ILoyalty.PointsExpired.selector, "expired");
        equal(logs.length, 3);
    }

    function settleLate(bytes32 earning) external {
        bytes[] memory calls = new bytes[](1);
        calls[0] = settle(earning);
        vm.prank(SHOP_KEY);
        loyalty.perform(1, calls);
    }

    function test_what_is_settled_pays_what_is_owed() public {
        _owe(ALICE, 30);
        points(SHOP_KEY, award(ALICE, "A", 20));
        points(SHOP_KEY, award(ALICE, "B", 20));
        vm.warp(block.timestamp + WINDOW);
        points(SHOP_KEY, settle(_id("A")));
        requireAccount(ALICE, 0, 10);
        Log memory last = told(SHOP_KEY, settle(_id("B")));
        (uint64 amount, uint64 recovered, ) = abi.decode(last.data, (uint64, uint64, uint16));
        require(amount == 20 && recovered == 10, "recovered");
        requireAccount(ALICE, 10, 0);
    }

    // ------------------------------------------------------------------ taking back

    function test_item_by_item_before_the_window_is_over() public {
        points(SHOP_KEY, award(ALICE, "R", 40));
        _requireTaken(told(SHOP_KEY, clawBackAward("R", 15)), 15, 15, 0);
        _requireTaken(told(SHOP_KEY, clawBackAward("R", 20)), 20, 20, 0);
        _requireEarning("R", 5, false);
        refusePoints(SHOP_KEY, clawBackAward("R", 6), _tooSmall("R", 5, 6));
        vm.warp(block.timestamp + WINDOW); // over, but not settled: still pending
        _requireTaken(told(SHOP_KEY, clawBackAward("R", 1)), 1, 1, 0);
        points(SHOP_KEY, settle(_id("R")));
        requireAccount(ALICE, 4, 0);
        _requireTaken(told(SHOP_KEY, clawBackAward("R", 4)), 4, 0, 0);
        refusePoints(SHOP_KEY, clawBackAward("R", 1), _tooSmall("R", 0, 1));
        requireAccount(ALICE, 0, 0);
    }

    function test_fuzz_what_is_not_there_is_owed(uint64 spent, uint64 taken) public {
        settled(ALICE, "R", 100);
        (spent, taken) = (1 + (spent % 100), 1 + (taken % 100));
        spend(ALICE_SECRET, "N", spent);
        uint64 left = 100 - spent;
        uint64 owed = taken > left ? taken - left : 0;
        _requireTaken(told(SHOP_KEY, clawBackAward("R", taken)), taken, 0, owed);
        requireAccount(ALICE, taken > left ? 0 : left - taken, owed);
    }

    function test_its_own_quarter_pays_before_the_oldest() public {
        uint256 first = quarterNow();
        settled(ALICE, "A", 10);
        vm.warp((first + 1) * QUARTER);
        settled(ALICE, "B", 20);
        vm.warp((first + 2) * QUARTER);
        settled(ALICE, "C", 30);
        points(SHOP_KEY, clawBackAward("B", 15));
        _requireByQuarter(10, 5, 30);
        spend(ALICE_SECRET, "N", 12); // the oldest, and two of B's
        _requireByQuarter(0, 3, 30);
        points(SHOP_KEY, clawBackAward("C", 30));
        _requireByQuarter(0, 3, 0);
        points(SHOP_KEY, clawBackAward("A", 10));
        _requireByQuarter(0, 0, 0);
        requireAccount(ALICE, 0, 7);
    }

    function test_nothing_is_taken_of_a_quarter_that_is_over() public {
        settled(ALICE, "R", 40);
        uint256 quarter = quarterNow();
        points(SHOP_KEY, award(ALICE, "P", 1)); // of the next quarter perhaps
        vm.warp((quarter + 4) * QUARTER - 1);
        points(SHOP_KEY, clawBackAward("R", 1));
        vm.warp(block.timestamp + 1);
        refusePoints(
            SHOP_KEY,
            clawBackAward("R", 1),
            abi.encodeWithSelector(ILoyalty.EarningIsExpired.selector, PROGRAMME, _id("R"), quarter)
        );
    }

    function test_only_who_awarded_takes_back() public {
        points(SHOP_KEY, award(ALICE, "R", 40));
        points(SHOP_KEY, setPartner(BAKERY, EARN));
        refusePoints(
            BAKERY_KEY,
            clawBackAward("R", 1),
            _unknown(keccak256(abi.encode(BAKERY, bytes32("R"))))
        );
        refusePoints(SHOP_KEY, clawBackAward("R", 0), _invalid(0));
        refusePoints(SHOP_KEY, clawBackAward("R", MOST + 1), _invalid(MOST + 1));
        refusePoints(SHOP_KEY, clawBackAward("R", MOST), _tooSmall("R", 40, MOST));
    }

    function test_nobody_acts_alone() public {
        bytes[4] memory calls = [
            award(ALICE, "R", 1),
            settle("R"),
            clawBackAward("R", 1),
            expire(ALICE)
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(SHOP_KEY);
            (bool done, bytes memory answer) = address(loyalty).call(calls[i]);
            require(!done && bytes4(answer) == IDoor.NotPerforming.selector, "acted alone");
        }
    }

    // ------------------------------------------------------------------ private

    function _owe(address member, uint64 amount) private {
        settled(member, "owe", amount);
        spend(ALICE_SECRET, "owe", amount);
        points(SHOP_KEY, clawBackAward("owe", amount));
        requireAccount(member, 0, amount);
    }

    function _id(bytes32 receipt) private pure returns (bytes32) {
        return byReceipt(SHOP, receipt);
    }

    function _requireEarning(bytes32 receipt, uint64 amount, bool settled_) private view {
        (address member, uint64 left, , bool isSettled, bool compensated) = loyalty.earningOf(
            PROGRAMME,
            _id(receipt)
        );
        require(member == ALICE && left == amount, "earning");
        require(isSettled == settled_ && !compensated, "marks");
    }

    function _requireTaken(
        Log memory last,
        uint64 amount,
        uint64 pending,
        uint64 owed
    ) private pure {
        require(last.topics[0] == ILoyalty.PointsClawedBack.selector, "event");
        (uint64 taken, uint64 before, uint64 debt) = abi.decode(
            last.data,
            (uint64, uint64, uint64)
        );
        equal(taken, amount);
        equal(before, pending);
        equal(debt, owed);
    }

    function _requireByQuarter(uint64 a, uint64 b, uint64 c) private view {
        (, , uint64[4] memory byQuarter) = loyalty.accountOf(PROGRAMME, ALICE);
        require(byQuarter[1] == a && byQuarter[2] == b && byQuarter[3] == c, "quarters");
    }

    function _tooSmall(
        bytes32 receipt,
        uint256 left,
        uint256 wanted
    ) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                ILoyalty.EarningTooSmall.selector,
                PROGRAMME,
                _id(receipt),
                left,
                wanted
            );
    }

    function _unknown(bytes32 earning) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILoyalty.EarningUnknown.selector, PROGRAMME, earning);
    }

    function _invalid(uint64 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILoyalty.PointsInvalid.selector, amount);
    }
}
