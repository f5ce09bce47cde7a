"""Secrets: precision and recall on generated keys and on look-alikes.

No key stands in this file: each is made at run time from a public format and random characters.
"""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable

import pytest
from tests.support.hooked import check_text

from tierwise.checks.secrets import candidates
from tierwise.checks.token_shapes import SHAPES

LINES = 300  # of each kind
UPPER, LOWER, DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
ALNUM = UPPER + LOWER + DIGITS
HEX = DIGITS + "abcdef"
URL = ALNUM + "-_"
Make = Callable[[random.Random], str]


def some(alphabet: str, count: int) -> Make:
    return lambda chance: "".join(chance.choice(alphabet) for _ in range(count))


def joined(*parts: str | Make) -> Make:
    return lambda chance: "".join(part if isinstance(part, str) else part(chance) for part in parts)


def pem(name: str, size: int) -> Make:
    def make(chance: random.Random) -> str:
        body = base64.b64encode(chance.randbytes(size)).decode()
        rows = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
        return f"-----BEGIN {name}-----\n{rows}\n-----END {name}-----"

    return make


def escaped(make: Make) -> Make:
    return lambda chance: make(chance).replace("\n", "\\n")


# Each issuer's public format, in pieces, so that no scanner takes this table for a leak.
KEYS: dict[str, Make] = {
    "AWS access key id": joined("AK", "IA", some(UPPER + "234567", 16)),
    "AWS temporary id": joined("AS", "IA", some(UPPER + DIGITS, 16)),
    "AWS secret key": joined("aws_secret_access_key = ", some(ALNUM + "+/", 40)),
    "GitHub classic": joined("gh", "p_", some(ALNUM, 36)),
    "GitHub server": joined("gh", "s_", some(ALNUM, 36)),
    "GitHub fine-grained": joined("github", "_pat_", some(ALNUM, 22), "_", some(ALNUM, 59)),
    "GitLab": joined("gl", "pat-", some(URL, 20)),
    "Anthropic": joined("sk-", "ant-api03-", some(URL, 93), "AA"),
    "OpenAI project": joined("sk-", "proj-", some(URL, 74), "T3BlbkFJ", some(URL, 74)),
    "OpenAI": joined("sk-", some(ALNUM, 20), "T3BlbkFJ", some(ALNUM, 20)),
    "Slack bot": joined("xo", "xb-", some(DIGITS, 12), "-", some(DIGITS, 13), "-", some(ALNUM, 24)),
    "Slack user": joined(
        "xo", "xp-", some(DIGITS, 11), "-", some(DIGITS, 12), "-", some(DIGITS, 12), "-", some(HEX, 32)
    ),
    "Stripe live": joined("sk", "_live_", some(ALNUM, 24)),
    "Stripe restricted": joined("rk", "_live_", some(ALNUM, 99)),
    "Google API": joined("AI", "za", some(URL, 35)),
    "Google OAuth": joined("GOC", "SPX-", some(URL, 28)),
    "npm": joined("np", "m_", some(ALNUM, 36)),
    "PyPI": joined("py", "pi-AgEIcHlwaS5vcmc", some(URL, 150)),
    "SendGrid": joined("S", "G.", some(URL, 22), ".", some(URL, 43)),
    "Hugging Face": joined("h", "f_", some(UPPER + LOWER, 34)),
    "DigitalOcean": joined("do", "p_v1_", some(HEX, 64)),
    "Shopify": joined("shp", "at_", some(HEX, 32)),
    "Telegram": joined(some("123456789", 10), ":A", "A", some(URL, 33)),
    "RSA key": pem("RSA " + "PRIVATE KEY", 1190),
    "Ed25519 key": pem("PRIVATE " + "KEY", 48),
    "OpenSSH key": pem("OPENSSH " + "PRIVATE KEY", 300),
    "key in JSON": escaped(pem("PRIVATE " + "KEY", 1190)),
}
CONTEXTS = (
    "{}",
    'key = "{}"',
    "export KEY={}",
    '{{"token": "{}"}}',
    "Authorization: Bearer {}",
    "https://{}@example.org/x",
)

