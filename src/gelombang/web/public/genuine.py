"""Is this message ours? Judged by what is pasted alone: addresses, senders, letter numbers.

Pure: nothing is fetched, looked up, stored or logged. Addresses are read as a browser reads them,
since that is where somebody would land; only an exact match is ours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from urllib.parse import unquote, urlsplit

from gelombang.kit.ids import LETTER_NUMBER_LETTERS, read_letters

LONGEST_PASTED = 5_000  # letters
MOST_JUDGED, MOST_FINDINGS = 60, 20  # things in one message: judged, and shown
LONGEST_SHOWN = 120  # letters of an address that come back on the page
_ONE_EDIT = 2  # as many letters apart still look alike

SHORTENERS = frozenset(
    "bit.ly s.id tinyurl.com t.co cutt.ly goo.gl is.gd ow.ly rebrand.ly shorturl.at linktr.ee "
    "rb.gy t.ly tiny.cc buff.ly lnk.to heylink.me bit.do v.gd".split()
)
_ADDRESS = re.compile(
    r"""(?:[a-z][a-z0-9+.-]{1,12}:[/\\]{1,3}|(?:javascript|data|intent|file):)[^\s<>"'()\[\]{}]+""",
    re.IGNORECASE,
)
_MAIL_LETTER = r"[^\s<>\"'()\[\],;:/\\@"
_MAIL = re.compile(
    rf"{_MAIL_LETTER}]{{1,64}}@{_MAIL_LETTER}.]{{1,63}}(?:\.{_MAIL_LETTER}.]{{1,63}}){{1,8}}"
)
_BARE = re.compile(
    r"(?<![\w.@/\\-])(?:[\w-]{1,63}[.\u3002\uff0e\uff61]){1,8}[^\W\d_]{2,24}(?::\d{1,5})?"
    r"(?:[/?#][^\s<>\"'()\[\]{}]*)?(?![\w@-])"
)
_LABELLED = re.compile(
    r"(?:nomor\s{1,9}surat|letter\s{1,9}number)\W{0,3}(?:\(letter number\))?\s{0,9}"
    r"((?:[A-Z0-9]{4}[\s-]?){5})",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w-])(?:[A-Z2-7]{4}-){4}[A-Z2-7]{4}(?![\w-])", re.IGNORECASE)
_RECIPIENT = re.compile(
    r"^[ \t]{0,9}(?:to|kepada|cc|tembusan)[ \t]{0,9}:.*$", re.IGNORECASE | re.MULTILINE
)
# Where a word with a dot is an address although nothing else says so; "selesai.Silakan" is none.
_ENDS = frozenset(
    "id com net org info biz xyz top site online shop club app link me io co ly cc tk ml ga cf gq "
    "vip live click icu buzz work life store tech space website dev page web pro one fun win bid "
    "ru cn my sg us uk gl at gd be to in".split()
)
_SHORTEST_NAME = 5  # letters of a part of our host that somebody would imitate
_TRAILING = ".,;:!?…*_~'\"”’»"
# Letters that pass for others; what they become is only for saying that something looks alike.
_TWINS = str.maketrans({
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j",
    "ѕ": "s", "ԁ": "d", "һ": "h", "ԛ": "q", "к": "k", "ɑ": "a", "ο": "o", "ε": "e", "ρ": "p",
    "ν": "v", "κ": "k", "ι": "i", "ı": "i", "0": "o", "1": "l", "3": "e", "5": "s",
})  # fmt: skip
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


class Verdict(Enum):
    """What can be said."""

    OURS = "ours"
    """Exactly ours."""
    FOREIGN = "foreign"
    """Certainly not ours."""
    UNSURE = "unsure"
    """Neither can be said from this alone."""


class Reason(Enum):
    """Why, for each thing that was found."""

    ADDRESS = "address"
    """Our address, exactly."""
    SENDER = "sender"
    """Our sender, exactly."""
    NUMBER = "number"
    """A number that only we can have made."""
    UNSAFE = "unsafe"
    """Our host, but without the lock of https."""
    ODDLY_WRITTEN = "oddly-written"
    """Leads to our host, but is written with hidden or unusual letters."""
    ELSEWHERE = "elsewhere"
    """Another host."""
    LOOKS_ALIKE = "looks-alike"
    """Another host that is made to look like ours."""
    DISGUISED = "disguised"
    """Our name stands before an @, which leads elsewhere."""
    OTHER_PORT = "other-port"
    """Our host with a port that is not ours."""
    SHORTENED = "shortened"
    """A short link, which hides where it leads."""
    SCRIPT = "script"
    """No web address at all: it makes the browser or phone do something."""
    OTHER_SENDER = "other-sender"
    """Mail from or to an address that is not ours."""
    INVENTED_NUMBER = "invented-number"
    """A number that no letter of ours carries."""


