"""From usage records and ledger rows to a report: pure functions, one module a question."""
