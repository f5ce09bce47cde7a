"""The policy proven on the wire: real clients against a stand-in API on the loopback address."""
