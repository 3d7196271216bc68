"""Printing runs: units are made chunk by chunk, their secrets go into an encrypted file as they are
made, and what verification needs of them is kept with the act that issues them.
"""
