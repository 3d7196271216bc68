"""The chain client: one port, one node behind it."""

import sys

import py_ecc  # noqa: F401

_LIMIT = 1000
"""Python's own. Importing py_ecc, which eth_account needs, sets 100,000; then JSON nested that
deep, in an answer or a request, no longer raises RecursionError: it overruns the stack and ends
the process. A module is imported once, so that is done here and the limit put back."""

sys.setrecursionlimit(min(sys.getrecursionlimit(), _LIMIT))
