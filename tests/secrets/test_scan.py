"""Secrets: precision and recall on generated keys and on look-alikes (tests/support/secret_kinds.py)."""

from __future__ import annotations

import random

import pytest
from tests.support.hooked import check_text
from tests.support.secret_kinds import ALNUM, CONTEXTS, DIGITS, KEYS, LOOK_ALIKES, UPPER, some
from tests.support.vendors import read_vendors

from tierwise.cascade.context import redact
from tierwise.secrets.scan import list_candidates
from tierwise.secrets.shapes import load_shapes

LINES = 300  # of each kind
# Shapes with an inner structure; their kinds in KEYS cover them.
STRUCTURED = (b"SG.", b"hooks.", b"discord", b"xox", b"re_")


def found(text: str) -> bool:
    return bool(check_text("secrets", "a.txt", text))


def count_found(texts: list[str]) -> int:
    """How many of these texts have a finding where they stand below each other in one file."""
    lines = {finding.line for finding in check_text("secrets", "a.txt", "\n".join(texts))}
    hits, line = 0, 1
    for text in texts:
        behind = line + text.count("\n") + 1
        hits += not lines.isdisjoint(range(line, behind))
        line = behind
    return hits


@pytest.mark.parametrize("kind", KEYS)
def test_keys_are_found_wherever_they_stand(kind: str) -> None:
    chance = random.Random(kind)
    texts = []
    for number in range(LINES):
        key = KEYS[kind](chance)
        whole = "\n" in key or "=" in key or "://" in key
        texts.append(key if whole else CONTEXTS[number % len(CONTEXTS)].format(key))
    hits = count_found(texts)
    assert hits / LINES >= 0.99, f"recall of {kind}: {hits} of {LINES}"


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_look_alikes_are_left_alone(kind: str) -> None:
    chance = random.Random(kind)
    false = sum(found(f'value = "{LOOK_ALIKES[kind](chance)}"') for _ in range(LINES))
    assert false / LINES <= 0.005, f"false alarms on {kind}: {false} of {LINES}"


@pytest.mark.slow
def test_precision_and_recall_over_all_kinds_are_as_documented() -> None:
    chance = random.Random(4)
    per_kind = 60
    hits = sum(found(make(chance)) for make in KEYS.values() for _ in range(per_kind))
    false = sum(found(make(chance)) for make in LOOK_ALIKES.values() for _ in range(per_kind))
    assert hits / (per_kind * len(KEYS)) >= 0.995
    assert hits / (hits + false) >= 0.998


def test_every_shape_in_the_table_is_found() -> None:
    chance = random.Random(2)
    for shape in load_shapes().shapes:
        if shape.prefix.startswith(STRUCTURED):
            continue
        body = "".join(chance.choice(shape.alphabet.decode()) for _ in range(shape.least))
        assert list_candidates(shape.prefix + body.encode()), f"{shape.what} {shape.least}"


def test_a_slack_webhook_is_found() -> None:
    chance = random.Random(3)
    parts = [
        some(UPPER + DIGITS, 9)(chance),
        some(UPPER + DIGITS, 10)(chance),
        some(ALNUM, 24)(chance),
    ]
    assert found(
        "https://hooks.slack." + "com/services/T" + "/".join([parts[0], "B" + parts[1], parts[2]])
    )


@pytest.mark.parametrize("kind", ["SendGrid", "Dynatrace", "GitLab"])
def test_the_full_stop_behind_a_token_is_none_of_its_characters(kind: str) -> None:
    key = KEYS[kind](random.Random(5))
    assert found(f"The key is {key}.\n")
    assert found(f"{key}...")


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


def test_keys_that_their_issuers_print_are_let_through() -> None:
    sample = ".".join(
        (
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
            "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ",
            "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
        )
    )
    assert list_candidates(sample.encode())
    assert not found(sample)
    assert found(sample[:-1] + "A")
    one_time = "JBSWY3DP" + "EHPK3PXP"
    assert list_candidates(f'acme_secret = "{one_time}"\n'.encode())
    assert not found(f'acme_secret = "{one_time}"\n')


