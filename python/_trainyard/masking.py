"""Keeps secrets out of what is recorded.

The same rules as src/contract/secrets.ts; tests/fixtures/secrets.json holds for both. Regular expressions are loaded only
where a text has the sign of a secret: a script may have a module called ``re``.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, List, Set, Tuple

MASKED = "***"

_ABOUT_SECRETS = frozenset(
    "count counts dim dims size len length num number file files path paths dir folder type kind mode method policy enabled "
    "disabled required expiry ttl timeout ratio rate loss limit min max url uri endpoint host provider field column prefix "
    "suffix class".split()
)
_FLAGS = frozenset("use no is has with without allow enable disable require requires num n max min count skip".split())
_SECRET_WORDS = frozenset(
    "password passwords passwd passphrase passcode secret secrets credential credentials authorization apikey apikeys apitoken "
    "accesskey accesstoken authtoken authkey secretkey privatekey bearer jwt oauth cookie cookies".split()
)
# What makes a secret of a key: `api_key`, not `sort_key`.
_KEY_WORDS = frozenset(
    "api access secret private auth account storage signing encryption decryption master deploy ssh service license "
    "subscription shared app consumer session write admin client webhook hmac".split()
)
# What makes text of a token: `pad_token` belongs to a vocabulary.
_VOCABULARY = frozenset(
    "pad eos bos unk sep cls mask special next per each start stop end image audio video text prompt new extra added "
    "additional first last begin input output target source class dist distillation register sos sequence decoder encoder "
    "blank separator num max min total by bot eot boi eoi think tool fim previous current single every word sub".split()
)
_PASS_WORDS = frozenset(
    "db database user smtp ftp mail email admin root redis mongo mysql postgres pg proxy ssh login".split()
)
_PLAIN = frozenset(("", "true", "false", "none", "null", "nil", "yes", "no", "on", "off", "0", "1"))
_SHORTEST = 6

# Signs of which one is in every text that the pattern is found in; the pattern, whose first group stays.
_PATTERNS = (
    (("AKIA", "ASIA"), r"()\b((?:AKIA|ASIA)[A-Z0-9]{16})\b", False),
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"()\b(gh[pousr]_[A-Za-z0-9]{30,255})", False),
    (("github_pat_",), r"()\b(github_pat_[A-Za-z0-9_]{22,255})", False),
    (("glpat-",), r"()\b(glpat-[\w-]{20,255})", False),
    (
        ("sk-",),
        r"()(?<![\w-])(sk-(?:(?:proj|ant|or|svcacct|admin|lf)-[\w-]{16,255}|[A-Za-z0-9]{20,255}))",
        False,
    ),
    (("_live_", "_test_"), r"()\b((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255})", False),
    (("xox",), r"()\b(xox[abeoprs]-[A-Za-z0-9-]{10,255})", False),
    (("hooks.slack.com",), r"(hooks\.slack\.com/services/)([\w/]{20,255})", False),
    (("AIza",), r"()\b(AIza[\w-]{35})", False),
    (("ya29.",), r"()\b(ya29\.[\w-]{20,1024})", False),
    (("hf_",), r"()\b(hf_[A-Za-z0-9]{30,255})", False),
    (("npm_",), r"()\b(npm_[A-Za-z0-9]{36})", False),
    (("pypi-AgE",), r"()\b(pypi-AgE[\w-]{50,1024})", False),
    (("dapi",), r"()\b(dapi[0-9a-f]{32})", False),
    (("wandb_v1_",), r"()\b(wandb_v1_[\w-]{20,255})", False),
    (("SG.",), r"()\b(SG\.[\w-]{16,64}\.[\w-]{16,128})", False),
    (("eyJ",), r"()\b(eyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{0,4096})", False),
    (
        ("PRIVATE KEY-----",),
        r"(-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY-----)((?:[^-]|-(?!----)){1,16384})",
        False,
    ),
    (("://",), r"(\b[a-z][a-z0-9+.-]{0,30}://[^\s/?#:@\"'<>]{0,255}:)([^\s/?#\"'<>]{1,512})(?=@)", True),
    (
        ("sig=", "Signature=", "signature=", "oken=", "_key=", "apikey=", "password=", "secret="),
        r"([?&](?:sig|signature|token|access_token|auth_token|id_token|api_key|apikey|password|client_secret|secret"
        r"|x-amz-signature|x-amz-security-token|x-goog-signature)=)([^&\s\"'<>#]{6,2048})",
        True,
    ),
    (
        ("uthorization", "UTHORIZATION"),
        r"(\bauthorization[\"']?\s{0,8}[:=]\s{0,8}[\"']?(?:bearer|basic|token)\s{1,8})([\w.~+/=-]{8,4096})",
        True,
    ),
    (("earer ",), r"(\bbearer )([\w.~+/=-]{20,4096})", True),
    (
        ("assword", "wd=", "AccountKey", "SharedAccess"),
        r"(;\s{0,8}(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature)\s{0,8}=\s{0,8})([^;\s\"']{4,512})",
        True,
    ),
)


def is_secret_name(name: str) -> bool:
    """Whether what has this name is a secret, as far as a name tells: of a variable, an option, a parameter."""
    words = _words(name)
    last = words[-1] if words else ""
    before = words[-2] if len(words) > 1 else ""
    if last in _ABOUT_SECRETS:
        return False
    if last == "token":
        return len(words) == 1 or before not in _VOCABULARY
    if len(words) > 1 and words[0] in _FLAGS:
        return False
    if any(word in _SECRET_WORDS or len(word) > 8 and word.endswith("password") for word in words):
        return True
    if any(len(word) > 6 and word.endswith("passwd") for word in words):
        return True
    if last == "auth" or last == "pat":
        return last == "auth" or len(words) > 1
    if last == "pwd":
        return len(words) > 1 and before != "old"
    if last == "pass":
        return before in _PASS_WORDS
    return any(word in ("key", "keys") and words[at - 1] in _KEY_WORDS for at, word in enumerate(words) if at > 0)


def is_secret_value(value: str) -> bool:
    """Whether a value is one that has to be hidden where its name is a secret's."""
    return value.lower() not in _PLAIN and value.strip("*") != ""


