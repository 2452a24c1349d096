"""Patterns of secrets and private names, and their replacements.

Every pattern needs time that grows linearly with the text: runs are anchored at their beginning.
"""

import re
from collections.abc import Callable
from ipaddress import ip_address

from imagen_fake import spec
from imagen_fake.contract.cassettes.public import public_buckets, public_uris
from imagen_fake.contract.cassettes.vendor_tokens import TOKEN

REDACTED = "REDACTED"
PROJECT = "PROJECT"

QUOTES = r"\\{0,3}[\"'`]"
IS = rf"(?:{QUOTES})?\s*[:=]\s*"
"""The separators of a name and its value in JSON (also escaped), headers, forms."""

VALUE = (
    rf"(?P<quote>{QUOTES})(?:(?!(?P=quote))[\s\S])*+"  # to the closing quote, or the end
    r"|\{[^{}]*\}?"
    r"|[^\s\"'`&,;<>\\{}\[\]]+"
)

SECRETS = (
    r"[\w-]*(?:(?:api|access|account)[-_ ]?key|secret|passw(?:or)?d|credentials?|assertion)"
    r"|[\w-]*(?:signature|x-goog-[\w-]+)"
    r"|[\w-]*(?:access|refresh|id|auth|bearer|session|subject|csrf|xsrf)[-_ ]?token"
    r"|private[-_ ]?key(?:[-_ ]?id)?|client[-_ ]?(?:id|secret)|key[-_ ]?id"
    r"|(?:request|trace|session|account)[-_ ]?id|googleaccessid"
    r"|labels|token|user(?:[-_ ]?(?:id|name))?|account|pwd|sid"
)
"""Names whose values are secret, after `:` or `=`."""

KEPT_PARAMETERS = r"alt|pageSize|pageToken|uploadType|view|hl|project"
INTERNAL = (
    "internal|local|localdomain|lan|corp|intranet|home|private|priv|svc|consul|cluster|home\\.arpa"
)
PROSE = (
    "a|an|and|as|at|before|but|by|can|cannot|could|did|do|does|exists?|for|from|had|has|have|id|if"
    "|in|is|its|may|might|must|name|not?|number|of|on|or|owner|quota|settings?|should|so|that|the"
    "|this|to|was|were|where|which|who|will|with|without|you|your"
)
"""Words that follow `in project` without being its name."""

METADATA = "169.254.169.254"
"""The metadata server of Google Cloud."""

LIMITS = "|".join(str(limit) for limit in (2**31 - 1, 2**31, 2**32 - 1, 2**32))
"""Long numbers that are bounds of other numbers, such as seeds."""


def _address(match: re.Match[str]) -> str:
    """A placeholder for an IP address, unless it is the same for everybody."""
    try:
        address = ip_address(match[0])
    except ValueError:
        return match[0]
    everybodys = address.is_loopback or address.is_unspecified or match[0] == METADATA
    return match[0] if everybodys else "IP"


def _basic(match: re.Match[str]) -> str:
    """`Basic` is a word, too: what follows has figures, padding, or capitals inside."""
    return f"Basic {REDACTED}" if re.search(r"[\d=+/:]|\w[A-Z]", match[1]) else match[0]


def _object_uri(match: re.Match[str]) -> str:
    """A `gs://` URI of as many parts, which is as valid; the service's own numbering stays."""
    bucket, slash, name = match[1].partition("/")
    if bucket in public_buckets() or match[0] in public_uris():
        return match[0]
    placeholder = ("bucket" if _is_bucket(bucket) else _shape(bucket)) + slash
    return "gs://" + placeholder + "/".join(map(_part, name.split("/")))


def _is_bucket(name: str) -> bool:
    """Whether Google would take a bucket's name."""
    naming = spec.read("surfaces/storage.json")["names"]["bucket"]
    return re.fullmatch(naming["pattern"], name) is not None


def _part(name: str) -> str:
    if re.fullmatch(r"(?:sample_\d{1,3}(?:\.\w{2,5})?)?", name):
        return name
    if name.isdigit():
        return "0"
    ending = re.search(r"\.(?:png|jpe?g|webp|gif|bmp|tiff?|json)$", name, re.IGNORECASE)
    return "object" + (ending[0] if ending else "")


def _shape(name: str) -> str:
    return re.sub("[a-z]", "x", re.sub("[A-Z]", "X", re.sub(r"\d", "0", name)))


Replacement = str | Callable[[re.Match[str]], str]

