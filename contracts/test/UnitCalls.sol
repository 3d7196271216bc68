// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IUnitRegistry} from "../interfaces/IUnitRegistry.sol";
import {Doors} from "./Doors.sol";
import {Leaves} from "./Leaves.sol";
import {Log} from "./Vm.sol";

/// @title A lot of the mill with units, of which a shop holds some, and short ways to deal with them
abstract contract UnitCalls is Doors {
    uint64 internal constant MADE = 1000;

    function setUp() public virtual override {
        super.setUp();
        door = address(units);
        act(MILL_KEY, commission(flour, MADE, 0));
        act(MILL_KEY, ship(SHIPMENT, SHOP, line(flour, 500)));
        act(SHOP_KEY, receiveShipment(MILL, SHIPMENT, line(flour, 500)));
    }

    // ------------------------------------------------------------------ calls

    /// @dev Issues the next units of a lot, by the mill.
    function issue(bytes32 lot, uint64 count, uint64 each) internal {
        (, uint64 next, ) = units.issuesOf(lot);
        enter(MILL_KEY, issuing(lot, count, each, Leaves.root(lot, next, count)));
    }

    function issuing(
        bytes32 lot,
        uint64 count,
        uint64 each,
        bytes32 root
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IUnitRegistry.issueUnits, (lot, count, each, root));
    }

    function voiding(
        uint32 number,
        uint64 first,
        uint64 count
    ) internal view returns (bytes memory) {
        return abi.encodeCall(IUnitRegistry.voidUnits, (flour, number, first, count, 3));
    }

    function selling(uint32 number, uint64[] memory indexes) internal view returns (bytes memory) {
        return abi.encodeCall(IUnitRegistry.sellUnits, (flour, number, indexes));
    }

    function returning(
        uint32 number,
        uint64[] memory indexes
    ) internal view returns (bytes memory) {
        return abi.encodeCall(IUnitRegistry.returnUnits, (flour, number, indexes));
    }

    /// @dev A sale with the proof of a unit of an issue with these indexes.
    function proving(
        uint32 number,
        uint64 first,
        uint64 count,
        uint64 index
    ) internal view returns (bytes memory) {
        return
            abi.encodeCall(
                IUnitRegistry.sellProvenUnit,
                (
                    flour,
                    number,
                    index,
                    Leaves.unit(flour, index),
                    Leaves.code(flour, index),
                    Leaves.path(flour, first, count, index)
                )
            );
    }

    function claiming(
        uint32 number,
        uint64 first,
        uint64 count,
        uint64 index
    ) internal view returns (bytes memory) {
        return
            abi.encodeCall(
                IUnitRegistry.claimUnit,
                (
                    flour,
                    number,
                    index,
                    Leaves.unit(flour, index),
                    Leaves.code(flour, index),
                    Leaves.path(flour, first, count, index)
                )
            );
    }

    /// @dev So many indexes from one on.
    function from(uint64 first, uint64 count) internal pure returns (uint64[] memory indexes) {
        indexes = new uint64[](count);
        for (uint64 i = 0; i < count; ++i) {
            indexes[i] = first + i;
        }
    }

    function two(uint64 first, uint64 second) internal pure returns (uint64[] memory indexes) {
        indexes = new uint64[](2);
        (indexes[0], indexes[1]) = (first, second);
    }

    // ------------------------------------------------------------------ asserting

    function covers(bytes32 lot, uint64 amount) internal view {
        (, , uint64 covered) = units.issuesOf(lot);
        equal(covered, amount);
    }

    function hasSold(uint32 org, uint64 byAmount, uint64 byUnits) internal view {
        (uint64 amount, uint64 ofUnits) = ledger.sold(flour, org);
        equal(amount, byAmount);
        equal(ofUnits, byUnits);
    }

    function isUnit(
        uint64 index,
        bool isSold,
        bool isReturned,
        bool isClaimed,
        bool isVoid
    ) internal view {
        (bool sold, bool returned, bool claimed, bool voided) = units.unitState(flour, index);
        require(sold == isSold && returned == isReturned, "sold or returned");
        require(claimed == isClaimed && voided == isVoid, "claimed or void");
    }

    /// @dev What `IUnitRegistry` says of one unit when it refuses.
    function saysOf(bytes4 selector, uint64 index) internal view returns (bytes memory) {
        return abi.encodeWithSelector(selector, flour, index);
    }

    /// @dev What it says of a list that does not ascend.
    function disordered(uint256 place) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IUnitRegistry.UnitsNotOrdered.selector, place);
    }

    function unknown(uint32 number, uint64 index) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IUnitRegistry.UnitUnknown.selector, flour, number, index);
    }

    function isUnitEvent(Log memory log, bytes32 selector, uint64 index) internal view {
        require(log.emitter == address(units) && log.topics[0] == selector, "event");
        require(log.topics[1] == flour, "lot");
        equal(uint256(log.topics[2]), index);
        equal(uint256(log.topics[3]), SHOP);
        equal(log.data.length, 32);
    }
}