def test_a_secret_that_is_two_kinds_at_once_is_one_finding() -> None:
    key = KEYS["GitHub classic"](random.Random(5))
    text = f"git clone https://x:{key}@git.example.org/a.git"
    (finding,) = check_text("secrets", "a.txt", text)
    assert "GitHub" in finding.message
    assert redact(text) == "git clone https://x:[redacted]@git.example.org/a.git"


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["://a:b@", "sig=", ":_authToken=", "eyJ.", "abcdef.", "sk-", "Q~", "---- BEGIN "]
)
def test_a_megabyte_of_beginnings_holds_no_secret(piece: str) -> None:
    assert list_candidates((piece * (1_000_000 // len(piece))).encode()) == []


ISSUERS = ("acme", "fastly", "okta", "zendesk", "kucoin", "snyk", "travisci", "yandex")
ASSIGNMENTS = (
    '{}_api_key = "{}"',
    "{}_TOKEN={}\n",
    '{{"{}_access_token": "{}"}}',
    "{}.client_secret: {}\n",
    "<{}Token>{}</x>",
    '{}Token := "{}"',
    'System.setProperty("{}_SECRET", "{}")',
    "${}Token .= '{}'",
    '{}Password ??= "{}"',
    "export {}_ACCESS_KEY='{}'",
    '  {}_secret_key => "{}",',
)


@pytest.mark.parametrize(
    ("alphabet", "length"),
    [(DIGITS + "abcdef", 32), (DIGITS + "abcdef", 40), (ALNUM, 20), (ALNUM, 32), (ALNUM, 64)],
)
def test_a_generated_value_under_a_secret_s_name_is_found_whoever_issued_it(
    alphabet: str, length: int
) -> None:
    chance = random.Random(length)
    texts = [
        form.format(issuer, some(alphabet, length)(chance))
        for issuer in ISSUERS
        for form in ASSIGNMENTS
        for _ in range(4)
    ]
    hits = sum(found(text) for text in texts)
    assert hits / len(texts) >= 0.98


HARMLESS = (
    "token = get_token_from_environment()",
    'token: "some.translation.key.of.a.page"',
    'password = "correct-horse-battery-staple"',
    'public_key = "9f8a7c6b5d4e3f2a1b0c9d8e7f6a5b4c"',
    'cache_key: "9f8a7c6b5d4e3f2a1b0c9d8e7f6a5b4c"',
    'api_key = os.environ["ACME_API_KEY_OF_2024"]',
    'secret = "projects/my-project/secrets/my-secret/versions/3"',
    'token = "12345678901234567890123456789012"',
    'nextToken: "9f8a7c6b5d4e3f2a1b0c9d8e7f6a5b4c"',
    "api_key: ${{ secrets.ACME_API_KEY }}",
    "sign({ privateKey: derivedSignerOfVault, data })",
    "  encryptedIpnsPrivateKey: testEncryptedIpnsPrivateKey2,",
    "    guardToken = countsTowardsTheGuard\n",
    "const { privateKey: fileIpnsSigner, wasMigratedBefore } = await read()",
    '"idToken": "eyJhbGciOiJFUzI1NiIs..."',
    "Without `IDENTITY_JWT_PRIVATE_KEY`, `JwtIssuerService` makes a new pair.",
    'key = "9f8a7c6b5d4e3f2a1b0c9d8e7f6a5b4c"',
    "const x = 'dotenv://:key_1234@dotenvx.example/vault/.env.vault?environment=development'",
    "postgres://someone:abcd1234x@db.example.org/x",
    "-----BEGIN RSA PRIVATE KEY-----\nsomeIdentifierOfThisProgram\nanotherIdentifierThatFollowsIt1\nAndOneMoreWithDigits42\n",
    "if text.startswith('-----BEGIN PRIVATE KEY-----'):\n    readPrivateKeyFromFileAndReturnItAsText2()\n",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_has_the_name_or_the_place_of_a_secret_is_let_through(text: str) -> None:
    assert not found(text)


@pytest.mark.slow
def test_secrets_of_most_vendors_are_found_by_form_or_name() -> None:
    chance = random.Random(3)
    vendors = read_vendors()
    assert len(vendors) >= 160
    texts = {vendor.name: list(vendor.write_all(chance)) for vendor in vendors}
    missed = {name for name, written in texts.items() if not all(map(found, written))}
    assert len(missed) <= len(vendors) * 0.12, missed


def test_documents_may_show_what_a_key_looks_like_and_not_somebodys() -> None:
    value = some(DIGITS + "abcdef", 64)(random.Random(7))
    assert check_text("secrets", "README.md", f"parse(src, {{ privateKey: '{value}' }})") == []
    assert len(check_text("secrets", "a.js", f"parse(src, {{ privateKey: '{value}' }})")) == 1
    assert len(check_text("secrets", "README.md", f"ACME_API_KEY={value}\n")) == 1
