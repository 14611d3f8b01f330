"""Every write of publishing: `posts` for people, `ledger` and `driving` for the workers."""
