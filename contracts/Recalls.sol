// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Items} from "./Items.sol";
import {Keys} from "./Keys.sol";
import {Roles} from "./Roles.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";

/// @title Recalls
/// @notice A recall marks single items. What was made of them is found by readers of the events and
/// recalled by name: the ledger never walks its own graph.
abstract contract Recalls is Items {
    using Keys for bytes32;

    /// @inheritdoc IProductLedger
    function recall(bytes32[] calldata items, bytes32 document) external {
        uint32 org = _actingForSafety();
        for (uint256 i = 0; i < items.length; ++i) {
            _recall(items[i], org, document);
        }
    }

    /// @inheritdoc IProductLedger
    function release(bytes32[] calldata items, bytes32 document) external {
        uint32 org = _acting();
        for (uint256 i = 0; i < items.length; ++i) {
            _release(items[i], org, document);
        }
    }

    /// @dev What is recalled stays so, whoever repeats it. But an auditor takes over anyone's
    /// recall, and the product's owner its maker's: else a maker that recalled first could lift
    /// what they, too, want recalled.
    function _recall(bytes32 item, uint32 org, bytes32 document) private {
        Item storage record = _existing(item);
        bool byAuditor = _actingHas(Roles.AUDITOR);
        if (!byAuditor && record.maker != org && _ownerOf(item.product()) != org)
            revert NotAllowedToRecall(item, org);
        uint32 recalledBy = record.recalledBy;
        // who is neither an auditor nor the maker is the owner
        bool takesOver = byAuditor || (recalledBy == record.maker && record.maker != org);
        if (recalledBy != 0 && (recalledBy == org || !takesOver)) return;
        record.recalledBy = org;
        _log(3, abi.encode(ItemRecalled.selector, item, org, ENTRY, document));
    }

    function _release(bytes32 item, uint32 org, bytes32 document) private {
        Item storage record = _existing(item);
        if (record.recalledBy == 0) revert ItemIsNotRecalled(item);
        if (record.recalledBy != org && !_actingHas(Roles.AUDITOR))
            revert NotAllowedToRecall(item, org);
        record.recalledBy = 0;
        _log(3, abi.encode(ItemReleased.selector, item, org, ENTRY, document));
    }

    function _existing(bytes32 item) private view returns (Item storage record) {
        record = _itemOf(item);
        if (record.maker == 0) revert ItemUnknown(item);
    }
}
