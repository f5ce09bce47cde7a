"""Network addresses that a repository names: where a secret may go, and what may be shown of them."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HIDDEN = "***"


def strip_password(address: str) -> str:
    """Replace what stands before ``@`` in an address, for whatever is printed or stored."""
    _, mark, rest = address.partition("://")
    if not mark:
        rest = address
    before = address.removesuffix(rest)
    end = _find_end(rest)
    _, at, host = rest[:end].rpartition("@")
    if not at:
        return address
    return f"{before}{_HIDDEN}@{host}{rest[end:]}"


def find_host(address: str) -> str:
    """Return the host and port that an address names, in lower case; empty where it names none."""
    _, mark, rest = address.partition("://")
    if not mark:
        return ""
    end = _find_end(rest)
    _, _, host = rest[:end].rpartition("@")
    return host.lower()


def is_safe_for_secrets(address: str) -> bool:
    """Return whether nobody on the way can read what is sent: https, or this machine itself."""
    scheme = address.partition("://")[0].lower()
    if scheme == "https":
        return bool(find_host(address))
    return scheme == "http" and is_loopback(address)


def is_loopback(address: str) -> bool:
    """Return whether an address names this machine."""
    host = find_host(address)
    if host.startswith("["):
        name = host[1:].partition("]")[0]
    else:
        name = host.partition(":")[0]
    return name in _LOOPBACK


def _find_end(rest: str) -> int:
    """Return where the host's part of an address ends (a backslash counts, as browsers read it)."""
    ends = [place for mark in "/?#\\" if (place := rest.find(mark)) >= 0]
    return min(ends, default=len(rest))
