// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Accounts} from "./Accounts.sol";
import {Quarters} from "./Quarters.sol";
import {Roles} from "./Roles.sol";
import {Signatures} from "./Signatures.sol";
import {ILoyalty, Redemption} from "./interfaces/ILoyalty.sol";

/// @title Spending points, and undoing it
/// @notice A redemption is one word of `Quarters`: of which quarters its points were; beside them
/// stands who brought it, 0 once it is cancelled.
abstract contract Redemptions is Accounts {
    using Quarters for uint256;

    struct Redeemed {
        uint256 word;
    }

    bytes32 private constant _REDEMPTION_TYPE = keccak256(
        "Redemption(uint32 programme,address member,uint32 org,bytes32 redemption,uint64 points,uint40 deadline)"
    );

    mapping(uint32 programme => mapping(address member => mapping(bytes32 redemption => Redeemed record)))
        private _redemptions;

    /// @inheritdoc ILoyalty
    function redeem(Redemption calldata wanted) external {
        uint32 org = _actingAs(Roles.RETAILER);
        (uint32 programme, address member) = (wanted.programme, wanted.member);
        _termsFor(programme, org, REDEEM);
        _requirePoints(wanted.points);
        _requireSigned(wanted, org);
        Redeemed storage record = _redemptions[programme][member][wanted.redemption];
        if (record.word != 0) {
            revert RedemptionAlreadyExists(programme, member, wanted.redemption);
        }
        record.word = _spend(programme, member, wanted.points).withBeside(org);
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
        Redeemed storage record = _redemptions[programme][member][redemption];
        uint256 taken = record.word;
        if (taken.beside() != org) revert RedemptionUnknown(programme, member, redemption);
        record.word = taken.withBeside(0);
        (uint256 restored, uint256 recovered, uint256 expired) = _giveBack(
            programme,
            member,
            taken
        );
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
        uint256 record = _redemptions[programme][member][redemption].word;
        if (record.beside() == 0) return (0, 0, byQuarter);
        for (uint256 i = 0; i < 4; ++i) {
            byQuarter[i] = uint64(record.pointsOf(record.newest() + 1 + i));
        }
        return (uint32(record.beside()), uint16(record.newest()), byQuarter);
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
