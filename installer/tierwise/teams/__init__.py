"""Many developers' exports in one report: one aggregation, run where the team keeps its data.

Only `--backend` and Parquet come here; nothing else imports this package, and it needs the extra `tierwise[teams]`.
"""
