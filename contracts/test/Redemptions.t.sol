// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {ILoyalty, Redemption} from "../interfaces/ILoyalty.sol";
import {TillFixture} from "./Till.sol";
import {Log, vm} from "./Vm.sol";

contract RedemptionsTest is TillFixture {
    function setUp() public override {
        super.setUp();
        settled(ALICE, "R", 100);
        points(SHOP_KEY, setPartner(BAKERY, REDEEM));
    }

    // ------------------------------------------------------------------ redeeming

    function test_points_are_spent_where_the_member_said() public {
        Log memory last = told(SHOP_KEY, redeem(_wanted("N", 30)));
        require(last.topics[0] == ILoyalty.PointsRedeemed.selector, "event");
        equal(uint256(last.topics[1]), PROGRAMME);
        equal(uint256(last.topics[2]), uint160(ALICE));
        require(last.topics[3] == "N", "number");
        (uint32 org, uint64 amount) = abi.decode(last.data, (uint32, uint64));
        require(org == SHOP && amount == 30, "data");
        requireAccount(ALICE, 70, 0);
        uint64[4] memory byQuarter;
        (org, , byQuarter) = loyalty.redemptionOf(PROGRAMME, ALICE, "N");
        require(org == SHOP && byQuarter[3] == 30 && byQuarter[0] == 0, "record");
    }

    function test_a_number_is_used_once_also_after_it_was_cancelled() public {
        bytes memory again = abi.encodeWithSelector(
            ILoyalty.RedemptionAlreadyExists.selector,
            PROGRAMME,
            ALICE,
            bytes32("N")
        );
        bytes memory same = redeem(_wanted("N", 30));
        points(SHOP_KEY, same);
        refusePoints(SHOP_KEY, same, again);
        refusePoints(SHOP_KEY, redeem(_wanted("N", 1)), again);
        points(SHOP_KEY, cancel(ALICE, "N"));
        refusePoints(SHOP_KEY, same, again);
        requireAccount(ALICE, 100, 0);
        settled(BOB, "R2", 5);
        spend(BOB_SECRET, "N", 5); // numbers are each member's own
    }

    function test_fuzz_no_more_is_spent_than_there_is(uint64 first, uint64 second) public {
        first = 1 + (first % 100);
        spend(ALICE_SECRET, "N", first);
        second = 1 + (second % 150);
        bytes memory call = redeem(_wanted("M", second));
        if (first + second <= 100) points(SHOP_KEY, call);
        else refusePoints(SHOP_KEY, call, _tooSmall(100 - first, second));
    }

    function test_points_that_are_no_points() public {
        refusePoints(SHOP_KEY, redeem(_wanted("N", 0)), _invalid(0));
        refusePoints(SHOP_KEY, redeem(_wanted("N", MOST + 1)), _invalid(MOST + 1));
        refusePoints(SHOP_KEY, redeem(_wanted("N", MOST)), _tooSmall(100, MOST));
    }

    function test_only_retailers_that_may_redeem() public {
        refusePoints(
            AUDITOR_KEY,
            redeem(_wanted("N", 1)),
            abi.encodeWithSelector(IDoor.RoleMissing.selector, AUDITOR, 4, 16)
        );
        refusePoints(
            MILL_KEY,
            redeem(redemptionOf(ALICE_SECRET, MILL, "N", 1)),
            abi.encodeWithSelector(ILoyalty.NotAPartner.selector, PROGRAMME, MILL, REDEEM)
        );
        points(BAKERY_KEY, redeem(redemptionOf(ALICE_SECRET, BAKERY, "N", 1)));
        Redemption memory wanted = _wanted("M", 1);
        wanted.programme = 9;
        refusePoints(
            SHOP_KEY,
            redeem(wanted),
            abi.encodeWithSelector(ILoyalty.ProgrammeUnknown.selector, 9)
        );
    }

    // ------------------------------------------------------------------ what was signed

    function test_each_field_is_signed() public {
        Redemption memory wanted = _wanted("N", 30);
        wanted.points = 31;
        _refuseUnsigned(SHOP_KEY, wanted);
        wanted = _wanted("N", 30);
        wanted.redemption = "M";
        _refuseUnsigned(SHOP_KEY, wanted);
        wanted = _wanted("N", 30);
        wanted.deadline += 1;
        _refuseUnsigned(SHOP_KEY, wanted);
        wanted = _wanted("N", 30);
        wanted.member = BOB;
        _refuseUnsigned(SHOP_KEY, wanted);
        _refuseUnsigned(BAKERY_KEY, _wanted("N", 30)); // copied by another organisation
        points(SHOP_KEY, abi.encodeCall(ILoyalty.openProgramme, (RULES, BUDGET, CAP, WINDOW)));
        wanted = _wanted("N", 30);
        wanted.programme = 2;
        _refuseUnsigned(SHOP_KEY, wanted);
        points(SHOP_KEY, redeem(_wanted("N", 30)));
    }

    function test_another_chain_or_contract_or_form_is_not_what_was_signed() public {
        Redemption memory wanted = _wanted("N", 30);
        bytes memory good = wanted.signature;
        wanted.signature = twin(good);
        _refuseUnsigned(SHOP_KEY, wanted);
        wanted.signature = bytes.concat(good, hex"00");
        _refuseUnsigned(SHOP_KEY, wanted);
        wanted.signature = "";
        _refuseUnsigned(SHOP_KEY, wanted);
        wanted.signature = good;
        vm.chainId(block.chainid + 1);
        _refuseUnsigned(SHOP_KEY, wanted);
        vm.chainId(block.chainid - 1);
        points(SHOP_KEY, redeem(wanted));
    }

    function test_nobody_signs_for_the_member_zero() public {
        Redemption memory wanted = _wanted("N", 1);
        wanted.member = address(0);
        wanted.signature = new bytes(65);
        _refuseUnsigned(SHOP_KEY, wanted);
    }

    function test_the_deadline_is_the_last_good_second() public {
        Redemption memory wanted = _wanted("N", 30);
        vm.warp(block.timestamp + 1);
        refusePoints(
            SHOP_KEY,
            redeem(wanted),
            abi.encodeWithSelector(
                ILoyalty.RedemptionTooLate.selector,
                bytes32("N"),
                block.timestamp - 1
            )
        );
        vm.warp(block.timestamp - 1);
        points(SHOP_KEY, redeem(wanted));
    }

    // ------------------------------------------------------------------ undoing

    function test_only_who_redeemed_cancels_and_once() public {
        bytes memory unknown = abi.encodeWithSelector(
            ILoyalty.RedemptionUnknown.selector,
            PROGRAMME,
            ALICE,
            bytes32("N")
        );
        refusePoints(SHOP_KEY, cancel(ALICE, "N"), unknown);
        points(BAKERY_KEY, redeem(redemptionOf(ALICE_SECRET, BAKERY, "N", 60)));
        refusePoints(SHOP_KEY, cancel(ALICE, "N"), unknown);
        points(SHOP_KEY, setPartner(BAKERY, 0)); // what it did it may still undo
        Log memory last = told(BAKERY_KEY, cancel(ALICE, "N"));
        _requireCancelled(last, BAKERY, [uint64(60), 0, 0]);
        refusePoints(BAKERY_KEY, cancel(ALICE, "N"), unknown);
        requireAccount(ALICE, 100, 0);
        (uint32 org, uint16 quarter, uint64[4] memory byQuarter) = loyalty.redemptionOf(
            PROGRAMME,
            ALICE,
            "N"
        );
        require(org == 0 && quarter == 0 && byQuarter[3] == 0, "still there");
    }

    function test_fuzz_what_is_given_back_has_its_first_expiry(uint8 wait, uint64 amount) public {
        uint256 first = quarterNow();
        vm.warp((first + 1) * QUARTER);
        settled(ALICE, "second", 50);
        amount = 101 + (amount % 50); // all of the first quarter, some of the second
        spend(ALICE_SECRET, "N", amount);
        vm.warp((first + 1 + (wait % 6)) * QUARTER + 40 days);
        uint64 first_ = quarterNow() >= first + 4 ? 0 : 100;
        uint64 second = quarterNow() >= first + 5 ? 0 : amount - 100;
        Log memory last = told(SHOP_KEY, cancel(ALICE, "N"));
        _requireCancelled(last, SHOP, [first_ + second, 0, amount - first_ - second]);
        requireAccount(ALICE, quarterNow() >= first + 5 ? 0 : first_ + 50, 0);
        if (quarterNow() >= first + 4) return;
        vm.warp((first + 4) * QUARTER);
        requireAccount(ALICE, 50, 0);
        vm.warp((first + 5) * QUARTER);
        requireAccount(ALICE, 0, 0);
    }

    function test_years_later_nothing_comes_back() public {
        spend(ALICE_SECRET, "N", 100);
        vm.warp(block.timestamp + 20 * 365 days);
        Log memory last = told(SHOP_KEY, cancel(ALICE, "N"));
        _requireCancelled(last, SHOP, [uint64(0), 0, 100]);
        requireAccount(ALICE, 0, 0);
    }

    function test_what_is_given_back_pays_what_is_owed_first() public {
        spend(ALICE_SECRET, "N", 80);
        points(SHOP_KEY, clawBackAward("R", 50));
        requireAccount(ALICE, 0, 30);
        Log memory last = told(SHOP_KEY, cancel(ALICE, "N"));
        _requireCancelled(last, SHOP, [uint64(80), 30, 0]);
        requireAccount(ALICE, 50, 0);
    }

    function test_what_expired_pays_no_debt() public {
        spend(ALICE_SECRET, "N", 80);
        points(SHOP_KEY, clawBackAward("R", 100));
        vm.warp(block.timestamp + 360 days);
        Log memory last = told(SHOP_KEY, cancel(ALICE, "N"));
        _requireCancelled(last, SHOP, [uint64(0), 0, 80]);
        requireAccount(ALICE, 0, 80);
    }

    function test_nobody_acts_alone() public {
        bytes[2] memory calls = [redeem(_wanted("N", 1)), cancel(ALICE, "N")];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(SHOP_KEY);
            (bool done, bytes memory answer) = address(loyalty).call(calls[i]);
            require(!done && bytes4(answer) == IDoor.NotPerforming.selector, "acted alone");
        }
    }

    // ------------------------------------------------------------------ private

    function _wanted(bytes32 number, uint64 amount) private view returns (Redemption memory) {
        return redemptionOf(ALICE_SECRET, SHOP, number, amount);
    }

    function _refuseUnsigned(address key, Redemption memory wanted) private {
        refusePoints(
            key,
            redeem(wanted),
            abi.encodeWithSelector(
                ILoyalty.RedemptionNotSigned.selector,
                wanted.member,
                wanted.redemption
            )
        );
    }

    function _requireCancelled(Log memory last, uint32 by, uint64[3] memory expected) private pure {
        require(last.topics[0] == ILoyalty.RedemptionCancelled.selector, "event");
        (uint32 org, uint64 restored, uint64 recovered, uint64 expired) = abi.decode(
            last.data,
            (uint32, uint64, uint64, uint64)
        );
        equal(org, by);
        equal(restored, expected[0]);
        equal(recovered, expected[1]);
        equal(expired, expected[2]);
    }

    function _invalid(uint64 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILoyalty.PointsInvalid.selector, amount);
    }

    function _tooSmall(uint256 available, uint256 wanted) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                ILoyalty.BalanceTooSmall.selector,
                PROGRAMME,
                ALICE,
                available,
                wanted
            );
    }
}
