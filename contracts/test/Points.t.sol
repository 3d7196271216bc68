// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Claim, ILoyalty, Redemption} from "../interfaces/ILoyalty.sol";
import {PointsFold} from "./PointsFold.sol";
import {PointsWorld} from "./PointsWorld.sol";
import {vm} from "./Vm.sol";

/// @title Acts with points at random, about half of them illegal
/// @dev What is let through is judged by what the handler knows.
contract PointsHandler is PointsWorld {
    function timePasses(uint256 seed) external {
        seed = _mixed(seed);
        uint256 step = seed % 8 == 0 ? 1 + ((seed >> 8) % (2 * QUARTER)) : (seed >> 8) % 9 days;
        if (seed % 128 == 1) step = (seed >> 8) % 3000 days;
        vm.warp(block.timestamp + step);
        vm.roll(block.number + 1);
    }

    function sells(uint256 seed) public {
        seed = _mixed(seed);
        uint64 index = uint64((seed >> 8) % ALL_UNITS);
        if (!_try(Kind.SELL, address(units), _org(seed, SHOP), sellUnits(index))) return;
        _sold[index] = true;
    }

    function returns_(uint256 seed) public {
        seed = _mixed(seed);
        uint64 index = _unit(seed, false);
        if (!_try(Kind.RETURN, address(units), _org(seed, SHOP), returnUnits(index))) return;
        _sold[index] = false;
        if (_claimedFor[index] != address(0)) _cameBack[index] = true;
    }

    /// @dev Mostly released again soon: nothing is sold or claimed meanwhile.
    function recalls(uint256 seed) public {
        seed = _mixed(seed);
        bool lifts = _recalledBy != 0 && seed % 8 != 0;
        uint32 org = _org(seed, seed % 3 == 0 ? AUDITOR : MILL);
        bytes memory call = lifts ? release(flour) : recall(flour);
        if (!_try(Kind.RECALL, address(ledger), org, call)) return;
        _recalledBy = lifts ? 0 : org;
    }

    function claims(uint256 seed) public {
        seed = _mixed(seed);
        uint64 index = _unit(seed, true);
        address member = _member(seed >> 32);
        Claim memory wanted = claimOf(index, member);
        bool honest = true;
        if ((seed >> 40) % 4 == 0) {
            honest = false;
            uint256 trick = (seed >> 48) % 5;
            if (trick == 0) (wanted.member, honest) = (BOB, member == BOB);
            if (trick == 1) wanted.signature = twin(wanted.signature);
            if (trick == 2) wanted.index = (index + 1) % ALL_UNITS;
            if (trick == 3) wanted.unit = unitOf((index + 1) % ALL_UNITS);
            if (trick == 4) wanted = signedClaim(index, member, codeOf(index + 1));
        }
        uint32 org = _org(seed >> 56, SHOP);
        if (!_try(Kind.CLAIM, address(loyalty), org, claim(wanted))) return;
        uint32 programme = issueOf(index);
        if (!honest) broken = "a claim nobody signed";
        if (!_sold[index]) broken = "claimed unsold";
        if (_recalledBy != 0) broken = "claimed while recalled";
        if (_claimedFor[index] != address(0)) broken = "claimed twice";
        if (programme == 3) broken = "nothing was to be earned";
        if (programme == 2 && block.timestamp >= NOW + 3 * QUARTER) broken = "earned too late";
        _requireEarns(programme, MILL);
        _claimedFor[index] = wanted.member;
    }

    function awards(uint256 seed) public {
        seed = _mixed(seed);
        uint32 programme = _programme(seed);
        uint32 org = _org(seed >> 8, _owner(programme));
        bytes32 receipt = bytes32((seed >> 16) % RECEIPTS);
        bool used = _earning(programme, byReceipt(org, receipt)).member != address(0);
        address member = seed % 32 == 0 ? address(0) : _member(seed >> 24);
        uint64 amount = _amount(seed >> 32, 400);
        bytes memory call = abi.encodeCall(ILoyalty.award, (programme, member, receipt, amount));
        if (!_try(Kind.AWARD, address(loyalty), org, call)) return;
        if (used) broken = "a receipt twice";
        if (member == address(0) || amount == 0) broken = "awarded nothing or nobody";
        if (org == AUDITOR) broken = "awarded without the role";
        _requireEarns(programme, org);
    }

    function settles(uint256 seed) public {
        seed = _mixed(seed);
        (uint32 programme, bytes32 earning) = _someEarning(seed);
        PointsFold.Earning memory before = _earning(programme, earning);
        bytes memory call = abi.encodeCall(ILoyalty.settle, (programme, only(earning)));
        if (!_try(Kind.SETTLE, address(loyalty), _org(seed, SHOP), call)) return;
        if (before.settled || before.left == 0) broken = "settled twice, or nothing";
        if (block.timestamp < before.availableFrom) broken = "settled too early";
    }

    function clawsBackUnits(uint256 seed) public {
        seed = _mixed(seed);
        uint64 index = _unit(seed, false);
        for (uint64 i = 0; i < ALL_UNITS && seed % 4 != 0 && !_cameBack[index]; ++i) {
            index = (index + 1) % ALL_UNITS;
        }
        uint64 before = _earning(issueOf(index), byUnit(index)).left;
        bytes memory call = clawBackUnit(index);
        if (!_try(Kind.CLAW_BACK_UNIT, address(loyalty), _org(seed, SHOP), call)) return;
        if (!_cameBack[index]) broken = "taken back of what did not come back";
        if (before == 0) broken = "taken back twice";
        _requireLiving(issueOf(index), byUnit(index));
    }

    function clawsBackAwards(uint256 seed) public {
        seed = _mixed(seed);
        (uint32 programme, uint32 org, bytes32 receipt) = _someReceipt(seed);
        bytes32 earning = byReceipt(org, receipt);
        PointsFold.Earning memory before = _earning(programme, earning);
        uint64 amount = _amount(seed >> 32, before.left);
        if (seed % 8 == 0) org = _org(seed >> 64, org);
        bytes memory call = abi.encodeCall(ILoyalty.clawBackAward, (programme, receipt, amount));
        if (!_try(Kind.CLAW_BACK_AWARD, address(loyalty), org, call)) return;
        earning = byReceipt(org, receipt);
        if (_earning(programme, earning).org != org) broken = "taken back by another";
        _requireLiving(programme, earning);
    }

    function redeems(uint256 seed) public {
        seed = _mixed(seed);
        uint32 programme = _programme(seed);
        uint256 secret = [ALICE_SECRET, BOB_SECRET, 0xCA401][(seed >> 16) % 3];
        (uint64 available, , ) = loyalty.accountOf(programme, vm.addr(secret));
        uint32 org = _org(seed >> 24, _owner(programme));
        Redemption memory wanted;
        (wanted.programme, wanted.member) = (programme, vm.addr(secret));
        (wanted.redemption, wanted.points) = (
            bytes32((seed >> 32) % 64),
            _amount(seed >> 40, available)
        );
        wanted.deadline = uint40(block.timestamp + ((seed >> 64) % 8) - ((seed >> 72) % 4));
        uint32 for_ = (seed >> 80) % 16 == 0 ? _org(seed >> 88, org) : org;
        wanted.signature = signed(secret, redemptionDigest(wanted, for_));
        bool honest = for_ == org && (seed >> 96) % 8 != 0;
        if (_redemptions.length != 0 && (seed >> 96) % 8 == 1) {
            wanted = _wanted[_redemptions[(seed >> 104) % _redemptions.length]]; // replayed
        } else if (!honest) {
            wanted.points += for_ == org ? 1 : 0;
        }
        if (!_try(Kind.REDEEM, address(loyalty), org, redeem(wanted))) return;
        if (!honest) broken = "a redemption nobody signed";
        if (block.timestamp > wanted.deadline) broken = "redeemed too late";
        if (org != _owner(wanted.programme) && fold.rights(wanted.programme, org) & REDEEM == 0) {
            broken = "redeemed by no partner";
        }
        if (org == AUDITOR) broken = "redeemed without the role";
        bytes32 key = keccak256(abi.encode(wanted.programme, wanted.member, wanted.redemption));
        _redemptions.push(key);
        _wanted[key] = wanted;
    }

    function cancels(uint256 seed) public {
        seed = _mixed(seed);
        if (_redemptions.length == 0) return;
        bytes32 key = _redemptions[(seed >> 8) % _redemptions.length];
        Redemption memory known = _wanted[key];
        PointsFold.Spent memory before = fold.spentOf(key);
        uint32 org = _org(seed, before.org);
        uint32 programme = seed % 32 == 1 ? 3 - known.programme : known.programme;
        bytes memory call = abi.encodeCall(
            ILoyalty.cancelRedemption,
            (programme, known.member, known.redemption)
        );
        if (!_try(Kind.CANCEL, address(loyalty), org, call)) return;
        if (programme != known.programme) return; // another's of the same number: the fold judges
        if (org != before.org || before.cancelled) broken = "cancelled twice, or by another";
    }

    function compensates(uint256 seed) public {
        seed = _mixed(seed);
        uint64 index = _unit(seed, false);
        for (
            uint64 i = 0;
            i < ALL_UNITS && seed % 4 != 0 && _claimedFor[index] == address(0);
            ++i
        ) {
            index = (index + 1) % ALL_UNITS;
        }
        uint32 programme = issueOf(index);
        uint32 org = _org(seed, programme < 3 ? _owner(programme) : SHOP);
        bytes memory call = compensate(index, _amount(seed >> 32, 100));
        if (!_try(Kind.COMPENSATE, address(loyalty), org, call)) return;
        if (org != _owner(programme)) broken = "compensated by another";
        if (_recalledBy == 0) broken = "compensated without a recall";
        if (_claimedFor[index] == address(0)) broken = "compensated nobody";
        if (_compensated[index]) broken = "compensated twice";
        _compensated[index] = true;
    }

    function expires(uint256 seed) public {
        seed = _mixed(seed);
        uint32 programme = seed % 8 == 0 ? 9 : _programme(seed >> 8);
        address[] memory all = new address[](2);
        (all[0], all[1]) = (_member(seed >> 16), _member(seed >> 24));
        bytes memory call = abi.encodeCall(ILoyalty.expire, (programme, all));
        if (!_try(Kind.EXPIRE, address(loyalty), _org(seed, AUDITOR), call)) return;
        if (overOf(programme, all[0]) + overOf(programme, all[1]) != 0) broken = "not expired";
    }

    /// @dev Funds, other caps, partners; now and then the end, mostly of neither.
    function governs(uint256 seed) public {
        seed = _mixed(seed);
        uint32 programme = _programme(seed);
        uint32 org = _org(seed >> 8, _owner(programme));
        uint64 amount = uint64((seed >> 16) % 2000);
        uint256 what = (seed >> 64) % 32;
        bytes memory call = abi.encodeCall(ILoyalty.fundProgramme, (programme, amount));
        if (what % 3 == 1) {
            call = abi.encodeCall(
                ILoyalty.changeProgramme,
                (programme, RULES, amount, uint32((seed >> 32) % 20 days))
            );
        }
        if (what % 3 == 2) {
            uint32 partner = 1 + uint32((seed >> 80) % 5);
            uint8 rights = uint8((seed >> 88) % 5) | (partner == MILL ? EARN : 0);
            call = abi.encodeCall(ILoyalty.setPartner, (programme, partner, rights));
        }
        if (what == 31) call = abi.encodeCall(ILoyalty.closeProgramme, (programme));
        if (!_try(Kind.GOVERN, address(loyalty), org, call)) return;
        if (org != _owner(programme)) broken = "governed by another";
    }
}

