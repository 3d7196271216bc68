// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IJournal} from "./IJournal.sol";

/// @title Organisations, their keys, company prefixes and places
/// @notice Nothing personal stands here: organisations are legal parties named by their GLN (GS1
/// General Specifications, AI 417), places by AI 414. A key's organisation is never erased, so
/// history stays attributable.
/// @dev Roles are bits: 1 maker, 2 carrier, 4 retailer, 8 certifier, 16 auditor, 32 relayer.
interface IOrgRegistry is IJournal {
    /// @notice An organisation was admitted.
    event OrganisationRegistered(
        bytes32 entry,
        uint32 indexed org,
        bytes32 indexed party,
        address admin,
        uint16 roles
    );
    /// @notice Other roles were proposed for an organisation; they may be applied from
    /// `appliesFrom` on.
    event OrganisationRolesProposed(
        bytes32 entry,
        uint32 indexed org,
        uint16 roles,
        uint40 appliesFrom
    );
    /// @notice The roles of an organisation were set anew.
    event OrganisationRolesSet(bytes32 entry, uint32 indexed org, uint16 roles);
    /// @notice An organisation may no longer act.
    event OrganisationSuspended(bytes32 entry, uint32 indexed org);
    /// @notice A suspended organisation may act again.
    event OrganisationResumed(bytes32 entry, uint32 indexed org);
    /// @notice A company prefix of `length` digits (6 to 12) with the numeric value `prefix` was
    /// granted.
    event PrefixGranted(bytes32 entry, uint32 indexed org, uint8 length, uint64 prefix);
    /// @notice A place (AI 414, with or without extension 254) was declared to be an
    /// organisation's.
    event PlaceAdded(bytes32 entry, uint32 indexed org, bytes32 indexed place);
    /// @notice A key may act for an organisation from `validFrom` until `validTo` (seconds; 0 means
    /// no end).
    event KeyAdded(
        bytes32 entry,
        uint32 indexed org,
        address indexed key,
        uint16 roles,
        uint40 validFrom,
        uint40 validTo
    );
    /// @notice A key may no longer act. Its organisation stays known.
    event KeyRevoked(bytes32 entry, uint32 indexed org, address indexed key);
    /// @notice An admin was proposed for an organisation; nothing changes until it accepts, which it
    /// may from `acceptableFrom` on.
    event AdminProposed(
        bytes32 entry,
        uint32 indexed org,
        address indexed admin,
        uint40 acceptableFrom
    );
    /// @notice The admin of an organisation changed.
    event AdminAccepted(bytes32 entry, uint32 indexed org, address indexed admin);
    /// @notice Organisations may write nothing new for now, but for what safety asks for.
    event WritesPaused(bytes32 entry);
    /// @notice Organisations may write again.
    event WritesResumed(bytes32 entry);
    /// @notice A governor was proposed; nothing changes until it accepts.
    event GovernorProposed(bytes32 entry, address indexed governor);
    /// @notice The governor changed.
    event GovernorAccepted(bytes32 entry, address indexed governor);

    /// @notice The caller is not the governor.
    error NotTheGovernor(address caller);
    /// @notice The caller was not proposed as governor.
    error NotTheProposedGovernor(address caller);
    /// @notice The caller is neither the admin of the organisation nor the governor.
    error NotTheAdmin(uint32 org, address caller);
    /// @notice The caller was not proposed as admin of the organisation.
    error NotTheProposedAdmin(uint32 org, address caller);
    /// @notice The governor proposed the admin, who may not accept yet.
    error AdminNotYetAcceptable(uint32 org, uint40 acceptableFrom);
    /// @notice No other roles are proposed for the organisation.
    error NoRolesProposed(uint32 org);
    /// @notice The proposed roles may not be applied yet.
    error RolesNotYetApplicable(uint32 org, uint40 appliesFrom);
    /// @notice Writes are paused.
    error WritesArePaused();
    /// @notice Writes are not paused.
    error WritesAreNotPaused();
    /// @notice No organisation has this number.
    error OrganisationUnknown(uint32 org);
    /// @notice The party already stands for another organisation.
    error OrganisationAlreadyExists(bytes32 party, uint32 org);
    /// @notice The organisation is suspended.
    error OrganisationIsSuspended(uint32 org);
    /// @notice The organisation is not suspended.
    error OrganisationIsNotSuspended(uint32 org);
    /// @notice The prefix, a shorter one that contains it or a longer one within it belongs to
    /// another organisation.
    error PrefixAlreadyGranted(uint8 length, uint64 prefix, uint32 org);
    /// @notice A company prefix has 6 to 12 digits.
    error PrefixInvalid(uint8 length, uint64 prefix);
    /// @notice The place already belongs to an organisation.
    error PlaceAlreadyExists(bytes32 place, uint32 org);
    /// @notice The number of a place does not begin with a company prefix of the organisation.
    error PlaceOutsidePrefix(bytes32 place, uint32 org);
    /// @notice The id is not of the kind that is needed here, or not well formed.
    error IdInvalid(bytes32 id);
    /// @notice No organisation knows this key.
    error KeyUnknown(address key);
    /// @notice The key already belongs to an organisation; a key belongs to one organisation for
    /// ever.
    error KeyAlreadyExists(address key, uint32 org);
    /// @notice The key is not yet or no longer valid.
    error KeyNotValid(address key, uint40 validFrom, uint40 validTo);
    /// @notice Roles outside the known bits, or an empty set.
    error RolesInvalid(uint16 roles);
    /// @notice The address zero can hold no office.
    error AddressIsZero();

