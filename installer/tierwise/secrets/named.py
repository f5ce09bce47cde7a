"""Secrets without a shape of their own, told by the name that they are given to and by their length.

``TWILIO_AUTH_TOKEN = "…"``, ``{"SecretAccessKey": "…"}``: the value stands right behind the name.
"""

from tierwise.secrets.randomness import classes, looks_random
from tierwise.secrets.token_runs import run_after
from tierwise.secrets.token_shapes import BASE64, HEX, URL

_GAP = b" \t\"':=>,"
_UUID = HEX + b"-"
# name in small letters, what it is, alphabet and length of the value, classes of characters that it has at least
_NAMES: "tuple[tuple[bytes, str, bytes, int, int], ...]" = (
    (b"aws_secret_access_key", "an AWS secret access key", BASE64, 40, 2),
    (b"awssecretaccesskey", "an AWS secret access key", BASE64, 40, 2),
    (b"aws_secret_key", "an AWS secret access key", BASE64, 40, 2),
    (b"awssecretkey", "an AWS secret access key", BASE64, 40, 2),
    (b"aws_secret", "an AWS secret access key", BASE64, 40, 2),
    (b"secretaccesskey", "an AWS secret access key", BASE64, 40, 2),
    (b"secret_access_key", "an AWS secret access key", BASE64, 40, 2),
    # A name that much else has: a hash, of small letters alone, is none.
    (b"secret_key", "an AWS secret access key", BASE64, 40, 3),
    (b"twilio_auth_token", "a Twilio auth token", HEX, 32, 2),
    (b"twilioauthtoken", "a Twilio auth token", HEX, 32, 2),
    (b"heroku_api_key", "a Heroku API key", _UUID, 36, 2),
    (b"heroku_api_token", "a Heroku API key", _UUID, 36, 2),
    (b"heroku_auth_token", "a Heroku API key", _UUID, 36, 2),
    (b":_authtoken", "an npm access token", _UUID, 36, 2),
    (b"datadog_api_key", "a Datadog API key", HEX, 32, 2),
    (b"datadog_app_key", "a Datadog application key", HEX, 40, 2),
    (b"dd_api_key", "a Datadog API key", HEX, 32, 2),
    (b"cloudflare_api_token", "a Cloudflare API token", URL, 40, 2),
    (b"cf_api_token", "a Cloudflare API token", URL, 40, 2),
)


def named_secrets(data: bytes) -> "list[tuple[int, int, str]]":
    """(offset, length, what it is) of each value that its name gives away."""
    lower = data.lower()
    found = []
    for name, what, alphabet, length, least_classes in _NAMES:
        at = lower.find(name)
        while at >= 0:
            after = at + len(name)
            gap = data[after : after + 16]
            start = after + len(gap) - len(gap.lstrip(_GAP))
            value = data[start : start + length]
            sized = start > after and run_after(data, start, alphabet, length + 1) == length
            if sized and classes(value) >= least_classes and looks_random(value):
                found.append((start, length, what))
            at = lower.find(name, after)
    return found + _shared_signatures(data)


def _shared_signatures(data: bytes) -> "list[tuple[int, int, str]]":
    """The signature of an Azure shared-access URL: ``sig=`` beside ``sv=`` and ``se=``, escaped base64 of 32 bytes."""
    found = []
    at = data.find(b"sig=")
    while at >= 0:
        start = at + 4
        length = run_after(data, start, URL + b"%", 120)
        value = data[start : start + length]
        if 43 <= length <= 120 and value.endswith((b"%3D", b"%3d")) and looks_random(value):
            before = data[max(0, at - 500) : at].rpartition(b"\n")[2]
            after = data[start : start + 500].partition(b"\n")[0]
            if b"sv=" in before + after and b"se=" in before + after:
                found.append((start, length, "an Azure shared access signature"))
        at = data.find(b"sig=", start)
    return found
