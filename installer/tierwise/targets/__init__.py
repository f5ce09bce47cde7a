"""What each coding tool reads, rendered from the policy."""