VERDICTS = {
    Reason.ADDRESS: Verdict.OURS,
    Reason.SENDER: Verdict.OURS,
    Reason.NUMBER: Verdict.OURS,
    Reason.UNSAFE: Verdict.UNSURE,
    Reason.ODDLY_WRITTEN: Verdict.UNSURE,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in the message, as it stands there, where it really leads, and what it means."""

    written: str
    reason: Reason
    leads_to: str = ""

    @property
    def verdict(self) -> Verdict:
        """What this one thing says."""
        return VERDICTS.get(self.reason, Verdict.FOREIGN)


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of the whole."""

    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Ours:
    """What is ours."""

    base_url: str
    sender: str
    """The address alone, or `Name <address>`."""
    is_number: Callable[[str], bool]

    @property
    def host(self) -> str:
        """Our host, in lower case."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def place(self) -> str:
        """Our host as people type it, with its port where it has one."""
        return urlsplit(self.base_url).netloc.lower()

    @property
    def address(self) -> str:
        """Our sender's address, in lower case."""
        inner = re.search(r"<([^>]+)>", self.sender)
        return (inner[1] if inner else self.sender).strip().lower()


def examine(pasted: str, ours: Ours) -> Report:
    """The report on an address, a sender, a number, or a whole message.

    One foreign thing makes the whole foreign. A whole message is ours only with a number of ours:
    anybody can write our address into a message of theirs.
    """
    text = pasted[:LONGEST_PASTED].strip()
    found = list(islice(_findings(text, ours), MOST_JUDGED))
    verdicts = {each.verdict for each in found}
    findings = tuple(sorted(found, key=lambda each: each.verdict is not Verdict.FOREIGN))
    findings = findings[:MOST_FINDINGS]
    if Verdict.FOREIGN in verdicts:
        return Report(Verdict.FOREIGN, findings)
    if len(found) == MOST_JUDGED:
        return Report(Verdict.UNSURE, findings)  # something may stand behind what was judged
    is_alone = len(findings) == 1 and (len(text.split()) == 1 or text == ours.sender)
    is_vouched = any(each.reason is Reason.NUMBER for each in findings)
    if verdicts == {Verdict.OURS} and (is_alone or is_vouched):
        return Report(Verdict.OURS, findings)
    return Report(Verdict.UNSURE, findings)


def _findings(text: str, ours: Ours) -> Iterator[Finding]:
    yield from _numbers(text, ours)
    rest = _LABELLED.sub(" ", text)
    rest = _RECIPIENT.sub(" ", rest)
    seen: set[str] = set()
    for pattern, judge in ((_ADDRESS, judge_address), (_MAIL, judge_mail), (_BARE, judge_address)):
        for found in pattern.finditer(rest):
            written = found[0].rstrip(_TRAILING)
            if pattern is _BARE and not _ends_like_an_address(written):
                continue
            if written and written not in seen:
                seen.add(written)
                yield judge(written, ours)
        rest = pattern.sub(" ", rest)


def _ends_like_an_address(written: str) -> bool:
    host = _cleaned(_taken_apart(_visible(written)).host)
    return host.rpartition(".")[2] in _ENDS or host.startswith("xn--") or ".xn--" in host


def _numbers(text: str, ours: Ours) -> Iterator[Finding]:
    typed = [each[1] for each in _LABELLED.finditer(text)]
    typed += [each[0] for each in _NUMBER.finditer(text)]
    whole = read_letters(text, count=LETTER_NUMBER_LETTERS)
    found = [read_letters(each, count=LETTER_NUMBER_LETTERS) for each in typed]
    for number in dict.fromkeys(each for each in (whole, *found) if each):
        is_ours = ours.is_number(number)
        yield Finding(number, Reason.NUMBER if is_ours else Reason.INVENTED_NUMBER)


def judge_mail(written: str, ours: Ours) -> Finding:
    """A mail address: ours only as a whole, letter by letter."""
    shown = written[:LONGEST_SHOWN]
    plain = written.lower().removeprefix("mailto:")
    if plain == ours.address:
        return Finding(shown, Reason.SENDER)
    if _cleaned(plain) == ours.address:
        return Finding(shown, Reason.ODDLY_WRITTEN, ours.address)
    return Finding(shown, Reason.OTHER_SENDER)


def judge_address(written: str, ours: Ours) -> Finding:
    """A web address: where a browser would take somebody who opens it."""
    shown, visible = written[:LONGEST_SHOWN], _visible(written)
    taken = _taken_apart(visible)
    if taken.scheme not in {"http", "https", ""}:
        return Finding(shown, Reason.SCRIPT)
    host = _cleaned(taken.host)
    if host != ours.host:
        reason = _why_elsewhere(host, taken.user, ours)
        return Finding(shown, reason, _readable(host)[:LONGEST_SHOWN])
    is_odd = visible != written or taken.host.lower() != ours.host or bool(taken.user)
    return Finding(shown, _at_our_host(taken, ours, is_odd=is_odd), ours.host)


@dataclass(frozen=True, slots=True)
class _Taken:
    """An address in its parts."""

    scheme: str
    user: str = ""
    """What stands before an @."""
    host: str = ""
    port: int | None = None


def _taken_apart(text: str) -> _Taken:
    """The parts as browsers read them (WHATWG URL)."""
    scheme, colon, rest = text.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+-]*", scheme):
        scheme, rest = "", text
    elif rest[:1] not in {"/", "\\"}:
        return _Taken(scheme.lower())
    # Browsers take backslashes for slashes, any number of them, and the last @ ends the user.
    rest = rest.replace("\\", "/").lstrip("/")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user, _, place = authority.rpartition("@")
    host, _, port = place.partition(":")
    return _Taken(scheme.lower(), user, host, int(port) if port.isdecimal() else None)


