// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Items} from "./Items.sol";
import {Keys} from "./Keys.sol";
import {Roles} from "./Roles.sol";
import {IProductLedger, Line, Output} from "./interfaces/IProductLedger.sol";

/// @title Transformations: amounts go in, other amounts come out
/// @notice Within one product the amount is conserved exactly. A product with a recipe takes
/// declared inputs only and comes out at most as its yields allow, each input product's share
/// rounded down. A product without one that goes in among others comes out at most as it went in.
/// Everything else is free: the ledger cannot know what a cake weighs.
/// @dev Every item is deeper than what it was made of, so the graph of items has no circles and
/// readers may walk it.
abstract contract Transformations is Items {
    using Keys for bytes32;

    /// @dev What the inputs demand of the outputs.
    struct Bounds {
        bytes32 deepest; // the first input of the greatest depth
        uint32 depth; // its depth
        uint40 latest; // the earliest expiry of any input; 0 where none has one
    }

    /// @inheritdoc IProductLedger
    function transform(Line[] calldata inputs, Output[] calldata outputs) external {
        uint32 org = _actingAs(Roles.MAKER);
        uint64 transformation = _sequence();
        Bounds memory bounds = _consume(org, transformation, inputs);
        _produce(org, transformation, outputs, bounds);
        _requireConserved(inputs, outputs);
    }

    function _consume(
        uint32 org,
        uint64 transformation,
        Line[] calldata inputs
    ) private returns (Bounds memory bounds) {
        _requireOrdered(inputs);
        for (uint256 i = 0; i < inputs.length; ++i) {
            (bytes32 item, uint64 amount) = (inputs[i].item, inputs[i].amount);
            _requireUsable(item);
            _end(item, org, amount);
            _narrow(bounds, item);
            _log(3, abi.encode(ItemConsumed.selector, item, org, ENTRY, transformation, amount));
        }
    }

    function _narrow(Bounds memory bounds, bytes32 input) private view {
        Item memory record = _itemOf(input);
        if (bounds.deepest == 0 || record.depth > bounds.depth)
            (bounds.deepest, bounds.depth) = (input, record.depth);
        if (bounds.latest == 0 || (record.expiry != 0 && record.expiry < bounds.latest))
            bounds.latest = record.expiry;
    }

    function _produce(
        uint32 org,
        uint64 transformation,
        Output[] calldata outputs,
        Bounds memory bounds
    ) private {
        if (outputs.length == 0) revert LinesNotOrdered(0);
        bytes32 previous = 0;
        for (uint256 i = 0; i < outputs.length; ++i) {
            (bytes32 item, uint64 amount) = (outputs[i].item, outputs[i].amount);
            previous = _requireAfter(previous, item, i);
            _requireMakes(org, item, amount);
            uint40 expiry = _beginOrContinue(item, org, outputs[i].expiry, bounds);
            _make(item, org, amount);
            _log(
                3,
                abi.encode(ItemProduced.selector, item, org, ENTRY, transformation, amount, expiry)
            );
        }
    }

    /// @return expiry the one the output has now
    function _beginOrContinue(
        bytes32 item,
        uint32 org,
        uint40 wanted,
        Bounds memory bounds
    ) private returns (uint40 expiry) {
        Item memory record = _itemOf(item);
        bool exists = record.maker != 0;
        if (exists) _continue(item, org, wanted);
        expiry = exists ? record.expiry : (wanted == 0 ? bounds.latest : wanted);
        if (bounds.latest != 0 && (expiry == 0 || expiry > bounds.latest)) {
            revert ExpiryTooLate(item, expiry, bounds.latest);
        }
        if (!exists) _begin(item, org, expiry, _below(bounds));
        else if (record.depth <= bounds.depth)
            revert TransformationIsCircular(bounds.deepest, item);
    }

    /// @dev The depth of what is made of these inputs.
    function _below(Bounds memory bounds) private pure returns (uint32) {
        if (bounds.depth == type(uint32).max) {
            revert TransformationTooDeep(bounds.deepest, bounds.depth);
        }
        return bounds.depth + 1;
    }

    function _requireConserved(Line[] calldata inputs, Output[] calldata outputs) private view {
        bool withinOneProduct = _isOneProduct(inputs, outputs);
        for (uint256 i = 0; i < outputs.length;) {
            bytes32 product = outputs[i].item.product();
            uint256 produced = 0;
            for (; i < outputs.length && outputs[i].item.product() == product; ++i) {
                produced += outputs[i].amount;
            }
            if (!withinOneProduct && _hasRecipe(product)) _requireYield(product, produced, inputs);
            else _requireMatched(product, produced, inputs, withinOneProduct);
        }
    }

    /// @dev Both lists ascend by product, so their ends tell.
    function _isOneProduct(
        Line[] calldata inputs,
        Output[] calldata outputs
    ) private pure returns (bool) {
        bytes32 product = outputs[0].item.product();
        return
            outputs[outputs.length - 1].item.product() == product &&
            inputs[0].item.product() == product &&
            inputs[inputs.length - 1].item.product() == product;
    }

    function _requireYield(bytes32 product, uint256 produced, Line[] calldata inputs) private view {
        uint256 allowed = 0;
        for (uint256 i = 0; i < inputs.length;) {
            bytes32 input = inputs[i].item.product();
            uint256 consumed = 0;
            for (; i < inputs.length && inputs[i].item.product() == input; ++i) {
                consumed += inputs[i].amount;
            }
            allowed += _yieldOf(product, input, consumed);
        }
        if (produced > allowed) revert YieldExceeded(product, allowed, produced);
    }

    function _requireMatched(
        bytes32 product,
        uint256 produced,
        Line[] calldata inputs,
        bool exactly
    ) private pure {
        uint256 consumed = 0;
        for (uint256 i = 0; i < inputs.length; ++i) {
            if (inputs[i].item.product() == product) consumed += inputs[i].amount;
        }
        bool wrong = exactly ? produced != consumed : consumed != 0 && produced > consumed;
        if (wrong) revert NotConserved(product, consumed, produced);
    }
}
