// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IJournal} from "./IJournal.sol";

/// @title Which contracts there are, and which came before them
/// @notice Nothing is ever changed or taken out: a further entry under a name names the one before
/// it as its predecessor, so readers follow a contract from its first version on.
/// @dev Names are ASCII, left-aligned and zero padded, e.g. "ProductLedger"; versions are semantic,
/// each part below 65,536, as `major << 32 | minor << 16 | patch`.
interface IDirectory is IJournal {
    /// @notice A contract was entered under a name.
    event ContractEntered(
        bytes32 entry,
        bytes32 indexed name,
        address indexed place,
        uint64 version,
        address predecessor,
        bytes32 codeHash
    );

    /// @notice The caller is not the registry's governor.
    error NotTheGovernor(address caller);
    /// @notice A name is not empty.
    error NameInvalid(bytes32 name);
    /// @notice There is no contract at this address.
    error NoContractThere(address place);
    /// @notice The contract is entered already, under this name.
    error ContractAlreadyEntered(address place, bytes32 name);
    /// @notice Versions of a name ascend, up to 65,535.65,535.65,535.
    error VersionNotAfter(bytes32 name, uint64 version, uint64 newest);
    /// @notice There is no such entry.
    error ContractUnknown(bytes32 name);

    /// @notice Enters a contract as the newest version under a name. The registry's governor.
    /// @param name what it is called
    /// @param version above that of the newest entry under the name
    /// @param place where it stands; its predecessor is the newest entry before
    function enter(bytes32 name, uint64 version, address place) external;

    /// @notice The newest entry under a name. Reverts where there is none.
    /// @return place address of the contract
    /// @return version its version
    /// @return predecessor the entry before it; zero for the first
    function newest(
        bytes32 name
    ) external view returns (address place, uint64 version, address predecessor);
    /// @notice What a contract was entered as; zeros where it was not.
    function entryOf(
        address place
    ) external view returns (bytes32 name, uint64 version, address predecessor);
    /// @notice Semantic version of this contract.
    function version() external pure returns (string memory);
}
