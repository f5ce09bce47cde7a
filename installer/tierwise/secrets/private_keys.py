"""Private keys in the forms that programs write: PEM (OpenSSL, OpenSSH, PGP), SSH2 and PuTTY."""

from tierwise.secrets.randomness import entropy, looks_random
from tierwise.secrets.token_shapes import BASE64

# How a block's first line begins, how the rest of that line ends, and how its last line begins.
_FORMS = ((b"-----BEGIN ", b"-----", b"-----END"), (b"---- BEGIN ", b" ----", b"---- END"))
# The shortest key in use, Ed25519 in PKCS#8, is 64 characters long.
_SHORTEST = 64


def private_keys(data: bytes) -> "list[tuple[int, int, str]]":
    """(offset, length, what it is) of each private key; a header with no key below it is none."""
    found = []
    for begin, dashes, end in _FORMS:
        at = data.find(begin)
        while at >= 0:
            name, closed, _ = data[at + len(begin) : at + 80].partition(dashes)
            if closed and b"PRIVATE KEY" in name and b"\n" not in name:
                start = at + len(begin) + len(name) + len(dashes)
                stop = data.find(end, start, start + 20_000)
                block = data[start : stop if stop >= 0 else start + 4_000]
                if _has_key_material(block):
                    found.append((at, start + len(block) - at, "a private key"))
            at = data.find(begin, at + len(begin))
    at = data.find(b"PuTTY-User-Key-File-")
    if at >= 0 and b"Private-Lines:" in data[at:]:
        found.append((at, 21, "a PuTTY private key"))
    return found


def _has_key_material(block: bytes) -> bool:
    lines = block.replace(b"\\n", b"\n").replace(b"\\r", b"").split(b"\n")
    stripped = [line.strip(b" \t\r\"'`+,;\\#*") for line in lines]
    body = b"".join(line for line in stripped if len(line) >= 8 and not line.strip(BASE64))
    if len(body) < _SHORTEST:  # a cut-off key is still a leak, words in place of one are not
        return len(body) >= 16 and b"..." not in block and looks_random(body)
    return entropy(body) > 3.0
