"""SHA-256 by whichever module the interpreter has."""

from __future__ import annotations

import hashlib

import pytest

from tierwise import digests


@pytest.mark.parametrize("data", [b"", b"abc", bytes(range(256)) * 1000], ids=len)
def test_the_digest_is_sha_256(data: bytes) -> None:
    assert digests.hash_sha256(data) == hashlib.sha256(data).hexdigest()


def test_openssl_is_not_loaded_for_it() -> None:
    import subprocess
    import sys

    program = "import sys; from tierwise.digests import hash_sha256; hash_sha256(b''); print('_hashlib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
