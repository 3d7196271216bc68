// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Door} from "./Door.sol";
import {Keys} from "./Keys.sol";
import {Roles} from "./Roles.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";

/// @title Products: who owns them, who may make them, and of what
/// @notice Unit, decimals and description live in the events; the ledger itself needs only what it
/// decides by.
abstract contract Products is IProductLedger, Door {
    using Keys for bytes32;

    struct Product {
        uint32 owner; // 0 where the product is unknown
        bool hasRecipe; // whether any yield was declared
    }

    /// @dev One of an input yields at most numerator / denominator of the product; 0 / 0 where none
    /// was declared.
    struct Yield {
        uint64 numerator;
        uint64 denominator;
    }

    uint8 private constant MOST_DECIMALS = 9;
    uint64 private constant LARGEST_PART = uint64(type(int64).max);

    mapping(bytes32 product => Product record) private _products;
    mapping(bytes32 product => mapping(uint32 maker => bool allowed)) private _makers;
    mapping(bytes32 product => mapping(bytes32 input => Yield declared)) private _yields;

    /// @inheritdoc IProductLedger
    function registerProduct(
        bytes32 product,
        uint8 prefixLength,
        bytes3 unit,
        uint8 decimals,
        bytes32 document
    ) external {
        uint32 org = _actingAs(Roles.MAKER);
        if (!product.isProduct()) revert IdInvalid(product);
        uint32 owner = _products[product].owner;
        if (owner != 0) revert ProductAlreadyExists(product, owner);
        if (!_ownsPrefix(org, product, prefixLength))
            revert PrefixNotOwned(product, prefixLength, org);
        if (!_isUnit(unit) || decimals > MOST_DECIMALS) revert UnitInvalid(unit, decimals);
        _products[product].owner = org;
        _log(
            3,
            abi.encode(ProductRegistered.selector, product, org, ENTRY, unit, decimals, document)
        );
    }

    /// @inheritdoc IProductLedger
    function describeProduct(bytes32 product, bytes32 document) external {
        uint32 org = _actingOwner(product);
        _log(3, abi.encode(ProductDescribed.selector, product, org, ENTRY, document));
    }

    /// @inheritdoc IProductLedger
    function authoriseMaker(bytes32 product, uint32 maker, bool allowed) external {
        _actingOwner(product);
        // numbers are given in order: the right must not wait for whoever comes next
        if (!_REGISTRY.organisationExists(maker)) revert ReceiverInvalid(maker);
        _makers[product][maker] = allowed;
        _log(3, abi.encode(MakerAuthorised.selector, product, maker, ENTRY, allowed));
    }

    /// @inheritdoc IProductLedger
    function declareYield(
        bytes32 product,
        bytes32 input,
        uint64 numerator,
        uint64 denominator
    ) external {
        _actingOwner(product);
        _ownerOf(input);
        if (!_isPart(numerator) || !_isPart(denominator) || input == product) {
            revert YieldInvalid(numerator, denominator);
        }
        _products[product].hasRecipe = true;
        _yields[product][input] = Yield(numerator, denominator);
        _log(3, abi.encode(YieldDeclared.selector, product, input, ENTRY, numerator, denominator));
    }

    /// @dev The owner of a product, which exists.
    function _ownerOf(bytes32 product) internal view returns (uint32 owner) {
        owner = _products[product].owner;
        if (owner == 0) revert ProductUnknown(product);
    }

    function _requireMaker(bytes32 product, uint32 org) internal view {
        if (_ownerOf(product) != org && !_makers[product][org]) revert NotAMaker(product, org);
    }

    function _hasRecipe(bytes32 product) internal view returns (bool) {
        return _products[product].hasRecipe;
    }

    /// @dev What an amount of an input may yield, rounded down. A product always yields itself one
    /// for one: leftovers may go into the next run.
    function _yieldOf(
        bytes32 product,
        bytes32 input,
        uint256 consumed
    ) internal view returns (uint256) {
        if (input == product) return consumed;
        Yield memory declared = _yields[product][input];
        if (declared.denominator == 0) revert NotInRecipe(product, input);
        return (consumed * declared.numerator) / declared.denominator;
    }

    function _actingOwner(bytes32 product) private view returns (uint32 org) {
        org = _acting();
        if (_ownerOf(product) != org) revert NotTheProductOwner(product, org);
    }

    function _ownsPrefix(uint32 org, bytes32 product, uint8 length) private view returns (bool) {
        return
            length <= Keys.PREFIX_DIGITS &&
            _REGISTRY.prefixOwner(length, product.prefix(length)) == org;
    }

    /// @dev Two or three characters A-Z, 0-9 (UN/ECE Recommendation 20).
    function _isUnit(bytes3 unit) private pure returns (bool) {
        return
            _isCapitalOrDigit(unit[0]) &&
            _isCapitalOrDigit(unit[1]) &&
            (unit[2] == 0 || _isCapitalOrDigit(unit[2]));
    }

    function _isCapitalOrDigit(bytes1 letter) private pure returns (bool) {
        return (letter >= "A" && letter <= "Z") || (letter >= "0" && letter <= "9");
    }

    function _isPart(uint64 part) private pure returns (bool) {
        return part != 0 && part <= LARGEST_PART;
    }
}
