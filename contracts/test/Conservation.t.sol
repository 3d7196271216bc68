// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDoor} from "../interfaces/IDoor.sol";
import {IProductLedger, Line, Output} from "../interfaces/IProductLedger.sol";
import {Gs1, World} from "./Fixture.sol";
import {Fold} from "./Journal.t.sol";
import {Log, vm} from "./Vm.sol";

/// @title Acts at random, about half of them illegal, beside a plain model of what must hold
/// @dev Whatever the ledger lets through is checked against the model; `broken` says what should
/// have been refused.
contract Handler is World {
    using Fold for bytes32;
    using Gs1 for bytes32;

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
        RELEASE
    }

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
    mapping(Kind kind => uint256) public done;
    mapping(Kind kind => uint256) public refused;
    string public broken;
    Way[] private _ways;
    bytes32 public word;

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
        (uint64 count, bytes24 head) = ledger.journal();
        word = bytes32(abi.encodePacked(count, head));
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

    function ledgerOf() external view returns (IProductLedger) {
        return ledger;
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

    // ------------------------------------------------------------------ acts

    /// @dev Forge likes small numbers and words it has seen; every bit is to be anything.
    function _mixed(uint256 seed) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

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
    }

    function recalls(uint256 seed) public {
        seed = _mixed(seed);
        (uint32 org, bytes32 item) = (_org(seed), _item(seed >> 24));
        if (seed % 3 == 0) org = AUDITOR;
        if (!_try(Kind.RECALL, org, recall(item))) return;
        Model storage model = models[item];
        if (model.maker == 0) broken = "recalled what does not exist";
        if (org == SHOP) broken = "recalled by a shop";
        if (model.recalledBy == 0 || org == AUDITOR) model.recalledBy = org;
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

    // ------------------------------------------------------------------ choosing

    function _org(uint256 seed) private pure returns (uint32) {
        return uint32(1 + ((seed & 0xFFFF) % 3));
    }

    function _maker(uint256 seed) private pure returns (uint32) {
        return seed % 8 == 0 ? SHOP : uint32(1 + ((seed >> 8) % 2));
    }

    function _key(uint32 org) private pure returns (address) {
        return address(uint160(0xA0 + org));
    }

    function _item(uint256 seed) private view returns (bytes32) {
        return items[(seed & 0xFFFF) % ITEMS];
    }

    function _logisticUnit(uint256 seed) private view returns (bytes32) {
        return logisticUnits[(seed & 0xFFFF) % UNITS];
    }

    function _anything(uint256 seed) private view returns (bytes32) {
        return (seed >> 16) % 4 == 0 ? _logisticUnit(seed) : _item(seed);
    }

    /// @dev Up to twice as much as there is, so that about half of all wishes are too large; now
    /// and then anything.
    function _amount(uint256 seed, uint256 present) private pure returns (uint64) {
        if (seed % 16 == 0) return uint64(seed >> 8);
        return uint64((seed >> 8) % (2 * (present % 1e9) + 2));
    }

    /// @dev One or two items, mostly held, mostly no more than is held.
    function _inputs(uint256 seed, uint32 org) private view returns (Line[] memory lines) {
        uint256 first = _held(seed, org);
        uint256 second = _held(seed >> 16, org);
        lines = new Line[](first < second ? 2 : 1);
        lines[0] = Line(items[first], _part(seed >> 32, ledger.holding(items[first], org)));
        if (first < second)
            lines[1] = Line(items[second], _part(seed >> 64, ledger.holding(items[second], org)));
    }

    /// @dev The first item from a random one on that the organisation holds.
    function _held(uint256 seed, uint32 org) private view returns (uint256 index) {
        index = (seed & 0xFFFF) % ITEMS;
        for (uint256 i = 0; i < ITEMS && ledger.holding(items[index], org) == 0; ++i) {
            index = (index + 1) % ITEMS;
        }
    }

    function _mostlyHeld(uint256 seed, uint32 org) private view returns (bytes32 item) {
        if (seed % 4 == 0) return _anything(seed);
        if (seed % 4 > 1) return items[_held(seed >> 8, org)];
        item = _logisticUnit(seed >> 8);
        for (uint256 i = 0; i < UNITS && ledger.holding(item, org) == 0; ++i) {
            item = logisticUnits[i];
        }
    }

    function _holderOf(uint256 seed, bytes32 logisticUnit) private view returns (uint32 org) {
        org = _org(seed);
        if (seed % 4 == 0) return org;
        for (uint32 i = 1; i <= SHOP; ++i) {
            if (ledger.holding(logisticUnit, i) != 0) return i;
        }
    }

    function _part(uint256 seed, uint256 held) private pure returns (uint64) {
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
    ) private view returns (Output[] memory outputs) {
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
        private
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

    // ------------------------------------------------------------------ acting and judging

    function _try(Kind kind, uint32 org, bytes memory call) private returns (bool success) {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        bytes memory all = abi.encodeCall(IDoor.perform, (_operation++, calls));
        address key = _key(org);
        vm.recordLogs();
        vm.prank(key);
        (success, ) = address(ledger).call(all);
        Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; success && i < logs.length; ++i) {
            word = word.next(logs[i], block.number);
        }
        if (success) ++done[kind];
        else ++refused[kind];
    }

    function _requireUsable(bytes32 item, string memory what) private {
        Model storage model = models[item];
        if (model.recalledBy != 0) broken = string.concat("a recalled item ", what);
        if (model.expiry != 0 && block.timestamp > model.expiry)
            broken = string.concat("an expired item ", what);
    }

    function _requireShippable(bytes32 item, uint32 to) private {
        for (uint256 i = 0; i < ITEMS; ++i) {
            bool inside = item == items[i] || ledger.packed(item, items[i]) != 0;
            if (inside && models[items[i]].maker != to) _requireUsable(items[i], "was shipped");
        }
        for (uint256 i = 0; i < UNITS; ++i) {
            if (ledger.packed(item, logisticUnits[i]) != 0) _requireShippable(logisticUnits[i], to);
        }
    }

    function _requireBounds(Line[] memory inputs, Output[] memory outputs) private {
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

    function _index(bytes32 item) private view returns (uint256 index) {
        while (items[index] != item) ++index;
    }

    function _isUnit(bytes32 item) private pure returns (bool) {
        return uint256(item) >> 248 == 0x15;
    }
}

contract ConservationTest {
    error HardlyEver(uint256 kind, uint256 done, uint256 refused);

    Handler private _handler;
    IProductLedger private _ledger;

    function setUp() public {
        _handler = new Handler();
        _ledger = _handler.ledgerOf();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_what_was_made_is_somewhere_or_gone() public view {
        for (uint256 i = 0; i < 12; ++i) {
            bytes32 item = _handler.items(i);
            (uint256 made, uint256 gone, , , , ) = _handler.models(item);
            require(_handler.existing(item) + gone == made, "conservation");
            require(made < 2 ** 63, "bounds");
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
        for (uint256 i = 0; i < 12; ++i) {
            require(_handler.ancestors(i) & (1 << i) == 0, "circle");
        }
    }

    function invariant_the_journal_equals_the_logs() public view {
        (uint64 count, bytes24 head) = _ledger.journal();
        require(bytes32(abi.encodePacked(count, head)) == _handler.word(), "journal");
    }

    function invariant_nothing_forbidden_was_let_through() public view {
        require(bytes(_handler.broken()).length == 0, _handler.broken());
    }

    /// @dev A handler whose every call fails would prove nothing: each kind of act is done and
    /// refused here.
    function test_the_handler_does_and_is_refused_everything() public {
        uint256[12] memory done;
        uint256[12] memory refused;
        for (uint256 seed = 0; seed < 2000; ++seed) {
            if (seed % 100 == 0) setUp();
            _do(uint256(keccak256(abi.encode(seed))) % 12, seed);
            if (seed % 100 < 99) continue;
            for (uint256 kind = 0; kind < 12; ++kind) {
                done[kind] += _handler.done(Handler.Kind(kind));
                refused[kind] += _handler.refused(Handler.Kind(kind));
            }
            invariant_what_was_made_is_somewhere_or_gone();
            invariant_a_logistic_unit_is_in_one_place_while_it_is_filled();
            invariant_nothing_is_made_of_itself();
            invariant_the_journal_equals_the_logs();
            invariant_nothing_forbidden_was_let_through();
        }
        for (uint256 kind = 0; kind < 12; ++kind) {
            if (done[kind] < 5 || refused[kind] < 5)
                revert HardlyEver(kind, done[kind], refused[kind]);
        }
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
    }
}
