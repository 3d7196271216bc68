"""Units that were prepared to be printed: what verification needs of them."""
