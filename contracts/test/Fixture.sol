// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {OrgRegistry} from "../OrgRegistry.sol";
import {Loyalty} from "../Loyalty.sol";
import {ProductLedger} from "../ProductLedger.sol";
import {UnitRegistry} from "../UnitRegistry.sol";
import {IProductLedger, Line, Observation, Output} from "../interfaces/IProductLedger.sol";
import {vm} from "./Vm.sol";

/// @title GS1 keys for tests, with check digits reckoned in another way than the contracts do
library Gs1 {
    function product(uint64 prefix, uint64 number) internal pure returns (bytes32) {
        return id(0x01, withCheckDigit(prefix * 1e6 + number), "");
    }

    function lot(bytes32 product_, bytes20 number) internal pure returns (bytes32) {
        return id(0x0A, uint64(uint256(product_) >> 184), number);
    }

    function unit(bytes32 product_, bytes20 serial) internal pure returns (bytes32) {
        return id(0x15, uint64(uint256(product_) >> 184), serial);
    }

    function logisticUnit(uint64 number) internal pure returns (bytes32) {
        return id(0x12, withCheckDigit(40000100000000000 + number), "");
    }

    function shipment(bytes20 text) internal pure returns (bytes32) {
        return id(0x13, 0, text);
    }

    function place(uint64 twelveDigits, bytes20 extension) internal pure returns (bytes32) {
        return id(0x41, withCheckDigit(twelveDigits), extension);
    }

    function party(uint64 twelveDigits) internal pure returns (bytes32) {
        return id(0x42, withCheckDigit(twelveDigits), "");
    }

    function id(uint8 kind, uint64 numeric, bytes20 alphanumeric) internal pure returns (bytes32) {
        return bytes32(abi.encodePacked(kind, numeric, alphanumeric, bytes3(0)));
    }

    function withCheckDigit(uint64 digits) internal pure returns (uint64) {
        return digits * 10 + checkDigit(digits);
    }

    /// @dev The next multiple of ten less the sum of the digits, of which the last, the last but
    /// two ... count triple.
    function checkDigit(uint64 digits) internal pure returns (uint64) {
        uint64 sum = 0;
        for (uint64 weight = 3; digits != 0; digits /= 10) {
            sum += weight * (digits % 10);
            weight = 4 - weight;
        }
        return (10 - (sum % 10)) % 10;
    }
}

