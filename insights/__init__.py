"""Pure functions of mirror and records: demand, stock, suppliers, members, anomalies."""
