"""The public shapes of well-known tokens: a fixed prefix, then so many characters of one alphabet.

Sources: the issuers' own pages on token formats and secret-scanning partners' public patterns.  Lengths are
kept a little wider than what is issued today, since issuers lengthen their tokens now and then.
"""

DIGITS = b"0123456789"
UPPER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER = UPPER.lower()
ALNUM = DIGITS + UPPER + LOWER
WORD = ALNUM + b"_"
URL = WORD + b"-"
DOTTED = URL + b"."
HEX = DIGITS + b"abcdef"
BASE64 = ALNUM + b"+/="

# prefix, what it is, alphabet of the rest, least and most characters of the rest
SHAPES: "tuple[tuple[bytes, str, bytes, int, int], ...]" = (
    (b"AKIA", "an AWS access key id", UPPER + DIGITS, 16, 16),
    (b"ASIA", "an AWS temporary access key id", UPPER + DIGITS, 16, 16),
    (b"ghp_", "a GitHub personal access token", ALNUM, 36, 251),
    (b"gho_", "a GitHub OAuth token", ALNUM, 36, 251),
    (b"ghu_", "a GitHub user-to-server token", ALNUM, 36, 251),
    (b"ghs_", "a GitHub server-to-server token", ALNUM, 36, 251),
    (b"ghr_", "a GitHub refresh token", ALNUM, 36, 251),
    (b"github_pat_", "a GitHub fine-grained token", WORD, 60, 255),
    (b"glpat-", "a GitLab personal access token", DOTTED, 20, 300),
    (b"gldt-", "a GitLab deploy token", URL, 20, 64),
    (b"glrt-", "a GitLab runner token", DOTTED, 20, 300),
    (b"sk-ant-", "an Anthropic API key", URL, 32, 200),
    (b"sk-proj-", "an OpenAI project key", URL, 40, 220),
    (b"sk-svcacct-", "an OpenAI service account key", URL, 40, 220),
    (b"sk-admin-", "an OpenAI admin key", URL, 40, 220),
    (b"sk-or-v1-", "an OpenRouter key", HEX, 64, 64),
    (b"sk-", "an OpenAI API key", ALNUM, 48, 51),
    (b"xoxb-", "a Slack bot token", ALNUM + b"-", 24, 250),
    (b"xoxp-", "a Slack user token", ALNUM + b"-", 24, 250),
    (b"xoxa-", "a Slack app token", ALNUM + b"-", 24, 250),
    (b"xoxr-", "a Slack refresh token", ALNUM + b"-", 24, 250),
    (b"xoxs-", "a Slack session token", ALNUM + b"-", 24, 250),
    (b"xapp-", "a Slack app-level token", ALNUM + b"-", 40, 250),
    (b"hooks.slack.com/services/T", "a Slack webhook", ALNUM + b"/", 36, 80),
    (b"sk_live_", "a Stripe live secret key", ALNUM, 20, 247),
    (b"rk_live_", "a Stripe live restricted key", ALNUM, 20, 247),
    (b"sk_test_", "a Stripe test secret key", ALNUM, 20, 247),
    (b"rk_test_", "a Stripe test restricted key", ALNUM, 20, 247),
    (b"whsec_", "a webhook signing secret", BASE64, 32, 64),
    (b"AIza", "a Google API key", URL, 35, 35),
    (b"GOCSPX-", "a Google OAuth client secret", URL, 28, 28),
    (b"ya29.", "a Google OAuth access token", URL, 60, 1100),
    (b"npm_", "an npm access token", ALNUM, 36, 36),
    (b"pypi-AgE", "a PyPI upload token", URL, 60, 500),
    (b"SG.", "a SendGrid API key", DOTTED, 60, 70),
    (b"sq0atp-", "a Square access token", URL, 22, 60),
    (b"sq0csp-", "a Square OAuth secret", URL, 43, 60),
    (b"key-", "a Mailgun API key", HEX, 32, 32),
    (b"dop_v1_", "a DigitalOcean token", HEX, 64, 64),
    (b"hf_", "a Hugging Face token", ALNUM, 34, 40),
    (b"SK", "a Twilio API key", HEX, 32, 32),
    (b"shpat_", "a Shopify access token", HEX, 32, 32),
    (b"shpss_", "a Shopify shared secret", HEX, 32, 32),
    (b"dapi", "a Databricks token", HEX, 32, 32),
    (b"lin_api_", "a Linear API key", ALNUM, 40, 40),
    (b"hvs.", "a Vault token", URL, 24, 200),
    (b"AGE-SECRET-KEY-1", "an age secret key", UPPER + DIGITS, 58, 58),
    (b"ATATT3", "an Atlassian API token", URL + b"=", 60, 260),
    (b"NRAK-", "a New Relic user key", UPPER + DIGITS, 27, 27),
    (b"gsk_", "a Groq API key", ALNUM, 52, 52),
    (b"xai-", "an xAI API key", ALNUM, 80, 80),
    (b"r8_", "a Replicate token", ALNUM, 37, 40),
    (b"glsa_", "a Grafana service account token", WORD, 41, 41),
    (b"sbp_", "a Supabase access token", HEX, 40, 40),
    (b"dckr_pat_", "a Docker access token", URL, 27, 36),
    (b"AccountKey=", "an Azure storage key", BASE64, 88, 88),
)
