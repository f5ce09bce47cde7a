"""Network addresses that a repository names: where a secret may go, and what may be shown of them."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HIDDEN = "***"


def strip_password(address: str) -> str:
    """Replace what stands before ``@`` in an address, for whatever is printed or stored."""
    scheme, mark, rest = address.partition("://")
    if not mark:
        scheme, rest = "", address
    end = _find_end(rest)
    host = rest[:end].rpartition("@")
    if not host[1]:
        return address
    return f"{scheme}{mark}{_HIDDEN}@{host[2]}{rest[end:]}"


def find_host(address: str) -> str:
    """The host and port that an address names, in lower case; empty where it names none."""
    _, mark, rest = address.partition("://")
    if not mark:
        return ""
    return rest[: _find_end(rest)].rpartition("@")[2].lower()


def is_safe_for_secrets(address: str) -> bool:
    """Whether nobody on the way can read what is sent: https, or this machine itself."""
    scheme, _, _ = address.partition("://")
    if scheme.lower() == "https":
        return bool(find_host(address))
    return scheme.lower() == "http" and is_loopback(address)


def is_loopback(address: str) -> bool:
    """Whether an address names this machine."""
    host = find_host(address)
    if host.startswith("["):
        name = host[1:].partition("]")[0]
    else:
        name = host.partition(":")[0]
    return name in _LOOPBACK


def _find_end(rest: str) -> int:
    """Where the host's part of an address ends (a backslash counts, as browsers read it)."""
    ends = [place for mark in "/?#\\" if (place := rest.find(mark)) >= 0]
    return min(ends, default=len(rest))
