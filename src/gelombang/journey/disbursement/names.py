"""How alike two names of people are, as banks and registries write them (standards §10.3, §10.4).

Titles and degrees do not count, nor do case, order, quotes, dots and blanks, and the many ways to
write MUHAMMAD are one. Pure; names never leave it.
"""

import re
from itertools import product

TITLES = frozenset(
    "H HJ HAJI HAJJAH KH DR DRA DRS DRG IR PROF NY TN NN SDR SDRI BPK BAPAK IBU".split()
)
DEGREES = frozenset(
    """AMD AMDKEB AMDKEP AMDKOM SE SEI SH SHI SHUM SIKOM SIP SKED SKEP SKH SKM SKOM SP SPD SPDI SPI
    SPSI SPT SS SSI SSN SSOS ST STP STR SAG SFARM MA MAG MBA MH MHUM MKES MKOM MM MPD MPH MSC MSI
    MT BA BSC NS APT AKT CA PHD""".split()
)
MUHAMMAD = frozenset(
    """MUHAMMAD MUHAMAD MUHAMMED MUHAMED MOHAMMAD MOHAMAD MOHAMMED MOHAMED MOCHAMMAD MOCHAMAD
    MUCHAMMAD MUCHAMAD MOCH MOH MUH MUCH MHD MUHD MOHD""".split()
)
_QUOTES = re.compile("['`\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\"]")
_BETWEEN = re.compile(r"[\s,;/()_-]+")


def likeness(one: str, other: str) -> int:
    """0 to 100: how alike two names are, whoever is asked first; 0 when one of them is empty.

    The better of two ratios: of the words in alphabetical order, and of the letters without blanks.
    """
    pairs = product(_readings(one), _readings(other))
    return max((_better_ratio(first, second) for first, second in pairs), default=0)


def _better_ratio(first: list[str], second: list[str]) -> int:
    sorted_ratio = _ratio(" ".join(sorted(first)), " ".join(sorted(second)))
    return max(sorted_ratio, _ratio("".join(first), "".join(second)))


def _readings(name: str) -> list[list[str]]:
    """The words that count, in each way to read them: a leading M may be short for MUHAMMAD."""
    words = _words(name)
    if not words:
        return []
    if words[0] == "M" and len(words) > 1:
        return [words, ["MUHAMMAD", *words[1:]]]
    return [words]


def _words(name: str) -> list[str]:
    """The words of a name in capitals, without titles before it and degrees behind it."""
    plain = _QUOTES.sub("", name.upper())
    tokens = [token for token in _BETWEEN.split(plain) if token.strip(".")]
    tokens = _without_degrees(_without_titles(tokens))
    words = [word for token in tokens for word in token.split(".") if word]
    return ["MUHAMMAD" if word in MUHAMMAD else word for word in words]


def _without_titles(tokens: list[str]) -> list[str]:
    while len(tokens) > 1 and _bare(tokens[0]) in TITLES:
        tokens = tokens[1:]
    return tokens


def _without_degrees(tokens: list[str]) -> list[str]:
    while len(tokens) > 1:
        if _bare(tokens[-1]) in DEGREES:
            tokens = tokens[:-1]
        elif len(tokens) > 2 and "." in tokens[-2] and _bare("".join(tokens[-2:])) in DEGREES:  # noqa: PLR2004 a name and `S. Kom`
            tokens = tokens[:-2]
        else:
            break
    return tokens


def _bare(token: str) -> str:
    return token.replace(".", "")


def _ratio(first: str, second: str) -> int:
    """Twice the longest common subsequence in percent of both lengths, rounded down."""
    if not first or not second:
        return 0
    return 200 * _common(first, second) // (len(first) + len(second))


def _common(first: str, second: str) -> int:
    """Length of the longest common subsequence, by bits (Hyyrö): one addition a letter."""
    places: dict[str, int] = {}
    for place, letter in enumerate(first):
        places[letter] = places.get(letter, 0) | 1 << place
    every = (1 << len(first)) - 1
    unmatched = every
    for letter in second:
        met = unmatched & places.get(letter, 0)
        unmatched = ((unmatched + met) | (unmatched - met)) & every
    return len(first) - unmatched.bit_count()
