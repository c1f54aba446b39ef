"""How alike two names are, as the civil registry scores them: Jaro-Winkler in percent.

Ours is an invented registry's score. The real one's formula is not public; what counts is that
equal names score 100 and unrelated ones stay well below the threshold.
"""

_LONGEST_PREFIX = 4
_PREFIX_WEIGHT = 0.1


def likeness(one: str, other: str) -> int:
    """0 to 100; case and repeated blanks do not count."""
    first, second = _plain(one), _plain(other)
    if first == second:
        return 100
    jaro = _jaro(first, second)
    prefix = 0
    for left, right in zip(first[:_LONGEST_PREFIX], second[:_LONGEST_PREFIX], strict=False):
        if left != right:
            break
        prefix += 1
    return min(99, round(100 * (jaro + prefix * _PREFIX_WEIGHT * (1 - jaro))))


def _plain(text: str) -> str:
    quotes = str.maketrans({"`": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})
    return " ".join(text.upper().translate(quotes).split())


def _jaro(first: str, second: str) -> float:
    if not first or not second:
        return 0.0
    reach = max(max(len(first), len(second)) // 2 - 1, 0)
    taken = [False] * len(second)
    matched: list[str] = []
    for place, letter in enumerate(first):
        for candidate in range(max(0, place - reach), min(len(second), place + reach + 1)):
            if not taken[candidate] and second[candidate] == letter:
                taken[candidate] = True
                matched.append(letter)
                break
    if not matched:
        return 0.0
    in_second = [letter for letter, used in zip(second, taken, strict=True) if used]
    swapped = sum(a != b for a, b in zip(matched, in_second, strict=True)) / 2
    count = len(matched)
    return (count / len(first) + count / len(second) + (count - swapped) / count) / 3