def _at_our_host(taken: _Taken, ours: Ours, *, is_odd: bool) -> Reason:
    official = urlsplit(ours.base_url)
    scheme = taken.scheme or official.scheme
    is_other_port = _port(taken.port, scheme) != _port(official.port, official.scheme)
    if is_other_port and (taken.port is not None or scheme == official.scheme):
        return Reason.OTHER_PORT
    if official.scheme == "https" and scheme == "http":
        return Reason.UNSAFE
    return Reason.ODDLY_WRITTEN if is_odd else Reason.ADDRESS


def _visible(text: str) -> str:
    """Without letters that nobody sees: zero-width ones, and those that turn the direction."""
    return "".join(each for each in text if unicodedata.category(each) not in {"Cf", "Cc"})


def _cleaned(host: str) -> str:
    """The host as name servers get it: decoded, letters folded, no final dot."""
    decoded = unquote(_visible(host))
    folded = unicodedata.normalize("NFKC", decoded).replace("\u3002", ".").casefold()
    return folded.removesuffix(".")


def _readable(host: str) -> str:
    """The host with every foreign letter spelled out: `xn--…` in letters, letters as `xn--…`."""
    try:
        ascii_form = host.encode("idna").decode()
    except UnicodeError:
        return host
    return ascii_form if ascii_form == host else f"{host} ({ascii_form})"


def _why_elsewhere(host: str, user: str, ours: Ours) -> Reason:
    if user:
        return Reason.DISGUISED
    if host in SHORTENERS or host.removeprefix("www.") in SHORTENERS:
        return Reason.SHORTENED
    return Reason.LOOKS_ALIKE if _looks_alike(host, ours.host) else Reason.ELSEWHERE


def _looks_alike(host: str, official: str) -> bool:
    """Whether a hurried reader may take one for the other."""
    seen, wanted = _skeleton(_unpuny(host)), _skeleton(official)
    names = [each for each in official.split(".") if len(each) >= _SHORTEST_NAME]
    if any(_skeleton(each) in seen for each in names) or official.replace(".", "") in host.replace(
        "-", ""
    ):
        return True
    return _distance(seen, wanted) <= _ONE_EDIT


def _unpuny(host: str) -> str:
    labels = []
    for label in host.split("."):
        try:
            labels.append(label[4:].encode().decode("punycode") if label[:4] == "xn--" else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)


def _skeleton(host: str) -> str:
    plain = unicodedata.normalize("NFD", host)
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    plain = plain.translate(_TWINS).replace("-", "").replace(".", "")
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain.replace("i", "l").replace("1", "l")


def _distance(one: str, other: str) -> int:
    """How many letters to add, drop or change (Levenshtein); both are short."""
    one, other = one[:80], other[:80]
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]


def _port(port: int | None, scheme: str) -> int:
    return port if port is not None else {"http": 80, "https": 443}[scheme]