    /// @notice Admits an organisation. Only the governor.
    /// @param party packed id of kind 0x42 (GLN-13)
    /// @param admin address that manages the organisation's keys; an account of code may
    /// @param roles bits as above
    /// @return org its number, counted from 1
    function registerOrganisation(
        bytes32 party,
        address admin,
        uint16 roles
    ) external returns (uint32 org);
    /// @notice Proposes other roles for an organisation, in the place of any proposed before. Only
    /// the governor. What cannot wait is done by suspending.
    function proposeOrganisationRoles(uint32 org, uint16 roles) external;
    /// @notice Applies the proposed roles, not before `roleDelay` seconds after their proposal.
    /// Only the governor.
    function applyOrganisationRoles(uint32 org) external;
    /// @notice First of two steps to a new admin of an organisation. Its admin, or the governor,
    /// whose proposal is accepted `roleDelay` seconds later at the earliest: the organisation sees
    /// it before anybody can act in its name.
    function proposeAdmin(uint32 org, address admin) external;
    /// @notice Second step. Only who was proposed.
    function acceptAdmin(uint32 org) external;
    /// @notice Lets no organisation write anything new, recalls and corrections excepted. Only the
    /// governor.
    function pauseWrites() external;
    /// @notice Ends that. Only the governor.
    function resumeWrites() external;
    /// @notice Suspends an organisation. Only the governor.
    function suspendOrganisation(uint32 org) external;
    /// @notice Lets a suspended organisation act again. Only the governor.
    function resumeOrganisation(uint32 org) external;
    /// @notice Grants a company prefix. Only the governor. Prefixes of different owners never
    /// contain each other.
    function grantPrefix(uint32 org, uint8 length, uint64 prefix) external;
    /// @notice Declares a place. The governor, or the organisation's admin where the GLN lies under
    /// its own prefix.
    /// @param prefixLength length of the granted prefix the GLN begins with; ignored for the
    /// governor
    function addPlace(uint32 org, bytes32 place, uint8 prefixLength) external;
    /// @notice Adds a key. The organisation's admin: not even the governor speaks for others.
    function addKey(
        uint32 org,
        address key,
        uint16 roles,
        uint40 validFrom,
        uint40 validTo
    ) external;
    /// @notice Revokes a key at once. The organisation's admin or the governor.
    function revokeKey(address key) external;
    /// @notice First of two steps to a new governor. Only the governor.
    function proposeGovernor(address governor) external;
    /// @notice Second step. Only who was proposed.
    function acceptGovernor() external;

    /// @notice Who acts when `key` acts now. Reverts for unknown, invalid or revoked keys and
    /// suspended organisations.
    /// @return org the organisation
    /// @return roles the key's roles narrowed by the organisation's
    /// @return paused whether it may do only what stays possible while writes are paused
    function actor(address key) external view returns (uint32 org, uint16 roles, bool paused);
    /// @notice Who manages an organisation's keys; zero where there is no such organisation.
    function adminOf(uint32 org) external view returns (address);
    /// @notice Seconds between the proposal of roles and their application, at least.
    function roleDelay() external view returns (uint40);
    /// @notice Whether writes are paused.
    function writesPaused() external view returns (bool);
    /// @notice Whether an organisation exists; suspended ones do.
    function organisationExists(uint32 org) external view returns (bool);
    /// @notice The organisation that stands for a party, 0 if none.
    function organisationOf(bytes32 party) external view returns (uint32 org);
    /// @notice The owner of exactly this company prefix, 0 if none.
    function prefixOwner(uint8 length, uint64 prefix) external view returns (uint32 org);
    /// @notice The present governor.
    function governor() external view returns (address);
    /// @notice Semantic version of this contract.
    function version() external pure returns (string memory);
}
