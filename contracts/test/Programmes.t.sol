// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {ILoyalty} from "../interfaces/ILoyalty.sol";
import {TillFixture} from "./Till.sol";
import {vm} from "./Vm.sol";

contract ProgrammesTest is TillFixture {
    // ------------------------------------------------------------------ opening and changing

    function test_programmes_are_numbered_in_order() public {
        points(MILL_KEY, _open(7, 5, 0));
        (uint32 org, bool closed, uint32 window, uint64 budget, , uint64 cap, , bytes32 rules) = (
            loyalty.programmeOf(2)
        );
        require(org == MILL && !closed && window == 0 && rules == RULES, "programme");
        require(budget == 7 && cap == 5, "points");
        (org, , window, , , , , ) = loyalty.programmeOf(PROGRAMME);
        require(org == SHOP && window == WINDOW, "the first");
        vm.expectRevert(_unknown(3));
        loyalty.programmeOf(3);
        vm.expectRevert(_unknown(3));
        loyalty.rightsOf(3, SHOP);
    }

    function test_fuzz_points_and_windows_have_bounds(
        uint64 budget,
        uint64 cap,
        uint32 window
    ) public {
        bytes memory error = "";
        if (window > 366 days)
            error = abi.encodeWithSelector(ILoyalty.ReturnWindowInvalid.selector, window);
        if (cap == 0 || cap > MOST) error = _invalid(cap);
        if (budget == 0 || budget > MOST) error = _invalid(budget);
        if (error.length != 0) return refusePoints(SHOP_KEY, _open(budget, cap, window), error);
        points(SHOP_KEY, _open(budget, cap, window));
        (, , uint32 found, uint64 has, uint64 issued, uint64 most, uint64 today, ) = (
            loyalty.programmeOf(2)
        );
        require(found == window && has == budget && most == cap, "terms");
        require(issued == 0 && today == 0, "issued already");
    }

    function test_the_bounds_themselves() public {
        test_fuzz_points_and_windows_have_bounds(MOST, MOST, 366 days);
        refusePoints(SHOP_KEY, _open(MOST + 1, 1, 0), _invalid(MOST + 1));
        refusePoints(SHOP_KEY, _open(1, MOST + 1, 0), _invalid(MOST + 1));
        refusePoints(SHOP_KEY, _open(1, 0, 0), _invalid(0));
        refusePoints(SHOP_KEY, _open(0, 1, 0), _invalid(0));
        bytes memory error = abi.encodeWithSelector(
            ILoyalty.ReturnWindowInvalid.selector,
            366 days + 1
        );
        refusePoints(SHOP_KEY, _open(1, 1, 366 days + 1), error);
        refusePoints(SHOP_KEY, _change(1, 366 days + 1), error);
        refusePoints(SHOP_KEY, _change(0, 1), _invalid(0));
    }

    function test_makers_and_retailers_open_programmes() public {
        refusePoints(
            AUDITOR_KEY,
            _open(1, 1, 0),
            abi.encodeWithSelector(IDoor.RoleMissing.selector, AUDITOR, 5, 16)
        );
        setRoles(BAKERY, 1);
        points(BAKERY_KEY, _open(1, 1, 0));
        setRoles(BAKERY, 4);
        points(BAKERY_KEY, _open(1, 1, 0));
    }

    function test_only_the_owner_changes_a_programme() public {
        bytes[4] memory calls = [_fund(1), _change(1, 1), _close(), setPartner(BAKERY, EARN)];
        for (uint256 i = 0; i < calls.length; ++i) {
            refusePoints(
                MILL_KEY,
                calls[i],
                abi.encodeWithSelector(ILoyalty.NotTheProgrammeOwner.selector, PROGRAMME, MILL)
            );
            vm.prank(SHOP_KEY);
            (bool done, bytes memory answer) = address(loyalty).call(calls[i]);
            require(!done && bytes4(answer) == IDoor.NotPerforming.selector, "acted alone");
        }
        refusePoints(MILL_KEY, abi.encodeCall(ILoyalty.fundProgramme, (9, 1)), _unknown(9));
    }

    function test_a_suspended_owner_acts_no_more_but_its_members_keep_their_points() public {
        settled(ALICE, "R", 50);
        points(SHOP_KEY, setPartner(BAKERY, EARN | REDEEM));
        vm.prank(GOVERNOR);
        registry.suspendOrganisation(SHOP);
        vm.expectRevert();
        this.fund();
        points(BAKERY_KEY, award(ALICE, "R", 7));
        points(BAKERY_KEY, redeem(redemptionOf(ALICE_SECRET, BAKERY, "N", 50)));
        requireAccount(ALICE, 0, 0);
    }

    function fund() external {
        points(SHOP_KEY, _fund(1));
    }

    function test_other_rules_count_for_what_is_earned_later() public {
        points(SHOP_KEY, award(ALICE, "A", 1));
        points(SHOP_KEY, abi.encodeCall(ILoyalty.changeProgramme, (PROGRAMME, "new", CAP, 1 days)));
        bytes memory data = told(SHOP_KEY, award(ALICE, "B", 1)).data;
        (uint32 org, uint64 amount, uint40 from, bytes32 rules) = abi.decode(
            data,
            (uint32, uint64, uint40, bytes32)
        );
        require(org == SHOP && amount == 1 && rules == "new", "event");
        equal(from, block.timestamp + 1 days);
        (, , from, , ) = loyalty.earningOf(PROGRAMME, byReceipt(SHOP, "A"));
        equal(from, block.timestamp + WINDOW);
    }

    // ------------------------------------------------------------------ budget

    function test_fuzz_no_more_is_issued_than_the_budget(
        uint64 budget,
        uint64[8] memory amounts
    ) public {
        budget = 1 + (budget % 1000);
        points(SHOP_KEY, _open(budget, MOST, 0));
        uint64 issued = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint64 amount = 1 + (amounts[i] % 400);
            bytes memory call = abi.encodeCall(ILoyalty.award, (2, ALICE, bytes32(i), amount));
            if (amount <= budget - issued) {
                points(SHOP_KEY, call);
                issued += amount;
            } else {
                refusePoints(
                    SHOP_KEY,
                    call,
                    abi.encodeWithSelector(
                        ILoyalty.BudgetExceeded.selector,
                        2,
                        budget - issued,
                        amount
                    )
                );
            }
            (, , , uint64 whole, uint64 found, , uint64 today, ) = loyalty.programmeOf(2);
            require(whole == budget && found == issued && today == issued, "issued");
        }
    }

    function test_funds_add_to_the_budget_within_bounds() public {
        points(SHOP_KEY, _fund(MOST - BUDGET));
        (, , , uint64 budget, , , , ) = loyalty.programmeOf(PROGRAMME);
        equal(budget, MOST);
        refusePoints(SHOP_KEY, _fund(1), _invalid(MOST + 1));
        refusePoints(SHOP_KEY, _fund(0), _invalid(0));
        refusePoints(SHOP_KEY, _fund(type(uint64).max), _invalid(type(uint64).max));
        points(SHOP_KEY, _change(MOST, 0));
        points(SHOP_KEY, award(ALICE, "all", MOST));
        points(SHOP_KEY, settle(byReceipt(SHOP, "all")));
        requireAccount(ALICE, MOST, 0);
    }

    // ------------------------------------------------------------------ the daily cap

    function test_fuzz_the_cap_is_a_days(uint32 start, uint64 first, uint32 wait) public {
        uint256 now_ = NOW + (start % 2 days);
        vm.warp(now_);
        first = 1 + (first % CAP);
        points(SHOP_KEY, award(ALICE, "first", first));
        vm.warp(now_ + (wait % 2 days));
        bool another = block.timestamp / 1 days != now_ / 1 days;
        (, , , , , , uint64 today, ) = loyalty.programmeOf(PROGRAMME);
        equal(today, another ? 0 : first);
        uint64 left = another ? CAP : CAP - first;
        refusePoints(
            SHOP_KEY,
            award(ALICE, "second", left + 1),
            abi.encodeWithSelector(ILoyalty.DailyCapExceeded.selector, PROGRAMME, left, left + 1)
        );
        if (left != 0) points(SHOP_KEY, award(ALICE, "second", left));
    }

    function test_a_cap_lowered_below_what_was_issued_leaves_nothing() public {
        points(SHOP_KEY, award(ALICE, "A", 100));
        points(SHOP_KEY, _change(99, 0));
        refusePoints(
            SHOP_KEY,
            award(ALICE, "B", 1),
            abi.encodeWithSelector(ILoyalty.DailyCapExceeded.selector, PROGRAMME, 0, 1)
        );
        points(SHOP_KEY, _change(101, 0));
        points(SHOP_KEY, award(ALICE, "B", 1));
    }

    // ------------------------------------------------------------------ closing, partners

    function test_nothing_more_is_earned_in_a_closed_programme() public {
        issue(2);
        settled(ALICE, "A", 10);
        sellUnit(0);
        points(SHOP_KEY, _close());
        bytes memory closed = abi.encodeWithSelector(
            ILoyalty.ProgrammeIsClosed.selector,
            PROGRAMME
        );
        refusePoints(SHOP_KEY, _close(), closed);
        refusePoints(SHOP_KEY, award(ALICE, "B", 1), closed);
        refusePoints(SHOP_KEY, claim(claimOf(0, ALICE)), closed);
        refusePoints(MILL_KEY, openEarning(PROGRAMME, 2, 1, 0), closed);
        (, , bool claimed_, ) = units.unitState(flour, 0);
        require(!claimed_, "claimed for nothing");
        spend(ALICE_SECRET, "N", 10);
        points(SHOP_KEY, cancel(ALICE, "N"));
        requireAccount(ALICE, 10, 0);
    }

    function test_partners_do_what_they_were_allowed_while_they_are() public {
        refusePoints(BAKERY_KEY, award(ALICE, "A", 1), _notAPartner(BAKERY, EARN));
        points(SHOP_KEY, setPartner(BAKERY, REDEEM));
        equal(loyalty.rightsOf(PROGRAMME, BAKERY), REDEEM);
        equal(loyalty.rightsOf(PROGRAMME, SHOP), EARN | REDEEM);
        equal(loyalty.rightsOf(PROGRAMME, AUDITOR), 0);
        refusePoints(BAKERY_KEY, award(ALICE, "A", 1), _notAPartner(BAKERY, EARN));
        points(SHOP_KEY, setPartner(BAKERY, EARN));
        points(BAKERY_KEY, award(ALICE, "A", 1));
        refusePoints(
            BAKERY_KEY,
            redeem(redemptionOf(ALICE_SECRET, BAKERY, "N", 1)),
            _notAPartner(BAKERY, REDEEM)
        );
        points(SHOP_KEY, setPartner(BAKERY, 0));
        refusePoints(BAKERY_KEY, award(ALICE, "B", 1), _notAPartner(BAKERY, EARN));
        points(BAKERY_KEY, clawBackAward("A", 1)); // what it awarded it still takes back
    }

    function test_a_right_taken_away_ends_what_the_partners_units_earn() public {
        sellUnit(0);
        points(SHOP_KEY, setPartner(MILL, REDEEM));
        refusePoints(SHOP_KEY, claim(claimOf(0, ALICE)), _notAPartner(MILL, EARN));
        points(SHOP_KEY, setPartner(MILL, EARN));
        points(SHOP_KEY, claim(claimOf(0, ALICE)));
    }

    function test_fuzz_who_is_no_partner(uint32 partner, uint8 rights) public {
        partner = partner % 8;
        bool good = partner != 0 && partner != SHOP && partner <= AUDITOR && rights < 4;
        if (good) {
            points(SHOP_KEY, setPartner(partner, rights));
            equal(loyalty.rightsOf(PROGRAMME, partner), rights);
        } else {
            refusePoints(
                SHOP_KEY,
                setPartner(partner, rights),
                abi.encodeWithSelector(ILoyalty.PartnerInvalid.selector, partner, rights)
            );
        }
    }

    // ------------------------------------------------------------------ private

    function _open(uint64 budget, uint64 cap, uint32 window) private pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.openProgramme, (RULES, budget, cap, window));
    }

    function _fund(uint64 more) private pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.fundProgramme, (PROGRAMME, more));
    }

    function _change(uint64 cap, uint32 window) private pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.changeProgramme, (PROGRAMME, RULES, cap, window));
    }

    function _close() private pure returns (bytes memory) {
        return abi.encodeCall(ILoyalty.closeProgramme, (PROGRAMME));
    }

    function _unknown(uint32 programme) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILoyalty.ProgrammeUnknown.selector, programme);
    }

    function _invalid(uint64 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILoyalty.PointsInvalid.selector, amount);
    }

    function _notAPartner(uint32 org, uint8 right) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILoyalty.NotAPartner.selector, PROGRAMME, org, right);
    }
}
