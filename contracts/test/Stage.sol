// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {Line, Output} from "../interfaces/IProductLedger.sol";
import {Gs1, World} from "./Fixture.sol";
import {Fold} from "./Journal.t.sol";
import {Log, vm} from "./Vm.sol";

enum Kind {
    COMMISSION,
    TRANSFORM,
    SHIP,
    RECEIVE,
    REJECT,
    CANCEL,
    PACK,
    UNPACK,
    DISPOSE,
    SELL,
    RECALL,
    RELEASE,
    ACCEPT_RETURN,
    ISSUE,
    VOID,
    SELL_UNITS,
    SELL_PROVEN,
    RETURN_UNITS,
    CLAIM
}

/// @title What acts at random are played on, and the plain model of what must hold
/// @dev Whatever the contracts let through is checked against the model; `broken` says what should
/// have been refused.
abstract contract Stage is World {
    using Fold for bytes32;
    using Gs1 for bytes32;

    struct Model {
        uint256 made;
        uint256 gone; // consumed, sold, disposed of
        uint256 madeOf; // bits of the items that went into it
        uint32 maker;
        uint32 recalledBy;
        uint40 expiry;
    }

    /// @dev Something that was shipped once, whatever became of it.
    struct Way {
        uint32 from;
        uint32 to;
        bytes32 shipment;
        bytes32 item;
    }

    uint256 internal constant ITEMS = 12;
    uint256 internal constant ITEMS_PER_PRODUCT = 4;
    uint256 internal constant UNITS = 3;
    uint256 internal constant SHIPMENTS = 8;

    bytes32[ITEMS] public items;
    bytes32[UNITS] public logisticUnits;
    bytes32[SHIPMENTS] public shipments;
    mapping(bytes32 item => Model) public models;
    mapping(uint32 from => mapping(bytes32 shipment => uint32 to)) public receivers;
    mapping(bytes32 item => mapping(uint32 org => uint256 amount)) public soldByAmount;
    mapping(Kind kind => uint256) public done;
    mapping(Kind kind => uint256) public refused;
    string public broken;
    Way[] internal _ways;
    /// @dev What the journal of each contract must say.
    mapping(address place => bytes32 word) public words;

    uint256 private _operation = 1 << 200;

    constructor() {
        _deploy();
        act(MILL_KEY, authoriseMaker(flourProduct, BAKERY, true));
        act(MILL_KEY, authoriseMaker(breadProduct, BAKERY, true));
        act(BAKERY_KEY, authoriseMaker(bunProduct, MILL, true));
        act(MILL_KEY, declareYield(breadProduct, flourProduct, 3, 2));
        // ascending as lines must
        bytes32[3] memory products = [flourProduct, breadProduct, bunProduct];
        for (uint256 i = 0; i < ITEMS; ++i) {
            bytes32 product = products[i / ITEMS_PER_PRODUCT];
            bytes20 number = bytes20(bytes1(uint8(0x41 + (i % ITEMS_PER_PRODUCT))));
            items[i] = i % ITEMS_PER_PRODUCT == 3 ? product.unit(number) : product.lot(number);
        }
        for (uint64 i = 0; i < UNITS; ++i) {
            logisticUnits[i] = Gs1.logisticUnit(i);
        }
        for (uint8 i = 0; i < SHIPMENTS; ++i) {
            shipments[i] = Gs1.shipment(bytes20(bytes1(0x41 + i)));
        }
        _stock();
        words[address(ledger)] = word(ledger);
        words[address(units)] = word(units);
    }

    /// @dev Everybody begins with something, or most acts of a short run would fail for want of
    /// goods.
    function _stock() private {
        for (uint256 i = 0; i < 3; ++i) {
            bytes32 item = items[i];
            act(MILL_KEY, commission(item, 900, i == 2 ? NOW + 100 : 0));
            models[item] = Model(900, 0, 0, MILL, 0, i == 2 ? NOW + 100 : 0);
            for (uint32 org = BAKERY; org <= SHOP; ++org) {
                bytes32 shipment = Gs1.shipment(
                    bytes20(bytes.concat("STOCK", bytes1(uint8(48 + 3 * i + org))))
                );
                act(MILL_KEY, ship(shipment, org, line(item, 300)));
                act(_key(org), receiveShipment(MILL, shipment, line(item, 300)));
            }
        }
    }

    // ------------------------------------------------------------------ what is checked afterwards

    function journalsHold() external view returns (bool) {
        return words[address(ledger)] == word(ledger) && words[address(units)] == word(units);
    }

    /// @dev Everywhere an item can be: held, on its way, or packed.
    function existing(bytes32 item) public view returns (uint256 amount) {
        for (uint32 org = 1; org <= AUDITOR; ++org) {
            amount += ledger.holding(item, org);
        }
        for (uint256 i = 0; i < _ways.length; ++i) {
            if (_ways[i].item == item)
                amount += ledger.inTransit(_ways[i].from, _ways[i].shipment, item);
        }
        for (uint256 i = 0; i < UNITS; ++i) {
            amount += ledger.packed(logisticUnits[i], item);
        }
    }

    function isFilled(bytes32 logisticUnit) external view returns (bool) {
        for (uint256 i = 0; i < ITEMS; ++i) {
            if (ledger.packed(logisticUnit, items[i]) != 0) return true;
        }
        for (uint256 i = 0; i < UNITS; ++i) {
            if (ledger.packed(logisticUnit, logisticUnits[i]) != 0) return true;
        }
        return false;
    }

    /// @dev Bits of all items that something was made of, directly or not.
    function ancestors(uint256 index) external view returns (uint256 found) {
        found = models[items[index]].madeOf;
        for (uint256 round = 0; round < ITEMS; ++round) {
            for (uint256 i = 0; i < ITEMS; ++i) {
                if (found & (1 << i) != 0) found |= models[items[i]].madeOf;
            }
        }
    }

    // ------------------------------------------------------------------ acting and judging

    function _try(Kind kind, uint32 org, bytes memory call) internal returns (bool success) {
        return _tryAt(ledger, kind, org, call);
    }

    function _tryAt(
        IDoor door,
        Kind kind,
        uint32 org,
        bytes memory call
    ) internal returns (bool success) {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        bytes memory all = abi.encodeCall(IDoor.perform, (_operation++, calls));
        return _tryAs(_key(org), address(door), kind, all);
    }

    function _tryAs(
        address caller,
        address place,
        Kind kind,
        bytes memory call
    ) internal returns (bool success) {
        vm.recordLogs();
        vm.prank(caller);
        bytes memory answer;
        (success, answer) = place.call(call);
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; success && i < logs.length; ++i) {
            address from = logs[i].emitter;
            words[from] = words[from].next(logs[i], block.number);
        }
        if (success) ++done[kind];
        else ++refused[kind];
        // neither Panic nor Error, nor nothing
        bytes4 name = bytes4(answer);
        if (!success && (name == 0 || name == 0x4e487b71 || name == 0x08c379a0))
            broken = "refused without a name";
    }

    function _requireUsable(bytes32 item, string memory what) internal {
        Model storage model = models[item];
        if (model.recalledBy != 0) broken = string.concat("a recalled item ", what);
        if (model.expiry != 0 && block.timestamp > model.expiry)
            broken = string.concat("an expired item ", what);
    }

    function _requireShippable(bytes32 item, uint32 to) internal {
        for (uint256 i = 0; i < ITEMS; ++i) {
            bool inside = item == items[i] || ledger.packed(item, items[i]) != 0;
            if (inside && models[items[i]].maker != to) _requireUsable(items[i], "was shipped");
        }
        for (uint256 i = 0; i < UNITS; ++i) {
            if (ledger.packed(item, logisticUnits[i]) != 0) _requireShippable(logisticUnits[i], to);
        }
    }

    function _requireBounds(Line[] memory inputs, Output[] memory outputs) internal {
        bytes32[3] memory products = [flourProduct, breadProduct, bunProduct];
        uint256[3] memory consumed;
        uint256[3] memory produced;
        for (uint256 i = 0; i < inputs.length; ++i) {
            consumed[_index(inputs[i].item) / ITEMS_PER_PRODUCT] += inputs[i].amount;
        }
        for (uint256 i = 0; i < outputs.length; ++i) {
            produced[_index(outputs[i].item) / ITEMS_PER_PRODUCT] += outputs[i].amount;
        }
        for (uint256 p = 0; p < products.length; ++p) {
            if (produced[p] == 0) continue;
            uint256 others = consumed[0] + consumed[1] + consumed[2] - consumed[p];
            uint256 otherOutputs = produced[0] + produced[1] + produced[2] - produced[p];
            bool within = others == 0 && otherOutputs == 0;
            if (within && produced[p] != consumed[p]) broken = "not conserved";
            if (within) continue;
            bool hasRecipe = products[p] == breadProduct;
            if (hasRecipe && consumed[2] != 0) broken = "not in the recipe";
            if (hasRecipe && produced[p] > consumed[p] + (consumed[0] * 3) / 2)
                broken = "above the yield";
            if (!hasRecipe && consumed[p] != 0 && produced[p] > consumed[p])
                broken = "more came out than went in";
        }
    }

    // ------------------------------------------------------------------ reading

    function word(IDoor door) internal view returns (bytes32) {
        (uint64 count, bytes24 head) = door.journal();
        return bytes32(abi.encodePacked(count, head));
    }

    function _key(uint32 org) internal pure returns (address) {
        return address(uint160(0xA0 + org));
    }

    function _index(bytes32 item) internal view returns (uint256 index) {
        while (items[index] != item) ++index;
    }

    function _isUnit(bytes32 item) internal pure returns (bool) {
        return uint256(item) >> 248 == 0x15;
    }
}
