// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Line, Output} from "../interfaces/IProductLedger.sol";
import {Stage} from "./Stage.sol";

/// @title What an act is offered with: mostly what could be right, often what is not
abstract contract Chance is Stage {
    /// @dev Forge likes small numbers and words it has seen; every bit is to be anything.
    function _mixed(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _org(uint256 seed) internal pure returns (uint32) {
        return uint32(1 + ((seed & 0xFFFF) % 3));
    }

    function _maker(uint256 seed) internal pure returns (uint32) {
        return seed % 8 == 0 ? SHOP : uint32(1 + ((seed >> 8) % 2));
    }

    function _item(uint256 seed) internal view returns (bytes32) {
        return items[(seed & 0xFFFF) % ITEMS];
    }

    function _logisticUnit(uint256 seed) internal view returns (bytes32) {
        return logisticUnits[(seed & 0xFFFF) % UNITS];
    }

    function _anything(uint256 seed) internal view returns (bytes32) {
        return (seed >> 16) % 4 == 0 ? _logisticUnit(seed) : _item(seed);
    }

    /// @dev Up to twice as much as there is, so that about half of all wishes are too large; now
    /// and then anything.
    function _amount(uint256 seed, uint256 present) internal pure returns (uint64) {
        if (seed % 16 == 0) return uint64(seed >> 8);
        return uint64((seed >> 8) % (2 * (present % 1e9) + 2));
    }

    /// @dev One or two items, mostly held, mostly no more than is held.
    function _inputs(uint256 seed, uint32 org) internal view returns (Line[] memory lines) {
        uint256 first = _held(seed, org);
        uint256 second = _held(seed >> 16, org);
        lines = new Line[](first < second ? 2 : 1);
        lines[0] = Line(items[first], _part(seed >> 32, ledger.holding(items[first], org)));
        if (first < second)
            lines[1] = Line(items[second], _part(seed >> 64, ledger.holding(items[second], org)));
    }

    /// @dev The first item from a random one on that the organisation holds.
    function _held(uint256 seed, uint32 org) internal view returns (uint256 index) {
        index = (seed & 0xFFFF) % ITEMS;
        for (uint256 i = 0; i < ITEMS && ledger.holding(items[index], org) == 0; ++i) {
            index = (index + 1) % ITEMS;
        }
    }

    function _mostlyHeld(uint256 seed, uint32 org) internal view returns (bytes32 item) {
        if (seed % 4 == 0) return _anything(seed);
        if (seed % 4 > 1) return items[_held(seed >> 8, org)];
        item = _logisticUnit(seed >> 8);
        for (uint256 i = 0; i < UNITS && ledger.holding(item, org) == 0; ++i) {
            item = logisticUnits[i];
        }
    }

    function _holderOf(uint256 seed, bytes32 logisticUnit) internal view returns (uint32 org) {
        org = _org(seed);
        if (seed % 4 == 0) return org;
        for (uint32 i = 1; i <= SHOP; ++i) {
            if (ledger.holding(logisticUnit, i) != 0) return i;
        }
    }

    function _part(uint256 seed, uint256 held) internal pure returns (uint64) {
        if (held == 1 && seed % 8 != 0) return 1;
        return
            seed % 4 == 0
                ? _amount(seed >> 8, held)
                : uint64(1 + ((seed >> 8) % ((held % 1e9) + 1)));
    }

    /// @dev One or two items, half of the time with the whole amount between them, else with
    /// something near it.
    function _outputs(
        uint256 seed,
        Line[] memory inputs
    ) internal view returns (Output[] memory outputs) {
        uint256 above = _index(inputs[inputs.length - 1].item);
        uint256 first = (seed % 4 == 0 ? seed >> 8 : above + 1 + ((seed >> 8) % 5)) % ITEMS;
        uint256 second = (seed >> 16) % 3 == 0 ? first : first + 1;
        uint64 all = (inputs[0].amount % 1e9) + (inputs.length > 1 ? inputs[1].amount % 1e9 : 0);
        if ((seed >> 24) % 2 == 0) all += uint64((seed >> 32) % 3);
        outputs = new Output[](first < second && second < ITEMS ? 2 : 1);
        outputs[0] = Output(
            items[first],
            outputs.length == 1
                ? all
                : _isUnit(items[first])
                    ? 1
                    : all / 2,
            0
        );
        if (outputs.length == 2)
            outputs[1] = Output(items[second], all - (outputs[0].amount % (all + 1)), 0);
    }

    /// @dev Mostly something that was shipped, and mostly for whom it is meant.
    function _onItsWay(
        uint256 seed
    )
        internal
        view
        returns (uint32 org, uint32 from, bytes32 shipment, bytes32 item, uint64 amount)
    {
        (org, from) = (_org(seed), _org(seed >> 8));
        (shipment, item) = (shipments[(seed >> 16) % SHIPMENTS], _anything(seed >> 24));
        if (_ways.length != 0 && seed % 8 != 0) {
            Way memory way = _ways[(seed >> 32) % _ways.length];
            (from, shipment, item) = (way.from, way.shipment, way.item);
            if (seed % 4 != 0) org = way.to;
        }
        amount = _part(seed >> 64, ledger.inTransit(from, shipment, item));
    }
}
