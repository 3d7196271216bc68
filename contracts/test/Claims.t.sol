// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {Claim, ILoyalty} from "../interfaces/ILoyalty.sol";
import {IUnitRegistry} from "../interfaces/IUnitRegistry.sol";
import {TillFixture} from "./Till.sol";
import {Log, vm} from "./Vm.sol";

/// @title Earning with units, what follows a return, what follows a recall
contract ClaimsTest is TillFixture {
    // ------------------------------------------------------------------ opening

    function test_the_issuer_lets_its_units_earn_once() public {
        (uint32 programme, uint64 amount, uint40 closes) = loyalty.earningOn(flour, 1);
        require(programme == PROGRAMME && amount == PER_UNIT && closes == 0, "opening");
        issue(2);
        (programme, amount, closes) = loyalty.earningOn(flour, 2);
        require(programme == 0 && amount == 0 && closes == 0, "not opened");
        points(SHOP_KEY, setPartner(BAKERY, EARN));
        refusePoints(
            BAKERY_KEY,
            openEarning(PROGRAMME, 2, 1, 0),
            abi.encodeWithSelector(ILoyalty.NotTheIssuer.selector, flour, 2, BAKERY)
        );
        refusePoints(
            MILL_KEY,
            openEarning(PROGRAMME, 3, 1, 0),
            abi.encodeWithSelector(IUnitRegistry.IssueUnknown.selector, flour, 3)
        );
        refusePoints(MILL_KEY, openEarning(PROGRAMME, 2, 0, 0), _invalid(0));
        refusePoints(MILL_KEY, openEarning(PROGRAMME, 2, MOST + 1, 0), _invalid(MOST + 1));
        refusePoints(
            MILL_KEY,
            openEarning(PROGRAMME, 2, 1, uint40(block.timestamp)),
            abi.encodeWithSelector(ILoyalty.ClosesTooEarly.selector, block.timestamp)
        );
        points(MILL_KEY, openEarning(PROGRAMME, 2, MOST, uint40(block.timestamp + 1)));
        refusePoints(
            MILL_KEY,
            openEarning(PROGRAMME, 2, 1, 0),
            abi.encodeWithSelector(ILoyalty.EarningAlreadyOpened.selector, flour, 2, PROGRAMME)
        );
    }

    function test_who_may_not_let_units_earn() public {
        issue(2);
        points(SHOP_KEY, setPartner(MILL, REDEEM));
        refusePoints(
            MILL_KEY,
            openEarning(PROGRAMME, 2, 1, 0),
            abi.encodeWithSelector(ILoyalty.NotAPartner.selector, PROGRAMME, MILL, EARN)
        );
        refusePoints(
            MILL_KEY,
            openEarning(9, 2, 1, 0),
            abi.encodeWithSelector(ILoyalty.ProgrammeUnknown.selector, 9)
        );
        refusePoints(
            SHOP_KEY,
            openEarning(PROGRAMME, 2, 1, 0),
            abi.encodeWithSelector(IDoor.RoleMissing.selector, SHOP, 1, 4)
        );
    }

    // ------------------------------------------------------------------ claiming

    function test_a_sold_unit_earns() public {
        sellUnit(3);
        Log memory last = told(AUDITOR_KEY, claim(claimOf(3, ALICE))); // whoever brings it
        require(last.topics[0] == ILoyalty.PointsClaimed.selector, "event");
        require(uint256(last.topics[1]) == PROGRAMME && last.topics[3] == flour, "topics");
        require(uint256(last.topics[2]) == uint160(ALICE), "member");
        (uint64 index, uint64 amount, uint40 from, bytes32 rules) = abi.decode(
            last.data,
            (uint64, uint64, uint40, bytes32)
        );
        require(index == 3 && amount == PER_UNIT && rules == RULES, "data");
        equal(from, block.timestamp + WINDOW);
        vm.warp(from);
        points(SHOP_KEY, settle(byUnit(3)));
        requireAccount(ALICE, PER_UNIT, 0);
    }

    function test_every_unit_of_an_issue_earns_once() public {
        for (uint64 i = 0; i < UNITS_ISSUED; ++i) {
            claimed(i, ALICE);
            bytes memory again = abi.encodeWithSelector(
                IUnitRegistry.UnitAlreadyClaimed.selector,
                flour,
                i
            );
            refusePoints(SHOP_KEY, claim(claimOf(i, ALICE)), again);
            refusePoints(SHOP_KEY, claim(claimOf(i, BOB)), again);
        }
        (, , , , uint64 issued, , , ) = loyalty.programmeOf(PROGRAMME);
        equal(issued, UNITS_ISSUED * PER_UNIT);
    }

    function test_a_unit_that_was_claimed_never_earns_again() public {
        claimed(0, ALICE);
        returnUnit(0);
        points(SHOP_KEY, clawBackUnit(0));
        sellUnit(0);
        refusePoints(
            SHOP_KEY,
            claim(claimOf(0, BOB)),
            abi.encodeWithSelector(IUnitRegistry.UnitAlreadyClaimed.selector, flour, 0)
        );
    }

    function test_only_units_that_are_sold_not_void_and_not_recalled_earn() public {
        bytes memory notSold = abi.encodeWithSelector(IUnitRegistry.UnitNotSold.selector, flour, 0);
        refusePoints(SHOP_KEY, claim(claimOf(0, ALICE)), notSold);
        sellUnit(0);
        returnUnit(0);
        refusePoints(SHOP_KEY, claim(claimOf(0, ALICE)), notSold);
        sellUnit(0);
        act(MILL_KEY, recall(flour));
        refusePoints(
            SHOP_KEY,
            claim(claimOf(0, ALICE)),
            abi.encodeWithSelector(IUnitRegistry.ItemIsRecalled.selector, flour, MILL)
        );
        act(MILL_KEY, release(flour));
        does(
            address(units),
            MILL_KEY,
            abi.encodeCall(IUnitRegistry.voidUnits, (flour, 1, 0, 1, 0))
        );
        refusePoints(
            SHOP_KEY,
            claim(claimOf(0, ALICE)),
            abi.encodeWithSelector(IUnitRegistry.UnitIsVoid.selector, flour, 0)
        );
    }

    function test_units_of_an_issue_without_an_opening_earn_nothing() public {
        issue(2);
        sellUnit(5);
        refusePoints(
            SHOP_KEY,
            claim(claimOf(5, ALICE)),
            abi.encodeWithSelector(ILoyalty.EarningNotOpened.selector, flour, 2)
        );
        Claim memory wanted = claimOf(5, ALICE);
        wanted.issue = 1; // whose units earn
        refusePoints(
            SHOP_KEY,
            claim(wanted),
            abi.encodeWithSelector(IUnitRegistry.UnitUnknown.selector, flour, 1, 5)
        );
    }

    function test_units_earn_until_before_the_end() public {
        issue(2);
        uint40 closes = uint40(block.timestamp + 100);
        points(MILL_KEY, openEarning(PROGRAMME, 2, 7, closes));
        sellUnit(5);
        sellUnit(6);
        vm.warp(closes - 1);
        points(SHOP_KEY, claim(claimOf(5, ALICE)));
        vm.warp(closes);
        refusePoints(
            SHOP_KEY,
            claim(claimOf(6, ALICE)),
            abi.encodeWithSelector(ILoyalty.EarningIsClosed.selector, flour, 2, closes)
        );
    }

    function test_nobody_earns_for_the_member_zero() public {
        sellUnit(0);
        refusePoints(
            SHOP_KEY,
            claim(claimOf(0, address(0))),
            abi.encodeWithSelector(ILoyalty.AddressIsZero.selector)
        );
    }

    function test_an_award_and_a_unit_never_share_an_earning() public {
        require(byReceipt(SHOP, bytes32(uint256(3))) != byUnit(3), "shared");
        claimed(0, ALICE);
        refusePoints(SHOP_KEY, clawBackAward(bytes32(0), 1), _unknownEarning(byReceipt(SHOP, 0)));
    }

    // ------------------------------------------------------------------ what the code signed

    function test_a_copied_claim_earns_for_the_same_member_only() public {
        sellUnit(0);
        Claim memory copied = claimOf(0, ALICE);
        copied.member = BOB;
        _refuseProof(copied);
        copied = claimOf(0, ALICE);
        points(BAKERY_KEY, claim(copied)); // brought by another, for the same member
        (address member, , , , ) = loyalty.earningOf(PROGRAMME, byUnit(0));
        require(member == ALICE, "redirected");
    }

    function test_fuzz_another_code_is_not_the_units(uint256 secret) public {
        secret = 1 + (secret % (ORDER - 1));
        sellUnit(0);
        Claim memory wanted = signedClaim(0, ALICE, secret);
        if (secret == codeOf(0)) return points(SHOP_KEY, claim(wanted));
        _refuseProof(wanted);
    }

    function test_a_code_is_good_for_its_own_unit() public {
        sellUnit(0);
        sellUnit(1);
        _refuseProof(signedClaim(1, ALICE, codeOf(0)));
        Claim memory wanted = claimOf(0, ALICE);
        wanted.index = 1;
        _refuseProof(wanted);
        wanted = claimOf(0, ALICE);
        wanted.unit = unitOf(1);
        _refuseProof(wanted);
        wanted = claimOf(0, ALICE);
        wanted.path = claimOf(1, ALICE).path;
        _refuseProof(wanted);
        wanted.path = new bytes32[](0);
        _refuseProof(wanted);
    }

    function test_forms_of_a_signature() public {
        sellUnit(0);
        Claim memory wanted = claimOf(0, ALICE);
        bytes memory good = wanted.signature;
        bytes[5] memory bad = [
            twin(good),
            bytes.concat(good, hex"00"),
            new bytes(64),
            new bytes(65),
            new bytes(0)
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            wanted.signature = bad[i];
            refusePoints(
                SHOP_KEY,
                claim(wanted),
                abi.encodeWithSelector(ILoyalty.ClaimNotSigned.selector, flour, 0)
            );
        }
        wanted.signature = good;
        vm.chainId(block.chainid + 1);
        _refuseProof(wanted);
        vm.chainId(block.chainid - 1);
        bytes memory message = abi.encode(
            keccak256("Claim(bytes32 lot,uint64 index,address member)"),
            flour,
            uint64(0),
            ALICE
        );
        wanted.signature = signed(codeOf(0), digestOf(address(units), block.chainid, message));
        _refuseProof(wanted);
        wanted.signature = signed(codeOf(0), digestOf(address(loyalty), block.chainid, message));
        points(SHOP_KEY, claim(wanted));
    }

    // ------------------------------------------------------------------ what came back

    function test_what_a_returned_unit_earned_is_taken_back_once() public {
        claimed(0, ALICE);
        refusePoints(
            SHOP_KEY,
            clawBackUnit(0),
            abi.encodeWithSelector(ILoyalty.UnitNotReturned.selector, flour, 0)
        );
        returnUnit(0);
        Log memory last = told(AUDITOR_KEY, clawBackUnit(0));
        require(last.topics[3] == byUnit(0), "earning");
        (uint64 amount, uint64 pending, uint64 owed) = abi.decode(
            last.data,
            (uint64, uint64, uint64)
        );
        require(amount == PER_UNIT && pending == PER_UNIT && owed == 0, "data");
        refusePoints(
            SHOP_KEY,
            clawBackUnit(0),
            abi.encodeWithSelector(ILoyalty.EarningTooSmall.selector, PROGRAMME, byUnit(0), 0, 1)
        );
    }

    function test_one_that_stayed_away_holds_the_list_back() public {
        claimed(0, ALICE);
        claimed(1, ALICE);
        returnUnit(0);
        refusePoints(
            SHOP_KEY,
            abi.encodeCall(ILoyalty.clawBackUnits, (flour, 1, list2(0, 1))),
            abi.encodeWithSelector(ILoyalty.UnitNotReturned.selector, flour, 1)
        );
    }

    function test_units_of_a_later_word_are_told_from_those_of_the_first() public {
        _issue(260, "root"); // the indexes 5 to 264
        bytes20 code = bytes20(vm.addr(codeOf(265)));
        bytes memory leaf = abi.encodePacked("lotmark/v1/unit\n", flour, unitOf(0), code);
        _issue(1, sha256(bytes.concat(hex"00", leaf)));
        points(MILL_KEY, openEarning(PROGRAMME, 3, 10, 0));
        bytes memory sale = abi.encodeCall(IUnitRegistry.sellUnits, (flour, 3, list(265)));
        does(address(units), SHOP_KEY, sale);
        Claim memory wanted = claimOf(265, ALICE);
        (wanted.issue, wanted.unit, wanted.path) = (3, unitOf(0), new bytes32[](0));
        points(SHOP_KEY, claim(wanted));
        bytes memory back = abi.encodeCall(ILoyalty.clawBackUnits, (flour, 3, list(265)));
        refusePoints(
            SHOP_KEY,
            back,
            abi.encodeWithSelector(ILoyalty.UnitNotReturned.selector, flour, 265)
        );
        bytes memory home = abi.encodeCall(IUnitRegistry.returnUnits, (flour, 3, list(265)));
        does(address(units), SHOP_KEY, home);
        points(SHOP_KEY, back);
    }

    function _issue(uint64 count, bytes32 root) private {
        does(
            address(units),
            MILL_KEY,
            abi.encodeCall(IUnitRegistry.issueUnits, (flour, count, 1, root))
        );
    }

    function test_it_is_taken_back_even_after_the_unit_was_sold_again() public {
        claimed(0, ALICE);
        vm.warp(block.timestamp + WINDOW);
        points(SHOP_KEY, settle(byUnit(0)));
        spend(ALICE_SECRET, "N", 60);
        returnUnit(0);
        sellUnit(0);
        points(SHOP_KEY, clawBackUnit(0));
        requireAccount(ALICE, 0, 60);
    }

    function test_a_unit_that_earned_nothing_gives_nothing_back() public {
        sellUnit(0);
        returnUnit(0);
        refusePoints(SHOP_KEY, clawBackUnit(0), _unknownEarning(byUnit(0)));
        issue(2);
        refusePoints(
            SHOP_KEY,
            clawBackUnit(5),
            abi.encodeWithSelector(ILoyalty.EarningNotOpened.selector, flour, 2)
        );
    }

    function test_one_earning_that_is_over_holds_the_list_back() public {
        claimed(0, ALICE);
        returnUnit(0);
        uint256 quarter = (block.timestamp + WINDOW) / QUARTER;
        vm.warp((quarter + 4) * QUARTER);
        refusePoints(
            SHOP_KEY,
            clawBackUnit(0),
            abi.encodeWithSelector(
                ILoyalty.EarningIsExpired.selector,
                PROGRAMME,
                byUnit(0),
                quarter
            )
        );
    }

    // ------------------------------------------------------------------ what was recalled

    function test_claimers_of_a_recalled_lot_are_compensated_once() public {
        claimed(0, ALICE);
        refusePoints(
            SHOP_KEY,
            compensate(0, 30),
            abi.encodeWithSelector(ILoyalty.ItemIsNotRecalled.selector, flour)
        );
        act(MILL_KEY, recall(flour));
        Log memory last = told(SHOP_KEY, compensate(0, 30));
        require(last.topics[0] == ILoyalty.PointsCompensated.selector, "event");
        (uint64 index, uint64 amount, uint64 recovered, uint16 quarter) = abi.decode(
            last.data,
            (uint64, uint64, uint64, uint16)
        );
        require(index == 0 && amount == 30 && recovered == 0, "data");
        equal(quarter, quarterNow());
        requireAccount(ALICE, 30, 0);
        (, uint64 left, , bool isSettled, bool compensated) = loyalty.earningOf(
            PROGRAMME,
            byUnit(0)
        );
        require(left == PER_UNIT && !isSettled && compensated, "marks");
        refusePoints(
            SHOP_KEY,
            compensate(0, 1),
            abi.encodeWithSelector(ILoyalty.UnitAlreadyCompensated.selector, flour, 0)
        );
        vm.warp(block.timestamp + WINDOW);
        points(SHOP_KEY, settle(byUnit(0)));
        requireAccount(ALICE, 30 + PER_UNIT, 0);
        (, left, , isSettled, compensated) = loyalty.earningOf(PROGRAMME, byUnit(0));
        require(isSettled && compensated, "one mark took the other's place");
        refusePoints(
            SHOP_KEY,
            compensate(0, 1),
            abi.encodeWithSelector(ILoyalty.UnitAlreadyCompensated.selector, flour, 0)
        );
    }

    function test_a_compensation_pays_what_is_owed_beside_the_cap_out_of_the_budget() public {
        claimed(0, ALICE);
        claimed(1, BOB);
        vm.warp(block.timestamp + WINDOW);
        points(SHOP_KEY, settle(byUnit(0)));
        spend(ALICE_SECRET, "N", PER_UNIT);
        returnUnit(0);
        points(SHOP_KEY, clawBackUnit(0));
        act(MILL_KEY, recall(flour));
        points(SHOP_KEY, award(BOB, "cap", CAP)); // the day's cap is reached
        points(SHOP_KEY, abi.encodeCall(ILoyalty.closeProgramme, (PROGRAMME)));
        bytes memory both = abi.encodeCall(ILoyalty.compensateUnits, (flour, 1, list2(0, 1), 130));
        points(SHOP_KEY, both);
        requireAccount(ALICE, 30, 0);
        requireAccount(BOB, 130, 0);
        (, , , , uint64 issued, , uint64 today, ) = loyalty.programmeOf(PROGRAMME);
        equal(issued, 2 * PER_UNIT + CAP + 260);
        equal(today, CAP);
    }

    function test_a_compensation_stays_within_the_budget() public {
        claimed(0, ALICE);
        claimed(1, BOB);
        act(MILL_KEY, recall(flour));
        uint64 left = BUDGET - 2 * PER_UNIT;
        uint64 each = left / 2 + 1;
        refusePoints(
            SHOP_KEY,
            abi.encodeCall(ILoyalty.compensateUnits, (flour, 1, list2(0, 1), each)),
            abi.encodeWithSelector(
                ILoyalty.BudgetExceeded.selector,
                PROGRAMME,
                left,
                2 * uint256(each)
            )
        );
        points(
            SHOP_KEY,
            abi.encodeCall(ILoyalty.compensateUnits, (flour, 1, list2(0, 1), left / 2))
        );
        requireAccount(BOB, left / 2, 0);
    }

    function test_who_is_not_compensated() public {
        claimed(0, ALICE);
        act(MILL_KEY, recall(flour));
        refusePoints(
            MILL_KEY,
            compensate(0, 1),
            abi.encodeWithSelector(ILoyalty.NotTheProgrammeOwner.selector, PROGRAMME, MILL)
        );
        refusePoints(SHOP_KEY, compensate(0, 0), _invalid(0));
        refusePoints(SHOP_KEY, compensate(0, MOST + 1), _invalid(MOST + 1));
        refusePoints(SHOP_KEY, compensate(1, 1), _unknownEarning(byUnit(1)));
        refusePoints(
            SHOP_KEY,
            compensate(5, 1),
            abi.encodeWithSelector(ILoyalty.EarningNotOpened.selector, flour, 2)
        );
    }

    // ------------------------------------------------------------------ lists, the door

    function test_lists_ascend_without_repeats() public {
        claimed(0, ALICE);
        returnUnit(0);
        act(MILL_KEY, recall(flour));
        uint64[][3] memory bad = [list2(0, 0), list2(1, 0), new uint64[](0)];
        for (uint256 i = 0; i < bad.length; ++i) {
            bytes memory error = abi.encodeWithSelector(
                ILoyalty.UnitsNotOrdered.selector,
                bad[i].length == 0 ? 0 : 1
            );
            bytes memory back = abi.encodeCall(ILoyalty.clawBackUnits, (flour, 1, bad[i]));
            refusePoints(SHOP_KEY, back, error);
            bytes memory more = abi.encodeCall(ILoyalty.compensateUnits, (flour, 1, bad[i], 1));
            refusePoints(SHOP_KEY, more, error);
        }
    }

    function test_nobody_acts_alone() public {
        bytes[4] memory calls = [
            openEarning(PROGRAMME, 1, 1, 0),
            claim(claimOf(0, ALICE)),
            clawBackUnit(9),
            compensate(9, 1)
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(SHOP_KEY);
            (bool done, bytes memory answer) = address(loyalty).call(calls[i]);
            require(!done && bytes4(answer) == IDoor.NotPerforming.selector, "acted alone");
        }
    }

    function test_nothing_is_written_while_writes_are_paused() public {
        vm.prank(GOVERNOR);
        registry.pauseWrites();
        bytes[6] memory calls = [
            claim(claimOf(0, ALICE)),
            award(ALICE, "R", 1),
            settle("R"),
            clawBackUnit(0),
            compensate(0, 1),
            expire(ALICE)
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            refusePoints(
                SHOP_KEY,
                calls[i],
                abi.encodeWithSelector(IDoor.WritesArePaused.selector)
            );
        }
    }

    function test_it_says_its_version() public view {
        require(keccak256(bytes(loyalty.version())) == keccak256("1.0.0"), "version");
    }

    // ------------------------------------------------------------------ private

    function _refuseProof(Claim memory wanted) private {
        refusePoints(
            SHOP_KEY,
            claim(wanted),
            abi.encodeWithSelector(
                IUnitRegistry.ProofInvalid.selector,
                flour,
                wanted.issue,
                wanted.index
            )
        );
    }

    function _unknownEarning(bytes32 earning) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILoyalty.EarningUnknown.selector, PROGRAMME, earning);
    }

    function _invalid(uint64 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILoyalty.PointsInvalid.selector, amount);
    }
}
