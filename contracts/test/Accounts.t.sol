// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Loyalty} from "../Loyalty.sol";
import {Quarters} from "../Quarters.sol";
import {ILoyalty} from "../interfaces/ILoyalty.sol";
import {IOrgRegistry} from "../interfaces/IOrgRegistry.sol";
import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {IUnitRegistry} from "../interfaces/IUnitRegistry.sol";
import {TillFixture} from "./Till.sol";
import {Log, vm} from "./Vm.sol";

/// @title Accounts laid open
contract Books is Loyalty {
    constructor(
        IOrgRegistry registry,
        IProductLedger ledger,
        IUnitRegistry units
    ) Loyalty(registry, ledger, units) {}

    function credit(address member, uint256 quarter, uint256 points) external returns (uint256) {
        return _credit(1, member, quarter, points);
    }

    function takeBack(address member, uint256 quarter, uint256 points) external returns (uint256) {
        return _takeBack(1, member, quarter, points);
    }

    function spend(address member, uint256 points) external returns (uint256) {
        return _spend(1, member, points);
    }

    function giveBack(
        address member,
        uint256 taken
    ) external returns (uint256 restored, uint256 recovered, uint256 expired) {
        return _giveBack(1, member, taken);
    }
}

/// @title Accounts beside a plain model: points by quarter, and a debt
contract AccountsTest is TillFixture {
    using Quarters for uint256;

    Books private _books;
    mapping(uint256 quarter => uint256) private _has;
    uint256 private _owes;
    uint256 private _expired;
    uint256 private _logged;
    uint256[] private _spent;

    function setUp() public override {
        super.setUp();
        _books = new Books(registry, ledger, units);
    }

    // ------------------------------------------------------------------ any order of things

    function test_fuzz_accounts_are_as_the_model_has_them(uint256[24] memory seeds) public {
        vm.warp(0); // from the first quarter there is
        vm.recordLogs();
        for (uint256 i = 0; i < seeds.length; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(seeds[i], i)));
            uint256 kind = seed % 6;
            uint256 amount = 1 + ((seed >> 16) % (seed & 0x100 == 0 ? 100 : 2000));
            if (kind < 2) _credits((seed >> 64) % 4, amount);
            else if (kind == 2) _takesBack((seed >> 64) % 4, amount);
            else if (kind == 3) _spends(amount);
            else if (kind == 4) _givesBack(seed >> 64);
            else _timePasses(seed >> 64);
            _compare();
        }
        _compareExpiry();
    }

    function _credits(uint256 age, uint256 amount) private {
        uint256 quarter = quarterNow() < age ? 0 : quarterNow() - age;
        uint256 recovered = _books.credit(ALICE, quarter, amount);
        equal(recovered, _credited(quarter, amount));
    }

    function _takesBack(uint256 age, uint256 amount) private {
        uint256 own = quarterNow() < age ? 0 : quarterNow() - age;
        uint256 left = amount - _drawn(own, amount);
        for (uint256 quarter = 0; quarter <= quarterNow(); ++quarter) {
            left -= _drawn(quarter, left);
        }
        _owes += left;
        equal(_books.takeBack(ALICE, own, amount), left);
    }

    function _spends(uint256 amount) private {
        (uint64 available, , ) = _books.accountOf(1, ALICE);
        _addLogs();
        if (amount > available) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    ILoyalty.BalanceTooSmall.selector,
                    1,
                    ALICE,
                    available,
                    amount
                )
            );
            _books.spend(ALICE, amount);
            vm.getRecordedLogs(); // forge keeps those of what was undone
            return;
        }
        _spent.push(_books.spend(ALICE, amount));
        for (uint256 quarter = 0; quarter <= quarterNow(); ++quarter) {
            amount -= _drawn(quarter, amount);
        }
    }

    function _givesBack(uint256 seed) private {
        if (_spent.length == 0) return;
        uint256 taken = _spent[seed % _spent.length];
        _spent[seed % _spent.length] = _spent[_spent.length - 1];
        _spent.pop();
        uint256[3] memory expected;
        for (uint256 age = 0; age < 4 && age <= taken.newest(); ++age) {
            uint256 quarter = taken.newest() - age;
            uint256 amount = taken.pointsOf(quarter);
            if (quarter + 4 <= quarterNow()) {
                expected[2] += amount;
            } else {
                expected[0] += amount;
            }
        }
        expected[1] = expected[0] < _owes ? expected[0] : _owes;
        for (uint256 quarter = taken.oldest(); quarter <= taken.newest(); ++quarter) {
            if (quarter + 4 > quarterNow()) _credited(quarter, taken.pointsOf(quarter));
        }
        (uint256 restored, uint256 recovered, uint256 expired) = _books.giveBack(ALICE, taken);
        equal(restored, expected[0]);
        equal(recovered, expected[1]);
        equal(expired, expected[2]);
    }

    function _timePasses(uint256 seed) private {
        uint256 quarters = seed % 16 == 0 ? 1 + ((seed >> 8) % 40) : seed % 3;
        vm.warp(block.timestamp + quarters * QUARTER + ((seed >> 32) % 40 days));
        for (uint256 quarter = 0; quarter + 4 <= quarterNow(); ++quarter) {
            _expired += _has[quarter];
            _has[quarter] = 0;
        }
    }

    function _credited(uint256 quarter, uint256 amount) private returns (uint256 recovered) {
        recovered = amount < _owes ? amount : _owes;
        _owes -= recovered;
        _has[quarter] += amount - recovered;
    }

    function _drawn(uint256 quarter, uint256 wanted) private returns (uint256 drawn) {
        drawn = _has[quarter] < wanted ? _has[quarter] : wanted;
        _has[quarter] -= drawn;
    }

    function _compare() private view {
        (uint64 available, uint64 owed, uint64[4] memory byQuarter) = _books.accountOf(1, ALICE);
        uint256 sum = 0;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 quarter = quarterNow() + i;
            equal(byQuarter[i], quarter < 3 ? 0 : _has[quarter - 3]);
            sum += byQuarter[i];
        }
        equal(available, sum);
        equal(owed, _owes);
        require(owed == 0 || available == 0, "owes and has");
    }

    /// @dev Once an act has met it, all that expired was logged, each with its own quarter.
    function _compareExpiry() private {
        _books.credit(ALICE, quarterNow(), 1);
        _addLogs();
        equal(_logged, _expired);
    }

    function _addLogs() private {
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            require(logs[i].topics[0] == ILoyalty.PointsExpired.selector, "another event");
            (, uint16 quarter, uint64 amount) = abi.decode(logs[i].data, (bytes32, uint16, uint64));
            require(quarter + 4 <= quarterNow() && amount != 0, "not over");
            _logged += amount;
        }
    }

    // ------------------------------------------------------------------ how long points live

    function test_fuzz_points_live_from_270_to_360_days(uint32 start, uint32 wait) public {
        vm.warp(NOW + (start % (2 * QUARTER)));
        settled(ALICE, "R", 7);
        uint256 since = block.timestamp;
        vm.warp(since + (wait % 400 days));
        (uint64 available, , ) = loyalty.accountOf(PROGRAMME, ALICE);
        uint256 age = block.timestamp - since;
        require(age > 270 days || available == 7, "too short a life");
        require(age < 360 days || available == 0, "too long a life");
        bool over = block.timestamp / QUARTER >= since / QUARTER + 4;
        equal(available, over ? 0 : 7);
        if (!over) return spend(ALICE_SECRET, "N", 7);
        refusePoints(
            SHOP_KEY,
            redeem(redemptionOf(ALICE_SECRET, SHOP, "N", 1)),
            abi.encodeWithSelector(ILoyalty.BalanceTooSmall.selector, PROGRAMME, ALICE, 0, 1)
        );
    }

    function test_points_settled_late_live_no_longer() public {
        points(SHOP_KEY, award(ALICE, "R", 7));
        uint256 quarter = (block.timestamp + WINDOW) / QUARTER;
        vm.warp((quarter + 4) * QUARTER - 1);
        points(SHOP_KEY, settle(byReceipt(SHOP, "R")));
        requireAccount(ALICE, 7, 0);
        vm.warp(block.timestamp + 1);
        requireAccount(ALICE, 0, 0);
    }

    function test_the_oldest_points_are_spent_first() public {
        uint256 first = quarterNow();
        settled(ALICE, "A", 10);
        vm.warp((first + 1) * QUARTER);
        settled(ALICE, "B", 20);
        spend(ALICE_SECRET, "N", 15);
        (, , uint64[4] memory byQuarter) = loyalty.accountOf(PROGRAMME, ALICE);
        equal(byQuarter[2], 0);
        equal(byQuarter[3], 15);
    }

    // ------------------------------------------------------------------ writing expiry down

    function test_fuzz_an_account_without_anything_expired_is_not_written(
        uint32 wait,
        bool touched
    ) public {
        if (touched) settled(ALICE, "R", 7);
        vm.warp(block.timestamp + wait);
        (uint64 available, , ) = loyalty.accountOf(PROGRAMME, ALICE);
        vm.record();
        Log memory last = told(AUDITOR_KEY, expire(ALICE));
        (, bytes32[] memory writes) = vm.accesses(address(loyalty));
        bool expired = touched && available == 0;
        // the journal and the operation's bit, and the account with its event
        equal(_different(writes), expired ? 3 : 2);
        require((last.topics[0] == ILoyalty.PointsExpired.selector) == expired, "what was told");
    }

    function test_expiry_is_told_once_with_its_quarter() public {
        settled(ALICE, "R", 7);
        uint256 quarter = quarterNow();
        vm.warp((quarter + 4) * QUARTER - 1);
        points(AUDITOR_KEY, expire(ALICE));
        requireAccount(ALICE, 7, 0);
        vm.warp(block.timestamp + 1);
        Log memory last = told(AUDITOR_KEY, expire(ALICE));
        (uint16 of_, uint64 amount) = abi.decode(last.data, (uint16, uint64));
        equal(of_, quarter);
        equal(amount, 7);
        last = told(AUDITOR_KEY, expire(ALICE));
        require(last.topics[0] != ILoyalty.PointsExpired.selector, "told twice");
    }

    function test_nobody_expires_in_a_programme_that_is_not_there() public {
        address[] memory nobody = new address[](0);
        refusePoints(
            SHOP_KEY,
            abi.encodeCall(ILoyalty.expire, (9, nobody)),
            abi.encodeWithSelector(ILoyalty.ProgrammeUnknown.selector, 9)
        );
        points(SHOP_KEY, abi.encodeCall(ILoyalty.expire, (PROGRAMME, nobody)));
    }

    // ------------------------------------------------------------------ the word

    function test_fuzz_a_word_keeps_its_parts_apart(
        uint48[4] memory amounts,
        uint16 newest,
        uint48 beside
    ) public pure {
        uint256 word = 0;
        for (uint256 i = 0; i < 4; ++i) {
            word = word.add(i, amounts[i]);
        }
        word = word.withBeside(beside).movedTo(newest).withBeside(beside).movedTo(newest);
        equal(word.newest(), newest);
        equal(word.oldest(), newest < 3 ? 0 : newest - 3);
        equal(word.beside(), beside);
        for (uint256 i = 0; i < 4; ++i) {
            equal(word.pointsOf(4 + i), amounts[i]);
            (uint256 rest, uint256 drawn) = word.draw(i, type(uint256).max);
            equal(drawn, amounts[i]);
            equal(rest.pointsOf(i), 0);
            equal(rest.beside(), beside);
        }
    }

    function test_fuzz_the_oldest_are_drawn_first(
        uint48[4] memory amounts,
        uint16 newest,
        uint48 wanted
    ) public pure {
        if (newest < 3) newest += 3;
        uint256 word = uint256(0).movedTo(newest).withBeside(9);
        for (uint256 i = 0; i < 4; ++i) {
            word = word.add(uint256(newest) - 3 + i, amounts[i]);
        }
        (uint256 rest, uint256 taken, uint256 missing) = word.drawOldest(wanted);
        equal(taken.newest(), newest);
        equal(taken.beside(), 0);
        equal(rest.beside(), 9);
        uint256 left = wanted;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 quarter = uint256(newest) - 3 + i;
            uint256 drawn = amounts[i] < left ? amounts[i] : left;
            equal(taken.pointsOf(quarter), drawn);
            equal(rest.pointsOf(quarter), amounts[i] - drawn);
            left -= drawn;
        }
        equal(missing, left);
    }

    function _different(bytes32[] memory slots) private pure returns (uint256 number) {
        for (uint256 i = 0; i < slots.length; ++i) {
            bool known = false;
            for (uint256 j = 0; j < i; ++j) {
                known = known || slots[i] == slots[j];
            }
            if (!known) ++number;
        }
    }
}
