"""The chain client: one port, one node behind it."""

import sys

# A library of the signing code sets the recursion limit to 100,000 when it is first imported. Then
# JSON nested that deep, in an answer or a request, no longer raises RecursionError: it overruns the
# stack and ends the process. So it is imported here, and the limit put back.
_limit = sys.getrecursionlimit()
import py_ecc  # noqa: E402, F401

sys.setrecursionlimit(_limit)