PATTERNS: tuple[tuple[re.Pattern[str], Replacement], ...] = (
    (
        re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----(?:(?!-----END )[\s\S])*+(?:-----END [^-]*-*)?"),  # noqa: E501 (one pattern)
        REDACTED,
    ),
    (re.compile(r"\bMII[A-Z][\w+/]{20,}=*"), REDACTED),
    (re.compile(r"://[^\s/@\"'<>]{1,256}@"), "://"),
    (re.compile(r"(?<![\w.+~!$*%-])[\w.+~!$*%-]{1,64}:[^\s:/@\"'<>,]{1,128}@(?=[\w\[])"),
     f"{REDACTED}@"),
    (
        re.compile(
            rf"(?i)\b((?:proxy-)?authorization{IS}(?:{QUOTES})?(?:(?:basic|bearer|digest|dpop|negotiate"
            rf"|token)\s+)?|(?:set-)?cookie2?{IS}(?:{QUOTES})?)[^\r\n\"'`<>\\]+"
        ),
        rf"\1{REDACTED}",
    ),
    (
        re.compile(
            r"(?i)\b(bearer|dpop|negotiate)\s+"
            r"(?!realm=|your_|tokens?\b|auth(?:entication|orization)?\b|credentials?\b)[\w.~+/=-]{6,}"
        ),
        rf"\1 {REDACTED}",
    ),
    (re.compile(r"(?i)\bbasic\s+([\w+/:-]{6,}=*)"), _basic),
    (re.compile(r"\bya29\.[\w.-]+|\bAIza[\w*•….-]*|\bGOCSPX-[\w-]*|\b1//[\w-]{6,}|\b4/0A[\w-]+"),
     REDACTED),
    (re.compile(r"\bsk-(?:[\w-]*[*•…][\w*•…-]*|[\w-]{8,})|\bAQ\.[\w-]{16,}"), REDACTED),
    (TOKEN, REDACTED),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w.-]+"), REDACTED),
    (re.compile(r"(?<![\w-])[\w-]*+(?:\*{3,}|•{3,})[\w*•-]*"), REDACTED),
    (re.compile(r"(?<![\w-])[\w-]{3,}+(?:…|\.{3})[\w-]{3,}"), REDACTED),
    (re.compile(r"\b[\w-]{1,64}\.apps\.googleusercontent\.com"), REDACTED),
    (re.compile(r"\bgs://([^\s\"'`<>]*[^\s\"'`<>.,:;)\]}])"), _object_uri),
    (
        re.compile(rf"(?i)((?:[?&]|&amp;)(?!(?:{KEPT_PARAMETERS})=)[\w.-]{{1,64}}=)[^\s&\"'`<>\\]+"),
        rf"\1{REDACTED}",
    ),
    (
        re.compile(r"\bprojects(/|\\/)(?!-/)(?:[\w.-]+\.[a-z]+:)?[^/\s`'\"<>\\:?,;&]+"),
        rf"projects\1{PROJECT}",
    ),
    (
        re.compile(rf"(?i)(project(?:[-_ ]?(?:id|number|name))?{IS}(?:{QUOTES})?)[\w.-]+"),
        rf"\1{PROJECT}",
    ),
    (re.compile(r"(?i)\b(project(?: (?:id|number|name))? [\"'`])[^\"'`\s]+"), rf"\1{PROJECT}"),
    (
        re.compile(
            r"\b([Pp]roject (?:(?:id|ID|number|name) )?)"
            r"(?:\d{3,}(?!\w|\.\d)|(?=[\w-]*[\d-])[\w-]{6,})"
        ),
        rf"\1{PROJECT}",
    ),
    (
        re.compile(
            rf"\b((?:in|on|for|of|to|from|by|under|with) project )(?!(?:{PROSE})\b)[a-z][\w-]{{3,}}"
        ),
        rf"\1{PROJECT}",
    ),
    (re.compile(rf"(?i)(?<![\w-])((?:{SECRETS})(?: provided)?{IS})(?:{VALUE})"), rf"\1{REDACTED}"),
    (re.compile(rf"(?i)(<(?:{SECRETS})>)[^<]+"), rf"\1{REDACTED}"),
    (re.compile(rf"(?i)(?<![a-z])(key\\*[\"']?=)(?:{VALUE})"), rf"\1{REDACTED}"),
    (re.compile(r"(?i)\b(request[ _-]?id[=: ]+)[\w-]{4,}"), rf"\1{REDACTED}"),
    (re.compile(r"(?<![\w.+%-])[\w.+%-]++@(?!\d{3}\.)[\w-]+(?:\.[\w-]+)+"), "EMAIL"),
    (re.compile(rf"(?i)(?<![\w.-])(?!metadata\.google\.)(?:[\w-]+\.)+(?:{INTERNAL})(?![\w-]|\.[\w-])"),
     "HOST"),
    (re.compile(r"(?<!gs)://(?!localhost\b)[\w-]+(?=[^\w.-]|$)"), "://HOST"),
    (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)"), _address),
    (re.compile(r"(?i)(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])"), _address),
    (re.compile(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), REDACTED),
    (re.compile(r"(?i)\b(?:sk)?[0-9a-f]{24,}\b"), REDACTED),
    (re.compile(rf"(?<!\d)(?!(?:{LIMITS})(?!\d))\d{{9,}}"), "0"),
)  # fmt: skip
"""Applied in this order."""


def redact(text: str) -> str:
    """A text without what matches the patterns."""
    for pattern, name in PATTERNS:
        text = pattern.sub(name, text)
    return text
