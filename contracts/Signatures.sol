// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1271} from "./interfaces/IERC1271.sol";

/// @title Whose signature it is
library Signatures {
    /// @dev Half the order of secp256k1. Each signature has a twin with s above it, which is
    /// refused: one signature, one form.
    uint256 private constant HALF_ORDER =
        0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice Whether an account has signed a hash: by its own key, or by its code (ERC-1271).
    /// @dev Nothing that the account's code does in answer can change any state.
    function isBy(
        address account,
        bytes32 hash,
        bytes calldata signature
    ) internal view returns (bool) {
        return _isByKey(account, hash, signature) || _isByCode(account, hash, signature);
    }

    /// @notice Whose key has signed a hash; zero where nobody's has.
    function signerOf(bytes32 hash, bytes calldata signature) internal pure returns (address) {
        if (signature.length != 65) return address(0);
        (bytes32 r, bytes32 s) = (bytes32(signature[:32]), bytes32(signature[32:64]));
        if (uint256(s) > HALF_ORDER) return address(0);
        return ecrecover(hash, uint8(signature[64]), r, s);
    }

    function _isByKey(
        address account,
        bytes32 hash,
        bytes calldata signature
    ) private pure returns (bool) {
        address signer = signerOf(hash, signature);
        return signer != address(0) && signer == account;
    }

    function _isByCode(
        address account,
        bytes32 hash,
        bytes calldata signature
    ) private view returns (bool) {
        if (account.code.length == 0) return false;
        (bool answered, bytes memory answer) = account.staticcall(
            abi.encodeCall(IERC1271.isValidSignature, (hash, signature))
        );
        return
            answered &&
            answer.length == 32 &&
            bytes32(answer) == bytes32(IERC1271.isValidSignature.selector);
    }
}
