"""How operations get on chain exactly once: one lane per signing key.

The order of steps is the order of safety. A transaction is signed, kept and committed before it is
broadcast, so that after any crash the very same bytes go out again. The nonce is ours; the chain
only sets its floor. Receipts decide; what a node says to a broadcast is a hint.
"""