# What looks like a key and is none: random data, identifiers, documentation, templates.
LOOK_ALIKES: dict[str, Make] = {
    "git blob names": some(HEX, 40),
    "SHA-256 sums": joined("sha256:", some(HEX, 64)),
    "UUIDs": joined(some(HEX, 8), "-", some(HEX, 4), "-4", some(HEX, 3), "-a", some(HEX, 3), "-", some(HEX, 12)),
    "integrity hashes": joined('"integrity": "sha512-', some(ALNUM + "+/", 86), '=="'),
    "base64 data": joined("data:image/png;base64,", some(ALNUM + "+/", 400)),
    "words in capitals": joined("AKIA", lambda chance: chance.choice(["S_AND_OTHER_THINGS", "KIMOTO", "_KEY_ID_HERE"])),
    "documented AWS key": joined("AK", "IA", some(UPPER + "234567", 9), "EXAMPLE"),
    "placeholders": joined("gh", "p_", lambda chance: chance.choice("xX0aA") * 36),
    "counting": joined("gh", "p_", "abcdefghijklmnopqrstuvwxyz0123456789"),
    "words": joined("sk-", "ant-api03-", "put-your-key-here-", some(LOWER, 20)),
    "templates": joined("gh", "p_", "${", some(UPPER, 30), "}"),
    "prefix within a word": joined(some(LOWER, 6), "gh", "p_", some(ALNUM, 36)),
    "too short": joined("gh", "p_", some(ALNUM, 20)),
    "too long": joined("AI", "za", some(URL, 60)),
    "CSS classes": joined("sk-", some(LOWER, 6), "-", some(LOWER, 8), " sk-", some(LOWER, 12)),
    "public keys": pem("PUBLIC KEY", 294),
    "certificates": pem("CERTIFICATE", 800),
    "key header in code": joined('if line == "-----BEGIN ', "PRIVATE ", 'KEY-----": skip("', some(LOWER, 40), '")'),
    "elided keys": joined(
        "-----BEGIN ", "PRIVATE ", "KEY-----\nMIIE...", some(LOWER, 5), "...\n-----END PRIVATE KEY-----"
    ),
    "slack words": joined("xo", "xb-", "not-a-real-one-", some(LOWER, 10)),
    "key header in prose": joined("-----BEGIN ", "PRIVATE ", "KEY-----\nYour key goes here\n-----END"),
    "test ids": joined("sk", "_test_", some(LOWER, 24)),
    "secret by name": joined("aws_secret_access_key = os.environ[", some(UPPER, 30), "]"),
}


def found(text: str) -> bool:
    return bool(check_text("secrets", "a.txt", text))


@pytest.mark.parametrize("kind", KEYS)
def test_keys_are_found_wherever_they_stand(kind: str) -> None:
    chance = random.Random(kind)
    hits = 0
    for number in range(LINES):
        key = KEYS[kind](chance)
        multiline = "\n" in key or " = " in key
        hits += found(key if multiline else CONTEXTS[number % len(CONTEXTS)].format(key))
    assert hits / LINES >= 0.99, f"recall of {kind}: {hits} of {LINES}"


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_look_alikes_are_left_alone(kind: str) -> None:
    chance = random.Random(kind)
    false = sum(found(f'value = "{LOOK_ALIKES[kind](chance)}"') for _ in range(LINES))
    assert false / LINES <= 0.005, f"false alarms on {kind}: {false} of {LINES}"


def test_precision_and_recall_over_all_kinds_are_as_documented() -> None:
    chance = random.Random(4)
    per_kind = 60
    hits = sum(found(make(chance)) for make in KEYS.values() for _ in range(per_kind))
    false = sum(found(make(chance)) for make in LOOK_ALIKES.values() for _ in range(per_kind))
    assert hits / (per_kind * len(KEYS)) >= 0.995
    assert hits / (hits + false) >= 0.998


def test_every_shape_in_the_table_is_found() -> None:
    chance = random.Random(2)
    for prefix, what, alphabet, least, most in SHAPES:
        if prefix in (b"SG.", b"hooks.slack.com/services/T") or prefix.startswith(b"xox"):
            continue  # these have an inner structure; the kinds above cover them
        body = "".join(chance.choice(alphabet.decode()) for _ in range(least if prefix != b"sk-" else 48))
        assert candidates(prefix + body.encode()), f"{what} {least}..{most}"


def test_a_slack_webhook_is_found() -> None:
    chance = random.Random(3)
    parts = [some(UPPER + DIGITS, 9)(chance), some(UPPER + DIGITS, 10)(chance), some(ALNUM, 24)(chance)]
    assert found("https://hooks.slack." + "com/services/T" + "/".join([parts[0], "B" + parts[1], parts[2]]))


def test_a_finding_shows_place_and_kind_and_never_the_secret() -> None:
    key = KEYS["GitHub classic"](random.Random(1))
    (finding,) = check_text("secrets", "a.py", f"\n\ntoken = '{key}'\n")
    assert (finding.line, finding.column) == (3, 10)
    assert "GitHub" in finding.message
    assert not any(key[at : at + 8] in finding.message for at in range(len(key) - 8))


def test_a_fingerprint_in_the_policy_and_a_pragma_on_the_line_allow_one_key() -> None:
    key = KEYS["Stripe live"](random.Random(1))
    (finding,) = check_text("secrets", "a.py", key)
    fingerprint = finding.message.rpartition(" ")[2].rstrip(")")
    assert check_text("secrets", "a.py", key, allow=[fingerprint]) == []
    assert check_text("secrets", "a.py", f"{key}  # tierwise: allow-secret\n") == []
    assert check_text("secrets", "a.py", f"{key}\n# tierwise: allow-secret\n") != []


def test_a_new_file_of_environment_variables_with_secrets_is_named() -> None:
    text = "DEBUG=1\nAPI_TOKEN=plain-words-count-here\nDB_PASSWORD=changeme\nSECRET=${FROM_VAULT}\nTOKEN=\n"
    assert [finding.line for finding in check_text("secrets", "app/.env", text)] == [2]
    assert [finding.line for finding in check_text("secrets", ".env.production", text)] == [2]
    assert check_text("secrets", ".env.example", text) == []
    assert check_text("secrets", "settings.ini", text) == []
    assert "plain-words" not in check_text("secrets", ".env", text)[0].message


def test_two_keys_on_one_line_are_two_findings() -> None:
    chance = random.Random(1)
    pair = f"{KEYS['npm'](chance)} {KEYS['GitLab'](chance)}"
    assert len(check_text("secrets", "a.txt", pair)) == 2
