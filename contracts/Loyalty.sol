// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Claims} from "./Claims.sol";
import {Door} from "./Door.sol";
import {Redemptions} from "./Redemptions.sol";
import {IDoor} from "./interfaces/IDoor.sol";
import {IOrgRegistry} from "./interfaces/IOrgRegistry.sol";
import {IProductLedger} from "./interfaces/IProductLedger.sol";
import {IUnitRegistry} from "./interfaces/IUnitRegistry.sol";

/// @title Points for what was really sold
/// @notice Put together from its parts, each on what it needs:
///
///     Journal <- Door <- Programmes <- Accounts <- Earnings <- Claims
///                                               <- Redemptions
contract Loyalty is Claims, Redemptions {
    /// @param registry who knows organisations and their keys
    /// @param ledger who knows what is recalled
    /// @param units who knows what was sold, and came back
    constructor(
        IOrgRegistry registry,
        IProductLedger ledger,
        IUnitRegistry units
    ) Door(registry, "Lotmark Loyalty") Claims(ledger, units) {}

    /// @inheritdoc IDoor
    function version() external pure returns (string memory) {
        return "1.0.0";
    }
}
