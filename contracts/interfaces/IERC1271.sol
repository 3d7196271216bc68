// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title An account of code that can sign (ERC-1271)
interface IERC1271 {
    /// @notice Whether a signature stands for this account.
    /// @return answer 0x1626ba7e where it does
    function isValidSignature(
        bytes32 hash,
        bytes calldata signature
    ) external view returns (bytes4 answer);
}
