"""Members of loyalty programmes: what is kept of them, under lock, and what they did here.

On chain a member is an address of a key that stands for nobody; only these records tell whose it
is, and erasure makes that nobody's, too.
"""

from records.members.member import (
    NOBODY,
    Member,
    NewMember,
    by_address,
    find,
    is_living,
    join,
    personal,
    require,
    signing_key,
)
from records.members.vault import MembersVault, Personal

__all__ = [
    "NOBODY",
    "Member",
    "MembersVault",
    "NewMember",
    "Personal",
    "by_address",
    "find",
    "is_living",
    "join",
    "personal",
    "require",
    "signing_key",
]
