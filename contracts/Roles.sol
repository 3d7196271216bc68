// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title What an organisation, or one of its keys, may do: one bit each
library Roles {
    uint16 internal constant MAKER = 1;
    uint16 internal constant CARRIER = 2;
    uint16 internal constant RETAILER = 4;
    uint16 internal constant CERTIFIER = 8;
    uint16 internal constant AUDITOR = 16;
    uint16 internal constant RELAYER = 32;
    uint16 internal constant ALL = 63;

    /// @notice Whether the bits are known ones and at least one is set.
    function areValid(uint16 roles) internal pure returns (bool) {
        return roles != 0 && roles & ~ALL == 0;
    }
}
