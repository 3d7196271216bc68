// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IProductLedger} from "../interfaces/IProductLedger.sol";
import {IUnitRegistry} from "../interfaces/IUnitRegistry.sol";
import {Kind} from "./Stage.sol";
import {UnitActs} from "./UnitActs.sol";

/// @title Acts at random, about half of them illegal, beside a plain model of what must hold
contract Handler is UnitActs {
    function contracts() external view returns (IProductLedger, IUnitRegistry) {
        return (ledger, units);
    }
}

contract ConservationTest {
    error HardlyEver(Kind kind, uint256 done, uint256 refused);

    uint256 private constant ITEMS = 12;
    uint256 private constant KINDS = 19;

    Handler private _handler;
    IProductLedger private _ledger;
    IUnitRegistry private _units;

    function setUp() public {
        _handler = new Handler();
        (_ledger, _units) = _handler.contracts();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    // ------------------------------------------------------------------ goods

    function invariant_what_was_made_is_somewhere_or_gone() public view {
        for (uint256 i = 0; i < ITEMS; ++i) {
            bytes32 item = _handler.items(i);
            (uint256 made, uint256 gone, , , , ) = _handler.models(item);
            require(_handler.existing(item) + gone == made, "conservation");
            require(made < 2 ** 63, "bounds");
        }
    }

    function invariant_what_was_sold_is_known_by_seller_and_way() public view {
        for (uint256 i = 0; i < ITEMS; ++i) {
            bytes32 item = _handler.items(i);
            for (uint32 org = 1; org <= 3; ++org) {
                (uint64 byAmount, uint64 byUnits) = _ledger.sold(item, org);
                require(byAmount == _handler.soldByAmount(item, org), "sold by amount");
                require(byUnits == _handler.soldByUnits(item, org), "sold by units");
            }
        }
    }

    function invariant_a_logistic_unit_is_in_one_place_while_it_is_filled() public view {
        for (uint256 i = 0; i < 3; ++i) {
            bytes32 logisticUnit = _handler.logisticUnits(i);
            require(
                _handler.existing(logisticUnit) == (_handler.isFilled(logisticUnit) ? 1 : 0),
                "places"
            );
        }
    }

    function invariant_nothing_is_made_of_itself() public view {
        for (uint256 i = 0; i < ITEMS; ++i) {
            require(_handler.ancestors(i) & (1 << i) == 0, "circle");
        }
    }

    // ------------------------------------------------------------------ units

    /// @dev Sold by one at a time; claimed only if it was sold; marks as the acts left them.
    function invariant_a_unit_is_what_its_acts_made_it() public view {
        for (uint256 i = 0; i < _handler.placeCount(); ++i) {
            (uint256 at, uint64 index) = _handler.places(i);
            (bytes32 lot, , , , , ) = _handler.issues(at);
            (uint32 seller, bool everSold, bool isReturned, bool isClaimed, bool isVoid) = _handler
                .unitModels(lot, index);
            (bool sold, bool returned, bool claimed, bool voided) = _units.unitState(lot, index);
            require(sold == (seller != 0) && returned == isReturned, "sold or returned");
            require(claimed == isClaimed && voided == isVoid, "claimed or void");
            require(!claimed || everSold, "claimed and never sold");
            for (uint32 org = 1; org <= 3; ++org) {
                require(_units.soldBy(lot, index, org) == (seller == org), "seller");
            }
        }
    }

    function invariant_units_cover_no_more_than_was_made() public view {
        for (uint256 i = 0; i < ITEMS; ++i) {
            bytes32 lot = _handler.items(i);
            (, , uint64 covered) = _units.issuesOf(lot);
            (uint256 made, , , , , ) = _handler.models(lot);
            require(covered == _handler.coveredModel(lot), "covered");
            require(covered <= made, "more than was made");
        }
    }

    function invariant_issues_follow_on_each_other() public view {
        for (uint256 i = 0; i < _handler.issueCount(); ++i) {
            (
                bytes32 lot,
                uint32 number,
                uint32 org,
                uint64 first,
                uint64 count,
                uint64 each
            ) = _handler.issues(i);
            (uint32 by, uint64 from, uint64 many, uint64 amount, ) = _units.issueOf(lot, number);
            require(by == org && from == first, "issuer or place");
            require(many == count && amount == each, "count or amount");
        }
    }

    // ------------------------------------------------------------------ both

    function invariant_the_journal_equals_the_logs() public view {
        require(_handler.journalsHold(), "journal");
    }

    function invariant_nothing_forbidden_was_let_through() public view {
        require(bytes(_handler.broken()).length == 0, _handler.broken());
    }

    /// @dev A handler whose every call fails would prove nothing: each kind of act is done and
    /// refused here.
    function test_the_handler_does_and_is_refused_everything() public {
        uint256[KINDS] memory done;
        uint256[KINDS] memory refused;
        for (uint256 seed = 0; seed < 2000; ++seed) {
            if (seed % 100 == 0) setUp();
            _do(uint256(keccak256(abi.encode(seed))) % KINDS, seed);
            if (seed % 100 < 99) continue;
            for (uint256 kind = 0; kind < KINDS; ++kind) {
                done[kind] += _handler.done(Kind(kind));
                refused[kind] += _handler.refused(Kind(kind));
            }
            _requireAll();
        }
        for (uint256 kind = 0; kind < KINDS; ++kind) {
            if (done[kind] < 5 || refused[kind] < 5) {
                revert HardlyEver(Kind(kind), done[kind], refused[kind]);
            }
        }
    }

    function _requireAll() private view {
        invariant_what_was_made_is_somewhere_or_gone();
        invariant_what_was_sold_is_known_by_seller_and_way();
        invariant_a_logistic_unit_is_in_one_place_while_it_is_filled();
        invariant_nothing_is_made_of_itself();
        invariant_a_unit_is_what_its_acts_made_it();
        invariant_units_cover_no_more_than_was_made();
        invariant_issues_follow_on_each_other();
        invariant_the_journal_equals_the_logs();
        invariant_nothing_forbidden_was_let_through();
    }

    function _do(uint256 kind, uint256 seed) private {
        if (kind == 0) _handler.commissions(seed);
        if (kind == 1) _handler.transforms(seed);
        if (kind == 2) _handler.ships(seed);
        if (kind == 3) _handler.receives(seed);
        if (kind == 4) _handler.rejects(seed);
        if (kind == 5) _handler.cancels(seed);
        if (kind == 6) _handler.packs(seed);
        if (kind == 7) _handler.unpacks(seed);
        if (kind == 8) _handler.disposes(seed);
        if (kind == 9) _handler.sells(seed);
        if (kind == 10) _handler.recalls(seed);
        if (kind == 11) _handler.releases(seed);
        if (kind == 12) _handler.acceptsReturn(seed);
        if (kind == 13) _handler.issuesUnits(seed);
        if (kind == 14) _handler.voidsUnits(seed);
        if (kind == 15) _handler.sellsUnits(seed);
        if (kind == 16) _handler.sellsProven(seed);
        if (kind == 17) _handler.returnsUnits(seed);
        if (kind == 18) _handler.claims(seed);
    }
}
