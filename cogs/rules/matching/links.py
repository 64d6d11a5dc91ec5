"""Links, their domains, and invites to rooms elsewhere, also where they are written to be overlooked."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

#: Endings with which a name counts as a domain although no `https://` is before it.
_ENDINGS = [
    "com",
    "me",
    "to",
    "so",
    "my",
    "page",
    "org",
    "net",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "biz",
    "name",
    "app",
    "dev",
    "io",
    "ai",
    "gg",
    "xyz",
    "online",
    "site",
    "shop",
    "store",
    "club",
    "live",
    "chat",
    "link",
    "blog",
    "tech",
    "space",
    "website",
    "world",
    "page",
    "wiki",
    "tv",
    "cc",
    "co",
    "uk",
    "eu",
    "de",
    "at",
    "ch",
    "fr",
    "nl",
    "be",
    "se",
    "no",
    "dk",
    "fi",
    "pl",
    "pt",
    "es",
    "it",
    "ie",
    "cz",
    "sk",
    "hu",
    "ro",
    "bg",
    "gr",
    "ru",
    "ua",
    "by",
    "ca",
    "us",
    "mx",
    "br",
    "ar",
    "cl",
    "au",
    "nz",
    "jp",
    "kr",
    "cn",
    "tw",
    "hk",
    "sg",
    "in",
    "id",
    "za",
    "ng",
    "ke",
    "eg",
    "il",
    "tr",
    "ae",
    "ly",
    "st",
    "im",
    "fm",
    "group",
    "social",
    "rocks",
    "life",
]
#: Endings that are also words: without a path or `www.` they are more often a missing space.
_ALSO_WORDS = frozenset(
    [
        "at",
        "be",
        "in",
        "it",
        "no",
        "so",
        "us",
        "me",
        "my",
        "to",
        "is",
        "am",
        "id",
        "im",
        "co",
        "de",
        "es",
        "st",
        "name",
        "live",
        "link",
        "page",
        "life",
        "world",
        "space",
    ]
)
MAX_LINKS = 25
"""Links of one message that are looked at."""

_ANY_ENDING = "|".join(sorted(_ENDINGS, key=len, reverse=True))


def _by_letter(words: Collection[str]) -> str:
    """A pattern for any of some words, which looks at the first letter once."""
    letters = sorted({each[0] for each in words})
    return "|".join(
        f"{letter}(?:{'|'.join(sorted({each[1:] for each in words if each[0] == letter}, key=len)[::-1])})"
        for letter in letters
    )


_BRACKETED = r"\s?[(\[{]\s?(?:dot|punkt|\.)\s?[)\]}]\s?"
DETECTOR = (
    rf"(?i):\s?/|matrix:|tel:|mailto:|tg:|www\s?[.]|(?:[.]|%2e|(?:dot|punkt|[.])\s?[)"
    rf"\]}}]\s?)(?:{_ANY_ENDING})|gg\s?/|[.]\s?me\s?/"
)
"""What a text must have for `links` to find any, for RE2: plain pieces only, so that its memory stays
small."""

# Each begins with its first letter or sign in either case, which is what makes the search quick.
_SCHEMED = re.compile(
    r"[htmwHTMW](?i:(?<=h)(?:tt|xx)ps?\s?:\s?/{1,2}|(?<=m)atrix:|(?<=t)el:|(?<=m)ailto:|(?<=t)g://"
    r"|(?<=w)ww\s?\.)[^\s<>\"'|]{2,2000}"
)
# The address of a room, torn apart.
_TORN = re.compile(
    r"[dtDT](?i:(?<=d)iscord\s?\.\s?gg\s?/\s?[\w-]{1,64}"
    r"|(?<=t)\s?\.\s?me\s?/\s?(?:\+|joinchat/)\s?[\w-]{1,64})"
)
_ENDED = re.compile(
    r"[.%(\[{](?i:(?<=\.)|(?<=%)2e|(?<=[(\[{])\s?(?:dot|punkt|\.)\s?[)\]}]\s?)"
    rf"(?=[A-Za-z]{{2,{max(map(len, _ENDINGS))}}}(?![\w-]))"
    rf"(?i:{_by_letter(_ENDINGS)})(?![\w-])(?::\d{{2,5}})?(?:[/?#][^\s<>\"'|]{{0,2000}})?"
)
_NAME_BACKWARDS = re.compile(
    r"(?:[\w-]|\.(?=[\w-])|e2%(?=[\w-])|\s?[)\]}]\s?(?:tod|tknup|\.)\s?[(\[{]\s?(?=[\w-])){1,253}",
    re.IGNORECASE,
)
_DOT = re.compile(_BRACKETED, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands in a clean text: where, its domain in small letters, and its path, decoded."""

    start: int
    end: int
    domain: str
    path: str
    scheme: str = ""


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Where a link may stand, in order, without overlaps."""
    found = [each.span() for each in itertools.islice(_SCHEMED.finditer(text), MAX_LINKS)]
    found += [each.span() for each in itertools.islice(_TORN.finditer(text), MAX_LINKS)]
    for each in itertools.islice(_ENDED.finditer(text), MAX_LINKS):
        start = each.start()
        if text[start] in "([{" and text[start - 1 : start].isspace():
            start -= 1
        name = _NAME_BACKWARDS.match(text[max(0, start - 253) : start][::-1])
        if name is not None:
            found.append((start - name.end(), each.end()))
    at = 0
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if start >= at:
            yield start, end
            at = end


def links(text: str) -> Iterator[Link]:
    """The links of a clean text (see `cleaned`), in order; their places are in that text."""
    for start, begun in itertools.islice(_places(text), MAX_LINKS):
        end, written = begun, text[start:begun]
        while written and written[-1] in ".,;:!?)]}*_~":
            if written[-1] == ")" and written.count("(") >= written.count(")"):
                break
            written, end = written[:-1], end - 1
        bare = _DOT.sub(".", written)
        if _TORN.match(bare):
            bare = "".join(bare.split())
        before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        schemed = _scheme(bare)
        if not schemed and (
            before in ("@", ".", "/", "-", "_") or after == "@" or before.isalnum() or after.isalnum()
        ):
            continue
        link = _parted(start, end, bare, schemed)
        if link is not None:
            yield link


def _scheme(written: str) -> str:
    head = written[:12].casefold().replace(" ", "").replace("hxxp", "http")
    for scheme in ("https:/", "http:/", "matrix:", "tel:", "mailto:", "tg://"):
        if head.startswith(scheme):
            return scheme.rstrip(":/")
    return "www" if head.startswith("www.") else ""


def _parted(start: int, end: int, written: str, scheme: str) -> Link | None:
    rest = "".join(written.split())
    if scheme in ("matrix", "tel", "mailto", "tg"):
        return Link(start, end, "", rest.split(":", 1)[1].lstrip("/"), scheme)
    if scheme.startswith("http"):
        rest = rest.split(":", 1)[1].lstrip("/")
    rest = unquote(rest, errors="replace")
    for place, each in enumerate(rest):
        if each in "/?#\\":
            host, path = rest[:place], rest[place:]
            break
    else:
        host, path = rest, ""
    host = host.rsplit("@", 1)[-1].split(":", 1)[0].casefold().strip(".")
    if "." not in host and not scheme.startswith("http"):
        return None
    ending = host.rsplit(".", 1)[-1]
    if not scheme and not path and ending in _ALSO_WORDS and not _is_likely_name(host, ending):
        return None
    return Link(start, end, host.removeprefix("www."), path.replace("\\", "/"), scheme)


def _is_likely_name(host: str, ending: str) -> bool:
    """Whether a bare name with an ending that is also a word is a domain: a hyphen, a digit, or one more
    dot."""
    name = host[: -len(ending) - 1]
    return ending in ("de", "at", "co", "es", "id") and len(name) > 3 and name not in _SENTENCE_ENDS


#: Words that often end a sentence, so that a missing space makes a domain of them.
_SENTENCE_ENDS = frozenset(
    [
        "this",
        "that",
        "here",
        "there",
        "heute",
        "morgen",
        "hier",
        "danke",
        "ende",
        "mehr",
        "today",
        "tomorrow",
        "nothing",
    ]
)


def of_domains(link: Link, domains: Collection[str]) -> bool:
    """Whether a link leads to one of the domains or below it; `mind.org.uk` covers `www.mind.org.uk`."""
    return any(link.domain == each or link.domain.endswith("." + each) for each in domains)


_NOT_INVITES = frozenset(
    [
        "channels",
        "users",
        "user",
        "developers",
        "store",
        "blog",
        "download",
        "safety",
        "support",
        "terms",
        "privacy",
        "guidelines",
    ]
)


def invite_to(link: Link) -> str:
    """Which platform a link invites to (`discord`, `matrix`, `telegram`, `whatsapp`, `signal`); empty if
    none.

    A link to a message or a person is no invite.
    """
    parts = [each for each in link.path.replace("?", "/").split("/") if each]
    first = parts[0].casefold() if parts else ""
    if link.scheme == "matrix":
        return "matrix" if link.path.startswith(("r/", "roomid/")) and "/e/" not in link.path else ""
    if link.scheme == "tg":
        return (
            "telegram"
            if link.path.casefold().startswith(("join", "resolve")) and "post=" not in link.path
            else ""
        )
    if of_domains(link, ("discord.gg", "dsc.gg", "discord.me", "invite.gg")):
        return "discord" if parts else ""
    if of_domains(link, ("discord.com", "discordapp.com")):
        return "discord" if first == "invite" and len(parts) > 1 else ""
    if of_domains(link, ("matrix.to",)):
        return "matrix" if _is_matrix_room(link.path) else ""
    if of_domains(link, ("t.me", "telegram.me", "telegram.dog")):
        return "telegram" if _is_telegram_room(parts) else ""
    if of_domains(link, ("chat.whatsapp.com",)) or (
        of_domains(link, ("whatsapp.com",)) and first == "channel"
    ):
        return "whatsapp" if parts else ""
    if of_domains(link, ("wa.me",)):
        return "whatsapp" if parts else ""
    if of_domains(link, ("signal.group", "signal.me")):
        return "signal" if link.path.strip("/") else ""
    return ""


def _is_matrix_room(path: str) -> bool:
    target = path.split("#/", 1)[-1]
    parts = target.split("?", 1)[0].split("/")
    return bool(parts) and parts[0][:1] in ("#", "!") and not (len(parts) > 1 and parts[1].startswith("$"))


def _is_telegram_room(parts: list[str]) -> bool:
    if not parts:
        return False
    if parts[0].casefold() in ("joinchat", "addlist") or parts[0].startswith("+"):
        return parts[0].startswith("+") or len(parts) > 1
    return not any(each.isdigit() for each in parts[1:]) and parts[0].casefold() not in (
        "share",
        "c",
        "iv",
        "proxy",
    )
