// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Line, Output} from "../interfaces/IProductLedger.sol";
import {Chance} from "./Chance.sol";
import {Kind} from "./Stage.sol";
import {vm} from "./Vm.sol";

/// @title Acts of the ledger at random, about half of them illegal
abstract contract GoodsActs is Chance {
    function timePasses(uint256 seed) external {
        seed = _mixed(seed);
        vm.warp(block.timestamp + (seed % 40));
        vm.roll(block.number + ((seed >> 8) % 3));
    }

    function commissions(uint256 seed) public {
        seed = _mixed(seed);
        bytes32 item = seed % 4 == 0 ? _item(seed) : items[seed % 5]; // leave others to be produced
        uint40 expiry = (seed >> 80) % 2 == 0 ? 0 : uint40(block.timestamp + ((seed >> 88) % 200));
        uint64 amount = _isUnit(item) ? 1 + uint64(((seed >> 16) % 4) / 3) : _amount(seed, 500);
        uint32 org = models[item].maker == 0 ? _maker(seed >> 40) : _org(seed >> 40);
        if (!_try(Kind.COMMISSION, org, commission(item, amount, expiry))) return;
        Model storage model = models[item];
        if (model.maker == 0) (model.maker, model.expiry) = (org, expiry);
        else if (_isUnit(item)) broken = "a unit was made twice";
        else _requireUsable(item, "was made further");
        if (model.maker != org) broken = "another maker made it";
        if (org == SHOP) broken = "a shop made it";
        model.made += amount;
    }

    function transforms(uint256 seed) public {
        seed = _mixed(seed);
        uint32 org = _maker(seed);
        Line[] memory inputs = _inputs(seed >> 16, org);
        Output[] memory outputs = _outputs(seed >> 128, inputs);
        if (!_try(Kind.TRANSFORM, org, transform(inputs, outputs))) return;
        uint256 bits = 0;
        uint40 latest = 0;
        for (uint256 i = 0; i < inputs.length; ++i) {
            Model storage model = models[inputs[i].item];
            _requireUsable(inputs[i].item, "was consumed");
            model.gone += inputs[i].amount;
            bits |= 1 << _index(inputs[i].item);
            if (model.expiry != 0 && (latest == 0 || model.expiry < latest)) latest = model.expiry;
        }
        for (uint256 i = 0; i < outputs.length; ++i) {
            Model storage model = models[outputs[i].item];
            if (model.maker == 0) (model.maker, model.expiry) = (org, latest);
            else _requireUsable(outputs[i].item, "was produced further");
            if (model.maker != org) broken = "another maker produced it";
            if (latest != 0 && (model.expiry == 0 || model.expiry > latest))
                broken = "outlasts its inputs";
            model.made += outputs[i].amount;
            model.madeOf |= bits;
        }
        _requireBounds(inputs, outputs);
    }

    function ships(uint256 seed) public {
        seed = _mixed(seed);
        uint32 org = _org(seed);
        uint32 to = seed % 8 == 0 ? org : uint32(1 + (org % 3));
        bytes32 shipment = shipments[(seed >> 16) % SHIPMENTS];
        bytes32 item = _mostlyHeld(seed >> 24, org);
        uint64 amount = _part(seed >> 64, ledger.holding(item, org));
        if (!_try(Kind.SHIP, org, ship(shipment, to, line(item, amount)))) return;
        if (receivers[org][shipment] != 0) broken = "a shipment was named twice";
        if (to == org) broken = "shipped to itself";
        receivers[org][shipment] = to;
        _ways.push(Way(org, to, shipment, item));
        _requireShippable(item, to);
    }

    function receives(uint256 seed) public {
        seed = _mixed(seed);
        (uint32 org, uint32 from, bytes32 shipment, bytes32 item, uint64 amount) = _onItsWay(seed);
        if (!_try(Kind.RECEIVE, org, receiveShipment(from, shipment, line(item, amount)))) return;
        if (receivers[from][shipment] != org) broken = "received by another";
    }

    function rejects(uint256 seed) public {
        seed = _mixed(seed);
        (uint32 org, uint32 from, bytes32 shipment, bytes32 item, uint64 amount) = _onItsWay(seed);
        if (!_try(Kind.REJECT, org, rejectShipment(from, shipment, line(item, amount)))) return;
        if (receivers[from][shipment] != org) broken = "rejected by another";
    }

    function cancels(uint256 seed) public {
        seed = _mixed(seed);
        (uint32 org, uint32 from, bytes32 shipment, bytes32 item, uint64 amount) = _onItsWay(seed);
        org = seed % 4 == 0 ? org : from;
        if (!_try(Kind.CANCEL, org, cancelShipment(shipment, line(item, amount)))) return;
        if (receivers[org][shipment] == 0) broken = "cancelled what was not shipped";
    }

    function packs(uint256 seed) public {
        seed = _mixed(seed);
        uint32 org = _org(seed);
        bytes32 item = _mostlyHeld(seed >> 24, org);
        uint64 amount = _part(seed >> 64, ledger.holding(item, org));
        _try(Kind.PACK, org, pack(_logisticUnit(seed >> 8), line(item, amount)));
    }

    function unpacks(uint256 seed) public {
        seed = _mixed(seed);
        bytes32 logisticUnit = _logisticUnit(seed >> 8);
        bytes32 item = _anything(seed >> 24);
        for (uint256 i = 0; i < ITEMS && ledger.packed(logisticUnit, item) == 0; ++i) {
            item = items[((seed >> 40) + i) % ITEMS];
        }
        uint64 amount = _part(seed >> 64, ledger.packed(logisticUnit, item));
        _try(Kind.UNPACK, _holderOf(seed, logisticUnit), unpack(logisticUnit, line(item, amount)));
    }

    function disposes(uint256 seed) public {
        seed = _mixed(seed);
        uint32 org = _org(seed);
        bytes32 item = _mostlyHeld(seed >> 24, org);
        uint64 amount = _part(seed >> 64, ledger.holding(item, org));
        if (!_try(Kind.DISPOSE, org, dispose(item, amount))) return;
        models[item].gone += amount;
    }

    function sells(uint256 seed) public {
        seed = _mixed(seed);
        uint32 org = _org(seed);
        bytes32 item = _mostlyHeld(seed >> 24, org);
        uint64 amount = _part(seed >> 64, ledger.holding(item, org));
        if (!_try(Kind.SELL, org, sell(item, amount))) return;
        _requireUsable(item, "was sold");
        models[item].gone += amount;
        soldByAmount[item][org] += amount;
    }

    function recalls(uint256 seed) public {
        seed = _mixed(seed);
        (uint32 org, bytes32 item) = (_org(seed), _item(seed >> 24));
        if (seed % 3 == 0) org = AUDITOR;
        if (!_try(Kind.RECALL, org, recall(item))) return;
        Model storage model = models[item];
        if (model.maker == 0) broken = "recalled what does not exist";
        if (org == SHOP) broken = "recalled by a shop";
        if (org != model.maker && org != AUDITOR && org != _owner(item))
            broken = "recalled by none";
        bool outranks = org == AUDITOR || (model.recalledBy == model.maker && org == _owner(item));
        if (model.recalledBy == 0 || outranks) model.recalledBy = org;
    }

    function _owner(bytes32 item) private view returns (uint32) {
        return _index(item) / ITEMS_PER_PRODUCT == 2 ? BAKERY : MILL;
    }

    function releases(uint256 seed) public {
        seed = _mixed(seed);
        (uint32 org, bytes32 item) = (_org(seed), _item(seed >> 24));
        for (uint256 i = 0; i < ITEMS && models[item].recalledBy == 0; ++i) {
            item = items[i];
        }
        if (seed % 2 == 0) org = models[item].recalledBy;
        if (seed % 5 == 0) org = AUDITOR;
        if (!_try(Kind.RELEASE, org, release(item))) return;
        uint32 by = models[item].recalledBy;
        if (by == 0 || (by != org && org != AUDITOR)) broken = "released by another";
        models[item].recalledBy = 0;
    }
}
