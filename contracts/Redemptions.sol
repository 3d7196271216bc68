// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Accounts} from "./Accounts.sol";
import {Roles} from "./Roles.sol";
import {Signatures} from "./Signatures.sol";
import {ILoyalty, Redemption} from "./interfaces/ILoyalty.sol";

/// @title Spending points, and undoing it
abstract contract Redemptions is Accounts {
    struct Redeemed {
        uint48[4] taken; // by quarter & 3
        uint16 quarter; // the newest the points were of; 0 where there is no such redemption
        uint32 org; // who brought it; 0 once it is cancelled
    }

    bytes32 private constant _REDEMPTION_TYPE = keccak256(
        "Redemption(uint32 programme,address member,uint32 org,bytes32 redemption,uint64 points,uint40 deadline)"
    );

    mapping(uint32 programme => mapping(address member => mapping(bytes32 redemption => Redeemed)))
        private _redemptions;

    /// @inheritdoc ILoyalty
    function redeem(Redemption calldata wanted) external {
        uint32 org = _actingAs(Roles.RETAILER);
        (uint32 programme, address member) = (wanted.programme, wanted.member);
        _requireRight(programme, org, REDEEM);
        _requirePoints(wanted.points);
        _requireSigned(wanted, org);
        Redeemed storage record = _redemptions[programme][member][wanted.redemption];
        if (record.quarter != 0) {
            revert RedemptionAlreadyExists(programme, member, wanted.redemption);
        }
        (uint48[4] memory taken, uint16 quarter) = _spend(programme, member, wanted.points);
        _redemptions[programme][member][wanted.redemption] = Redeemed(taken, quarter, org);
        _log(
            4,
            abi.encode(
                PointsRedeemed.selector,
                programme,
                member,
                wanted.redemption,
                ENTRY,
                org,
                wanted.points
            )
        );
    }

    /// @inheritdoc ILoyalty
    function cancelRedemption(uint32 programme, address member, bytes32 redemption) external {
        uint32 org = _acting();
        Redeemed memory record = _redemptions[programme][member][redemption];
        if (record.org != org) revert RedemptionUnknown(programme, member, redemption);
        _redemptions[programme][member][redemption].org = 0;
        (uint64 restored, uint64 recovered, uint64 expired) = _restore(programme, member, record);
        _log(
            4,
            abi.encode(
                RedemptionCancelled.selector,
                programme,
                member,
                redemption,
                ENTRY,
                org,
                restored,
                recovered,
                expired
            )
        );
    }

    /// @inheritdoc ILoyalty
    function redemptionOf(
        uint32 programme,
        address member,
        bytes32 redemption
    ) external view returns (uint32 org, uint16 quarter, uint64[4] memory byQuarter) {
        Redeemed memory record = _redemptions[programme][member][redemption];
        if (record.org == 0) return (0, 0, byQuarter);
        for (uint16 i = 0; i < 4; ++i) {
            byQuarter[i] = record.taken[(record.quarter + 1 + i) & 3];
        }
        return (record.org, record.quarter, byQuarter);
    }

    /// @dev Gives back to each quarter what was taken of it, the oldest first.
    function _restore(
        uint32 programme,
        address member,
        Redeemed memory record
    ) private returns (uint64 restored, uint64 recovered, uint64 expired) {
        for (uint16 age = 4; age > 0; --age) {
            uint16 quarter = record.quarter - (age - 1);
            uint48 points = record.taken[quarter & 3];
            if (points == 0) continue;
            if (_hasExpired(quarter)) expired += points;
            else restored += points;
            recovered += _credit(programme, member, quarter, points);
        }
    }

    function _requireSigned(Redemption calldata wanted, uint32 org) private view {
        if (block.timestamp > wanted.deadline) {
            revert RedemptionTooLate(wanted.redemption, wanted.deadline);
        }
        bytes32 signed = keccak256(
            abi.encode(
                _REDEMPTION_TYPE,
                wanted.programme,
                wanted.member,
                org,
                wanted.redemption,
                wanted.points,
                wanted.deadline
            )
        );
        address signer = Signatures.signerOf(_digest(signed), wanted.signature);
        if (signer == address(0) || signer != wanted.member) {
            revert RedemptionNotSigned(wanted.member, wanted.redemption);
        }
    }
}
