"""What a repository's policy may make this machine do, and whether this user has said so.

Most of a policy is *words*: tiers, routes, agents, kinds, budgets.  Words need no trust.  The rest is
*powers*: commands, addresses that get a key, links into an attempt, sync on checkout, recorded prompts.  Powers
work only where this user noted them with ``tierwise trust`` (or ``install``), outside the repository.

Standard library only, lean: hooks load this.
"""