def mask_secrets(text: str, values: Iterable[str] = ()) -> str:
    """The text with ``***`` in the place of the given secrets and of those that are known by their form."""
    result = []
    at = 0
    for start, end in _spans(text, values):
        result.append(text[at:start] + MASKED)
        at = end
    return "".join(result) + text[at:] if result else text


def mask_value(name: str, value: Any) -> Any:
    """A JSON value without what its name or its form tells to be a secret."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return MASKED if is_secret_name(name) and is_secret_value(value) else mask_secrets(value)
    if isinstance(value, (int, float)):
        return MASKED if is_secret_name(name) and is_secret_value(str(value)) else value
    if isinstance(value, list):
        return [mask_value(name, item) for item in value]
    if isinstance(value, dict):
        return {key: mask_value(_inner_name(name, key), item) for key, item in value.items()}
    return value


def _inner_name(outer: str, inner: str) -> str:
    if is_secret_name(outer) and inner.lower() not in ("name", "user", "username", "id"):
        return outer
    both = outer + "_" + inner
    return both if inner.lower() in ("pass", "pwd", "key", "keys") and is_secret_name(both) else inner


def mask_arguments(given: Iterable[str]) -> Tuple[List[str], List[str]]:
    """Arguments without their secrets, and those secrets."""
    masked: List[str] = []
    found: List[str] = []
    option = ""
    for argument in given:
        start, equals, value = argument.partition("=")
        name = start.lstrip("-+~")
        if not (equals and name and _is_word(name)):
            start = name = ""
        if name and is_secret_name(name):
            hidden = [value] if is_secret_value(value) else []
            masked.append(start + equals + (MASKED if hidden else value))
        elif option and is_secret_name(option) and not argument.startswith("-"):
            hidden = [argument] if is_secret_value(argument) else []
            masked.append(MASKED if hidden else argument)
        else:
            hidden = [argument[start_:end] for start_, end in _spans(argument)]
            masked.append(mask_secrets(argument))
        found += hidden
        option = argument.lstrip("-") if argument.startswith("-") and _is_word(argument.lstrip("-")) else ""
    return masked, found


def own_secrets() -> List[str]:
    """The secrets that this process was given: in its environment and among its arguments."""
    values = [value for name, value in os.environ.items() if is_secret_name(name)]
    return values + mask_arguments([str(word) for word in sys.argv[1:]])[1]


def _words(name: str) -> List[str]:
    """``apiKey``, ``API_KEY`` and ``--api-key`` as words without capitals and digits."""
    words: List[str] = []
    word = ""
    for at, letter in enumerate(name):
        upper = "A" <= letter <= "Z"
        if not upper and not "a" <= letter <= "z":
            if word:
                words.append(word.lower())
            word = ""
            if not letter.isdigit():
                continue
            continue
        if word and upper and ("a" <= name[at - 1] <= "z" or at + 1 < len(name) and "a" <= name[at + 1] <= "z"):
            words.append(word.lower())
            word = ""
        word += letter
    return words + [word.lower()] if word else words


def _is_word(text: str) -> bool:
    first = text[:1]
    rest = text.replace("_", "").replace(".", "").replace("-", "").replace("@", "").replace("/", "")
    return first.isascii() and (first.isalpha() or first == "_") and (not rest or rest.isalnum() and rest.isascii())


def _spans(text: str, values: Iterable[str] = ()) -> List[Tuple[int, int]]:
    """Where secrets stand, in order and apart from each other."""
    found: List[Tuple[int, int]] = []
    for value in _writings(values):
        at = text.find(value)
        while at != -1:
            found.append((at, at + len(value)))
            at = text.find(value, at + len(value))
    for signs, shape, any_case in _PATTERNS:
        if any(sign in text for sign in signs):
            import re

            for match in re.finditer(shape, text, re.ASCII | (re.IGNORECASE if any_case else 0)):
                if match.group(2) != MASKED:
                    found.append(match.span(2))
    joined: List[Tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _writings(values: Iterable[str]) -> Set[str]:
    """The values that are long and rare enough to be looked for, also as a URL or JSON would write them."""
    writings: Set[str] = set()
    for value in values:
        if len(value) < _SHORTEST or value.isdigit() and len(value) < 8 or not is_secret_value(value):
            continue
        quoted = "".join(
            [
                letter if letter.isascii() and letter.isalnum() or letter in "-_.!~*'()" else _percent(letter)
                for letter in value
            ]
        )
        writings.update((value, quoted, value.replace("\\", "\\\\").replace('"', '\\"')))
    return writings


def _percent(letter: str) -> str:
    return "".join(["%%%02X" % byte for byte in letter.encode("utf-8", "surrogateescape")])