/// @title Two makers, a shop and an auditor, and short ways to act for them
abstract contract World {
    using Gs1 for bytes32;

    error NotEqual(uint256 found, uint256 expected);

    address internal constant GOVERNOR = address(0x60);
    address internal constant MILL_KEY = address(0xA1);
    address internal constant BAKERY_KEY = address(0xA2);
    address internal constant SHOP_KEY = address(0xA3);
    address internal constant AUDITOR_KEY = address(0xA4);
    uint32 internal constant MILL = 1;
    uint32 internal constant BAKERY = 2;
    uint32 internal constant SHOP = 3;
    uint32 internal constant AUDITOR = 4;
    uint32 internal constant NOBODY = 5;

    uint64 internal constant LARGEST = uint64(type(int64).max);
    uint40 internal constant NOW = 2_000_000_000;
    uint40 internal constant ROLE_DELAY = 2 days;
    bytes32 internal constant DOCUMENT = keccak256("document");
    bytes32 internal constant SHIPMENT = bytes32(
        abi.encodePacked(uint8(0x13), uint64(0), bytes23("S-1"))
    );

    OrgRegistry internal registry;
    ProductLedger internal ledger;
    UnitRegistry internal units;
    Loyalty internal loyalty;
    bytes32 internal flourProduct = Gs1.product(400001, 1);
    bytes32 internal breadProduct = Gs1.product(400001, 2);
    bytes32 internal bunProduct = Gs1.product(500002, 1);
    bytes32 internal flour = flourProduct.lot("F1");
    bytes32 internal bread = breadProduct.lot("B1");
    bytes32 internal pallet = Gs1.logisticUnit(1);

    uint256 private _operations;

    function _deploy() internal {
        vm.warp(NOW);
        registry = new OrgRegistry(GOVERNOR, ROLE_DELAY);
        _deployLedger();
        _admit(MILL, MILL_KEY, 400001, 7);
        _admit(BAKERY, BAKERY_KEY, 500002, 7);
        _admit(SHOP, SHOP_KEY, 600003, 4);
        _admit(AUDITOR, AUDITOR_KEY, 700004, 16);
        _register(MILL_KEY, flourProduct);
        _register(MILL_KEY, breadProduct);
        _register(BAKERY_KEY, bunProduct);
    }

    /// @dev Three contracts that know each other from the start.
    function _deployLedger() private {
        uint256 next = vm.getNonce(address(this)) + 1;
        address unitsPlace = vm.computeCreateAddress(address(this), next);
        address loyaltyPlace = vm.computeCreateAddress(address(this), next + 1);
        ledger = new ProductLedger(registry, unitsPlace);
        units = new UnitRegistry(registry, ledger, loyaltyPlace);
        loyalty = new Loyalty(registry, ledger, units);
        require(address(units) == unitsPlace && address(loyalty) == loyaltyPlace, "places");
    }

    // ------------------------------------------------------------------ acting

    function act(address key, bytes memory call) internal {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        perform(key, _operations++, calls);
    }

    function refuse(address key, bytes memory call, bytes memory error) internal {
        vm.expectRevert(error);
        act(key, call);
    }

    function perform(address key, uint256 operation, bytes[] memory calls) internal {
        vm.prank(key);
        ledger.perform(operation, calls);
    }

    /// @dev Gives an organisation other roles as if the delay had passed before.
    function setRoles(uint32 org, uint16 roles) internal {
        vm.prank(GOVERNOR);
        registry.proposeOrganisationRoles(org, roles);
        vm.warp(block.timestamp + ROLE_DELAY);
        vm.prank(GOVERNOR);
        registry.applyOrganisationRoles(org);
        vm.warp(block.timestamp - ROLE_DELAY);
    }

    // ------------------------------------------------------------------ calls

    function commission(
        bytes32 item,
        uint64 amount,
        uint40 expiry
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.commission, (item, amount, expiry));
    }

    function transform(
        Line[] memory inputs,
        Output[] memory outputs
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.transform, (inputs, outputs));
    }

    function ship(
        bytes32 shipment,
        uint32 to,
        Line[] memory lines
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.ship, (shipment, to, lines));
    }

    function receiveShipment(
        uint32 from,
        bytes32 shipment,
        Line[] memory lines
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.receiveShipment, (from, shipment, lines));
    }

    function rejectShipment(
        uint32 from,
        bytes32 shipment,
        Line[] memory lines
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.rejectShipment, (from, shipment, lines, 1));
    }

    function cancelShipment(
        bytes32 shipment,
        Line[] memory lines
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.cancelShipment, (shipment, lines));
    }

    function pack(bytes32 logisticUnit, Line[] memory lines) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.pack, (logisticUnit, lines));
    }

    function unpack(
        bytes32 logisticUnit,
        Line[] memory lines
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.unpack, (logisticUnit, lines));
    }

    function dispose(bytes32 item, uint64 amount) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.dispose, (item, amount, 0));
    }

    function sell(bytes32 item, uint64 amount) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.sell, (item, amount));
    }

    function recall(bytes32 item) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.recall, (only(item), DOCUMENT));
    }

    function release(bytes32 item) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.release, (only(item), DOCUMENT));
    }

    function observe(
        bytes32 subject,
        bytes32 statement,
        uint64 amount
    ) internal pure returns (bytes memory) {
        Observation memory said = Observation(
            subject,
            statement,
            1,
            2,
            3,
            4,
            amount,
            6,
            bytes32(uint256(7)),
            8
        );
        return abi.encodeCall(IProductLedger.observe, (said));
    }

    function declareYield(
        bytes32 product,
        bytes32 input,
        uint64 numerator,
        uint64 denominator
    ) internal pure returns (bytes memory) {
        return
            abi.encodeCall(IProductLedger.declareYield, (product, input, numerator, denominator));
    }

    function authoriseMaker(
        bytes32 product,
        uint32 maker,
        bool allowed
    ) internal pure returns (bytes memory) {
        return abi.encodeCall(IProductLedger.authoriseMaker, (product, maker, allowed));
    }

    function registerProduct(bytes32 product, uint8 length) internal pure returns (bytes memory) {
        return
            abi.encodeCall(IProductLedger.registerProduct, (product, length, "KGM", 3, DOCUMENT));
    }

    // ------------------------------------------------------------------ lists

    function only(bytes32 item) internal pure returns (bytes32[] memory items) {
        items = new bytes32[](1);
        items[0] = item;
    }

    function line(bytes32 item, uint64 amount) internal pure returns (Line[] memory lines) {
        lines = new Line[](1);
        lines[0] = Line(item, amount);
    }

    function lines2(
        bytes32 item,
        uint64 amount,
        bytes32 next,
        uint64 nextAmount
    ) internal pure returns (Line[] memory lines) {
        lines = new Line[](2);
        (lines[0], lines[1]) = (Line(item, amount), Line(next, nextAmount));
    }

    function output(
        bytes32 item,
        uint64 amount,
        uint40 expiry
    ) internal pure returns (Output[] memory outputs) {
        outputs = new Output[](1);
        outputs[0] = Output(item, amount, expiry);
    }

    function outputs2(
        bytes32 item,
        uint64 amount,
        bytes32 next,
        uint64 nextAmount
    ) internal pure returns (Output[] memory outputs) {
        outputs = new Output[](2);
        (outputs[0], outputs[1]) = (Output(item, amount, 0), Output(next, nextAmount, 0));
    }

    // ------------------------------------------------------------------ asserting

    function equal(uint256 found, uint256 expected) internal pure {
        if (found != expected) revert NotEqual(found, expected);
    }

    function holds(uint32 org, bytes32 item, uint256 amount) internal view {
        equal(ledger.holding(item, org), amount);
    }

    // ------------------------------------------------------------------ private

    function _admit(uint32 org, address key, uint64 prefix, uint16 roles) private {
        vm.prank(GOVERNOR);
        equal(registry.registerOrganisation(Gs1.party(prefix * 1e6), key, roles), org);
        vm.prank(GOVERNOR);
        registry.grantPrefix(org, 6, prefix);
        vm.prank(key);
        registry.addKey(org, key, roles, 0, 0);
    }

    function _register(address key, bytes32 product) private {
        act(key, registerProduct(product, 6));
    }
}

/// @title A fresh world for each test
abstract contract Fixture is World {
    function setUp() public virtual {
        _deploy();
    }
}
