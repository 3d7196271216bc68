"""The domain and the chain client; knows no SQL and no web."""
