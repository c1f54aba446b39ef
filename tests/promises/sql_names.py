"""Which tables and views a piece of SQL names, read closely enough for our own SQL.

It knows comments, strings, dollar quotes, common table expressions, subqueries, functions in
FROM, and the words that look like a FROM clause and are none (`EXTRACT(… FROM …)`).
"""

import re

_TOKEN = re.compile(
    r"""
    (?P<skip>--[^\n]*|/\*.*?\*/|\s+)
  | (?P<string>(?:\b[eE])?'(?:[^'\\]|''|\\.)*')
  | (?P<param>%\(\w+\)s|%s|\$\d+|:\w+)
  | (?P<dollar>\$\w*\$)
  | (?P<name>(?:"[^"]+"|[A-Za-z_]\w*)(?:\.(?:"[^"]+"|[A-Za-z_]\w*))*)
  | (?P<other>::|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ENDS_FROM = frozenset(
    "where group order limit offset for set returning union except intersect select having "
    "window values".split()
)
_NO_CLAUSE = frozenset(("extract", "substring", "trim", "overlay", "position"))
_ALWAYS = frozenset(("copy", "references", "truncate", "view"))
_PASSED = frozenset("only lateral if not exists table concurrently".split())
_BEFORE_COLUMNS = frozenset("into table references view exists copy".split())
_BEFORE_TRIGGER = frozenset("create replace constraint unique drop".split())
_NO_NAME = frozenset(("on", "or", "and"))  # TRUNCATE ON in a trigger, ON UPDATE OR DELETE
_BEFORE_UPDATE = frozenset(("for", "do", "on", "no", "before", "after", "or", "key"))


def _tokens(text: str) -> list[str]:
    found = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "string":
            found.append("''")
        elif match.lastgroup == "param":
            found.append("?")
        elif match.lastgroup not in {"skip", "dollar"}:
            found.append(match.group())
    return found


def _common_tables(tokens: list[str]) -> set[str]:
    """Names that WITH gives, `name (columns) AS MATERIALIZED (`, and those of transition tables."""
    columns, how = r"(?:\([\w\s,]*\)\s+)?", r"(?:(?:NOT\s+)?MATERIALIZED\s+)?"
    pattern = rf"(?:\bWITH|\bRECURSIVE|,|^)\s+(\w+)\s+{columns}AS\s+{how}\("
    transition = r"\b(?:NEW|OLD)\s+TABLE\s+(?:AS\s+)?(\w+)"
    text = " ".join(tokens)
    found: list[str] = [
        name for each in (pattern, transition) for name in re.findall(each, text, re.IGNORECASE)
    ]
    return {name.lower() for name in found}


def relations(text: str) -> set[str]:
    """The tables and views that the SQL names, in lower case and without schema `public`."""
    tokens = _tokens(text)
    known = _common_tables(tokens)
    found = {_plain(tokens[place]) for place in _Reader(tokens).places()}
    return {
        name
        for name in found - known - {"stdin", "stdout"}
        if not name.startswith(("pg_", "information_schema."))
    }


def _plain(name: str) -> str:
    return name.replace('"', "").lower().removeprefix("public.")


def _is_name(token: str) -> bool:
    return bool(re.match(r'["A-Za-z_]', token))


class _Reader:
    """Walks the tokens once and remembers whether it stands in a FROM clause, and in which."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.in_from = False
        self.deletes = False
        self.stands_on_table = False  # CREATE TRIGGER … ON, CREATE INDEX … ON
        self.stack: list[tuple[str, bool]] = []  # what opened each parenthesis, and FROM outside

    def places(self) -> list[int]:
        """Where in the tokens a relation stands."""
        found = []
        for here, token in enumerate(self.tokens):
            before = self.tokens[here - 1].lower() if here else ""
            self._step(token, before)
            if self._expects(token.lower(), before):
                place = _relation_after(self.tokens, here + 1)
                found += [place] if place is not None else []
            if token.lower() in _ENDS_FROM:
                self.in_from = False
        return found

    def _step(self, token: str, before: str) -> None:
        word = token.lower()
        if token == "(":
            self.stack.append((before, self.in_from))
            self.in_from = False
        elif token == ")":
            self.in_from = self.stack.pop()[1] if self.stack else False
        elif token == ";":
            self.in_from = self.deletes = self.stands_on_table = False
        elif word == "delete":
            self.deletes = True
        elif word in {"trigger", "index"} and before in _BEFORE_TRIGGER:
            self.stands_on_table = True

    def _expects(self, word: str, before: str) -> bool:
        """Whether a relation follows this word."""
        if word == "from":
            inside = self.stack[-1][0] if self.stack else ""
            follows = before != "distinct" and inside not in _NO_CLAUSE
            self.in_from = self.in_from or follows
            return follows
        if word == "join":
            self.in_from = True
            return True
        if word == "table":
            return before not in {"returns", "new", "old"}  # NEW TABLE AS … in a trigger
        return (
            word in _ALWAYS
            or (word == "," and self.in_from)
            or (word == "into" and before in {"insert", "merge"})
            or (word == "update" and before not in _BEFORE_UPDATE)
            or (word == "on" and self.stands_on_table)
            or (word == "using" and self.deletes and self.in_from)
        )


def _relation_after(tokens: list[str], here: int) -> int | None:
    while here < len(tokens) and tokens[here].lower() in _PASSED:
        here += 1
    if here >= len(tokens) or not _is_name(tokens[here]) or tokens[here].lower() in _NO_NAME:
        return None
    is_call = here + 1 < len(tokens) and tokens[here + 1] == "("
    has_columns = here > 0 and tokens[here - 1].lower() in _BEFORE_COLUMNS
    return None if is_call and not has_columns else here
