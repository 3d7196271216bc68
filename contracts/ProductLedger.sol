// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Door} from "./Door.sol";
import {Items} from "./Items.sol";
import {Recalls} from "./Recalls.sol";
import {Shipments} from "./Shipments.sol";
import {Statements} from "./Statements.sol";
import {Transformations} from "./Transformations.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";
import {IDoor} from "./interfaces/IDoor.sol";

/// @title The ledger of products, items and holdings
/// @notice Put together from its parts, each on what it needs:
///
///     Journal <- Door    <- Products <- Items <- Transformations
///                        <- Holdings <-       <- LogisticUnits <- Shipments
///                                             <- Recalls
///                                    <- Statements
contract ProductLedger is Transformations, Shipments, Recalls, Statements {
    /// @param registry who knows organisations and their keys
    /// @param units the registry of units, which may sell and take back for who acts there
    constructor(
        IOrgRegistry registry,
        address units
    ) Door(registry, "Lotmark ProductLedger") Items(units) {}

    /// @inheritdoc IDoor
    function version() external pure returns (string memory) {
        return "1.0.0";
    }
}
