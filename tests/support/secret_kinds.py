"""Kinds of secrets and of what only looks like one, each made at run time from random characters.

No key stands in this file: a kind is a public format in pieces.
"""

from __future__ import annotations

import base64
import json
import random
import string
import uuid
from collections.abc import Callable

UPPER, LOWER, DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
ALNUM = UPPER + LOWER + DIGITS
HEX = DIGITS + "abcdef"
URL = ALNUM + "-_"
Make = Callable[[random.Random], str]


def some(alphabet: str, count: int) -> Make:
    return lambda chance: "".join(chance.choices(alphabet, k=count))


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


def base64_of(size: int) -> Make:
    return lambda chance: base64.b64encode(chance.randbytes(size)).decode()


def uuid4(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def web_token(chance: random.Random) -> str:
    claims = {"sub": some(DIGITS, 8)(chance), "scope": some(LOWER, 6)(chance)}
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)] + [
        chance.randbytes(32)
    ]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


# Each issuer's public format, in pieces, so that no scanner takes this table for a leak.
KEYS: dict[str, Make] = {
    "AWS access key id": joined("AK", "IA", some(UPPER + "234567", 16)),
    "AWS temporary id": joined("AS", "IA", some(UPPER + DIGITS, 16)),
    "AWS secret key": joined("aws_secret_access_key = ", some(ALNUM + "+/", 40)),
    "AWS session token": joined("IQoJb3", "JpZ2luX2Vj", some(ALNUM + "+/", 320)),
    "GitHub classic": joined("gh", "p_", some(ALNUM, 36)),
    "GitHub server": joined("gh", "s_", some(ALNUM, 36)),
    "GitHub fine-grained": joined("github", "_pat_", some(ALNUM, 22), "_", some(ALNUM, 59)),
    "GitLab": joined("gl", "pat-", some(URL, 20)),
    "Anthropic": joined("sk-", "ant-api03-", some(URL, 93), "AA"),
    "OpenAI project": joined("sk-", "proj-", some(URL, 74), "T3BlbkFJ", some(URL, 74)),
    "OpenAI": joined("sk-", some(ALNUM, 20), "T3BlbkFJ", some(ALNUM, 20)),
    "Slack bot": joined("xo", "xb-", some(DIGITS, 12), "-", some(DIGITS, 13), "-", some(ALNUM, 24)),
    "Slack user": joined(
        "xo",
        "xp-",
        some(DIGITS, 11),
        "-",
        some(DIGITS, 12),
        "-",
        some(DIGITS, 12),
        "-",
        some(HEX, 32),
    ),
    "Stripe live": joined("sk", "_live_", some(ALNUM, 24)),
    "Stripe restricted": joined("rk", "_live_", some(ALNUM, 99)),
    "Google API": joined("AI", "za", some(URL, 35)),
    "Google OAuth": joined("GOC", "SPX-", some(URL, 28)),
    "npm": joined("np", "m_", some(ALNUM, 36)),
    "PyPI": joined("py", "pi-AgEIcHlwaS5vcmc", some(URL, 150)),
    "Fly.io": joined("FlyV1 f", "m2_", some(ALNUM + "+/", 220)),
    "SendGrid": joined("S", "G.", some(URL, 22), ".", some(URL, 43)),
    "Hugging Face": joined("h", "f_", some(UPPER + LOWER, 34)),
    "DigitalOcean": joined("do", "p_v1_", some(HEX, 64)),
    "Shopify": joined("shp", "at_", some(HEX, 32)),
    "Telegram": joined(some("123456789", 10), ":A", "A", some(URL, 33)),
    "RSA key": pem("RSA " + "PRIVATE KEY", 1190),
    "Ed25519 key": pem("PRIVATE " + "KEY", 48),
    "OpenSSH key": pem("OPENSSH " + "PRIVATE KEY", 300),
    "key in JSON": escaped(pem("PRIVATE " + "KEY", 1190)),
    "AWS secret key in Terraform": joined('secret_key = "', some(ALNUM + "+/", 40), '"'),
    "AWS secret key in JSON": joined('{"SecretAccessKey": "', some(ALNUM + "+/", 40), '"}'),
    "GitHub server, long": joined("gh", "s_", some(DIGITS, 7), "_", web_token),
    "GitLab job": joined("gl", "cbt-", some(HEX, 2), "_", some(URL, 20)),
    "GitLab trigger": joined("gl", "ptt-", some(HEX, 40)),
    "GitLab runner registration": joined("GR", "1348941", some(URL, 20)),
    "Slack refresh": joined("xo", "xe-1-", some(ALNUM, 146)),
    "Discord bot": joined("M", some(ALNUM, 23), ".", some(URL, 6), ".", some(URL, 38)),
    "Discord webhook": joined(
        "https://discord.", "com/api/webhooks/", some(DIGITS, 18), "/", some(URL, 68)
    ),
    "web token": web_token,
    "Google refresh": joined("1/", "/0", some(URL, 101)),
    "Azure client secret": joined(some(ALNUM, 3), "8Q", "~", some(ALNUM + "_~.-", 33), "x"),
    "Azure DevOps": joined(some(ALNUM, 76), "AZ", "DO", some(ALNUM, 4)),
    "Azure storage": joined("AccountName=a;Account", "Key=", base64_of(64)),
    "Azure bus": joined("Endpoint=sb://a.example.net/;SharedAccess", "Key=", base64_of(32)),
    "Azure shared signature": joined(
        "https://a.example.net/c?sv=2022-11-02&se=2027-01-01&sig=", some(ALNUM, 43), "%3D"
    ),
    "Twilio token": joined("TWILIO_AUTH_", "TOKEN=", some(HEX, 32)),
    "Heroku by name": joined("HEROKU_API_", "KEY=", uuid4),
    "npm by name": joined("//registry.example.org/:_auth", "Token = ", uuid4),
    "Mailchimp": joined(some(HEX, 32), "-us", some("123456789", 1)),
    "Terraform Cloud": joined(some(ALNUM, 14), ".atlas", "v1.", some(URL, 66)),
    "Airtable": joined("pat", some(ALNUM, 14), ".", some(HEX, 64)),
    "Alibaba": joined("LT", "AI5t", some(ALNUM, 16)),
    "Resend": joined("re", "_", some(ALNUM, 8), "_", some(ALNUM, 24)),
    "Postman": joined("PM", "AK-", some(HEX, 24), "-", some(HEX, 34)),
    "HubSpot": joined("pat-", "na1-", uuid4),
    "Dynatrace": joined("dt", "0c01.", some(UPPER + DIGITS, 24), ".", some(UPPER + DIGITS, 64)),
    "address of PostgreSQL": joined(
        "url = 'postgres", "ql+psycopg2://app:", some(ALNUM, 16), "@10.0.0.1/x'"
    ),
    "address of Redis": joined(
        "url = 'redis", "://:", some(ALNUM, 20), "@cache.example.org:6379/0'"
    ),
    "address of MongoDB": joined(
        "url = 'mongodb", "+srv://app:", some(ALNUM, 14), "@c0.example.net/x'"
    ),
    "address of a repository": joined(
        "url = 'https", "://bot:", some(ALNUM, 24), "@git.example.org/x.git'"
    ),
    "key in one line": lambda chance: pem("EC " + "PRIVATE KEY", 121)(chance).replace("\n", ""),
    "PGP key": pem("PGP " + "PRIVATE KEY BLOCK", 900),
    "SSH2 key": joined(
        "---- BEGIN SSH2 ENCRYPTED PRIV", "ATE KEY ----\n", base64_of(300), "\n---- END"
    ),
    "cut-off key": joined(
        "-----BEGIN RSA PRIV", "ATE KEY-----\n", some(ALNUM, 30), "\n-----END RSA PRIVATE KEY-----"
    ),
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
    "UUIDs": joined(
        some(HEX, 8), "-", some(HEX, 4), "-4", some(HEX, 3), "-a", some(HEX, 3), "-", some(HEX, 12)
    ),
    "integrity hashes": joined('"integrity": "sha512-', some(ALNUM + "+/", 86), '=="'),
    "base64 data": joined("data:image/png;base64,", some(ALNUM + "+/", 400)),
    "words in capitals": joined(
        "AKIA", lambda chance: chance.choice(["S_AND_OTHER_THINGS", "KIMOTO", "_KEY_ID_HERE"])
    ),
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
    "key header in code": joined(
        'if line == "-----BEGIN ', "PRIVATE ", 'KEY-----": skip("', some(LOWER, 40), '")'
    ),
    "elided keys": joined(
        "-----BEGIN ",
        "PRIVATE ",
        "KEY-----\nMIIE...",
        some(LOWER, 5),
        "...\n-----END PRIVATE KEY-----",
    ),
    "slack words": joined("xo", "xb-", "not-a-real-one-", some(LOWER, 10)),
    "key header in prose": joined(
        "-----BEGIN ", "PRIVATE ", "KEY-----\nYour key goes here\n-----END"
    ),
    "test ids": joined("sk", "_test_", some(LOWER, 24)),
    "secret by name": joined("aws_secret_access_key = os.environ[", some(UPPER, 30), "]"),
    "repeated placeholders": joined("gh", "p_", lambda chance: some(ALNUM, 3)(chance).lower() * 12),
    "publishable keys": joined("pk", "_live_", some(ALNUM, 24)),
    "lock file": joined(
        '"integrity": "sha512-', some(ALNUM + "+/", 86), '==", "resolved": "x.tgz#', some(HEX, 40)
    ),
    "go sums": joined("example.org/a v1.2.3/go.mod h1:", some(ALNUM + "+/", 43), "="),
    "image digests": joined("image: nginx@sha256:", some(HEX, 64)),
    "pinned actions": joined("uses: actions/checkout@", some(HEX, 40)),
    "identifiers of applications": joined("heroku_app_id = ", uuid4),
    "a hash by the name of a key": joined(
        "secret_key_hash = ", some(HEX, 40), "; cache_secret_key = ", some(HEX, 40)
    ),
    "SSH public keys": joined(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", some(ALNUM + "+/", 43), " me@host"
    ),
    "fonts": joined("url(data:font/woff2;base64,d09GMg", some(ALNUM + "+/", 900), ")"),
    "minified code": joined(
        "!function(",
        some(LOWER, 1),
        "){var ",
        some(LOWER, 2),
        "=",
        some(ALNUM, 6),
        ".",
        some(LOWER, 4),
        "}",
    ),
    "bundle names": joined("main.", some(HEX, 20), ".js, vendor.", some(HEX, 20), ".js.map"),
    "source maps": joined(
        "sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjoz", some(ALNUM, 200)
    ),
    "headers of web tokens": joined("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "."),
    "unsigned web tokens": joined(
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        ".eyJzdWIiOiIxIn0.",
        lambda chance: "signature_goes_here_" * 2,
    ),
    "addresses made of variables": joined(
        "postgres://$", "{", some(UPPER, 9), "}:$", "{DB_PASS}@db/x"
    ),
    "addresses made by a format": joined('f"mysql://{user}:{', some(LOWER, 12), '}@{host}/x"'),
    "addresses with words": joined(
        "mysql://app:",
        lambda chance: chance.choice(["password123", "Changeme1", "Secret!123"]),
        "@db/x",
    ),
    "addresses whose password is the user": joined("postgres", "ql://postgres12:postgres12@db/x"),
    "addresses without a password": joined(
        "ssh://git@", some(LOWER, 8), ".example.org:22/", some(ALNUM, 12)
    ),
    "addresses with stars": joined("redis://:", "************", "@cache:6379"),
    "paths with an at sign": joined(
        "https://example.org:8080/@", some(ALNUM, 12), ":", some(ALNUM, 12)
    ),
    "functions": joined(
        "re_",
        some(LOWER, 8),
        "_",
        some(LOWER, 24),
        " hf_",
        some(LOWER, 34),
        " pul-",
        some(LOWER, 40),
    ),
    "words for a key": joined(
        "-----BEGIN PRIV", "ATE KEY-----\nyourprivatekeygoeshere\n-----END PRIVATE KEY-----"
    ),
    "text of base64": joined(some(ALNUM + "+/", 76), "\n", some(ALNUM + "+/", 76)),
}