contract PointsTest {
    error HardlyEver(uint256 kind, uint256 done, uint256 refused);

    PointsHandler private _handler;

    function setUp() public {
        _handler = new PointsHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_points_are_what_their_events_add_up_to() public view {
        _handler.requireFolded(1);
        _handler.requireFolded(2);
    }

    function invariant_issued_is_pending_had_spent_expired_or_taken_back() public view {
        for (uint256 programme = 1; programme <= 2; ++programme) {
            (
                uint256 issued,
                uint256 pending,
                uint256 balances,
                uint256 spent,
                uint256 expired,
                uint256 clawedBack,
                uint256 owed
            ) = _handler.fold().sums(programme);
            require(issued == pending + balances + spent + expired + clawedBack - owed, "balance");
        }
    }

    function invariant_units_are_claimed_as_the_handler_saw() public view {
        _handler.requireUnits();
    }

    function invariant_the_journals_equal_the_logs() public view {
        (bytes32 points, bytes32 units) = _handler.journals();
        require(points == _handler.word() && units == _handler.unitsWord(), "journal");
    }

    function invariant_nothing_forbidden_was_let_through() public view {
        require(bytes(_handler.broken()).length == 0, _handler.broken());
    }

    /// @dev A handler whose every call fails would prove nothing: each kind of act is done and
    /// refused here.
    function test_the_handler_does_and_is_refused_everything() public {
        uint256[13] memory done;
        uint256[13] memory refused;
        for (uint256 seed = 0; seed < 3000; ++seed) {
            if (seed % 150 == 0) setUp();
            _do(uint256(keccak256(abi.encode(seed, "kind"))) % 14, seed);
            if (seed % 150 < 149) continue;
            for (uint256 kind = 0; kind < 13; ++kind) {
                done[kind] += _handler.done(PointsWorld.Kind(kind));
                refused[kind] += _handler.refused(PointsWorld.Kind(kind));
            }
            invariant_points_are_what_their_events_add_up_to();
            invariant_issued_is_pending_had_spent_expired_or_taken_back();
            invariant_units_are_claimed_as_the_handler_saw();
            invariant_the_journals_equal_the_logs();
            invariant_nothing_forbidden_was_let_through();
        }
        for (uint256 kind = 0; kind < 13; ++kind) {
            if (done[kind] < 5 || refused[kind] < 5)
                revert HardlyEver(kind, done[kind], refused[kind]);
        }
    }

    function _do(uint256 kind, uint256 seed) private {
        if (kind == 0) _handler.sells(seed);
        if (kind == 1) _handler.returns_(seed);
        if (kind == 2) _handler.recalls(seed);
        if (kind == 3) _handler.claims(seed);
        if (kind == 4) _handler.awards(seed);
        if (kind == 5) _handler.settles(seed);
        if (kind == 6) _handler.clawsBackUnits(seed);
        if (kind == 7) _handler.clawsBackAwards(seed);
        if (kind == 8) _handler.redeems(seed);
        if (kind == 9) _handler.cancels(seed);
        if (kind == 10) _handler.compensates(seed);
        if (kind == 11) _handler.expires(seed);
        if (kind == 12) _handler.governs(seed);
        if (kind == 13) _handler.timePasses(seed);
    }
}
