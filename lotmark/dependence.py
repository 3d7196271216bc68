"""How a process is made to end with its parent: nothing is left behind when that is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with(parent: int, sent: signal.Signals = signal.SIGTERM) -> None:
    """Has the kernel send a signal to this process when its parent ends (Linux, prctl(2)).

    Ends at once where the parent has ended already. Elsewhere than on Linux only that is checked.
    The kernel watches the parent's thread that started this process: let it live as long.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
