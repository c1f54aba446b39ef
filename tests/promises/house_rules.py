"""The house rules that ruff cannot say, as functions over a file's syntax tree.

Each yields one sentence an offence. `place` is the path below src/gelombang.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

LONGEST_FUNCTION = 70
LONGEST_FILE = 400
MANAGER_WRITES = frozenset(
    "create bulk_create bulk_update get_or_create update_or_create acreate abulk_create "
    "update aupdate delete adelete save asave".split()
)
QUERYSET_WORDS = frozenset("objects filter exclude all using select_for_update".split())
CLOCK_READS = frozenset(
    "timezone.now datetime.now datetime.utcnow datetime.today date.today time.time time.time_ns "
    "clock.now clock.real_now kit.clock.now".split()
)
ENTRANCES = frozenset("web jobs frontdoor cli rehearsal settings".split())
MONEY_NAMES = re.compile(
    r"(?:^|_)(?:rupiah|money|amount|balance|budget|price|payout|benefit)", re.IGNORECASE
)
CLOCK_IN_SQL = re.compile(
    r"\b(now\s*\(|current_timestamp|current_date|localtimestamp|clock_timestamp)"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _dotted(node: ast.expr) -> list[str]:
    """The names of a chain of attributes and calls, first to last: `a.b(…).c` is a, b, c."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Name):
            return [*reversed([*names, node.id])]
        else:
            return [*reversed(names)]


def writes_outside_actions(tree: ast.Module, place: PurePosixPath) -> Iterator[str]:
    """Only `actions` and the store write rows."""
    if place.name in {"actions.py", "store.py"} or place.parts[0] in {"gateways", "auditor", "kit"}:
        return
    if "actions" in place.parts:  # a package of actions, where one file would be too long
        return
    if place == PurePosixPath("cli/staff.py"):  # staff are rows of Django's own, without actions
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        *chain, verb = _dotted(node.func)
        if verb not in MANAGER_WRITES:
            continue
        is_row_save = verb in {"save", "asave"} and "session" not in chain
        if is_row_save or QUERYSET_WORDS & set(chain):
            yield f"{place}:{node.lineno} writes with .{verb}() outside actions"


def clock_reads_inside(tree: ast.Module, place: PurePosixPath) -> Iterator[str]:
    """Entrances read the clock once and pass the instant on."""
    allowed = {PurePosixPath("kit/clock.py"), PurePosixPath("kit/ids.py")}  # UUIDv7 is real time
    if place.parts[0] in ENTRANCES or place in allowed or place.parts[0] == "auditor":
        return
    in_gateway = place.parts[0] == "gateways"
    if in_gateway and place.name not in {"client.py", "protocol.py"}:
        return  # a fake is a process of its own, an entrance
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = ".".join(_dotted(node.func)[-2:])
            stamps_a_message = in_gateway and name == "clock.real_now"  # time between machines
            if name in CLOCK_READS and not stamps_a_message:
                yield f"{place}:{node.lineno} reads the clock by {name}()"


def floats_near_money(tree: ast.Module, place: PurePosixPath) -> Iterator[str]:
    """Money is an integer."""
    of_money = place.name == "money.py" or "ledger" in place.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _dotted(node.func)[-1:] == ["FloatField"]:
            yield f"{place}:{node.lineno} keeps a float in a table"
        elif of_money and _is_float(node):
            yield f"{place}:{node.lineno} uses a float"
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.keyword | ast.arg):
            yield from _floats_in_assignment(node, place)


def _is_float(node: ast.AST) -> bool:
    is_name = isinstance(node, ast.Name) and node.id == "float"
    is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
    return is_name or is_literal or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))


def _floats_in_assignment(node: ast.AST, place: PurePosixPath) -> Iterator[str]:
    names = [
        getattr(each, "id", None) or getattr(each, "attr", None) or getattr(each, "arg", None)
        for each in (*getattr(node, "targets", ()), getattr(node, "target", None), node)
        if each is not None
    ]
    if not any(name and MONEY_NAMES.search(name) for name in names):
        return
    parts = [getattr(node, "value", None), getattr(node, "annotation", None)]
    if any(_is_float(each) for part in parts if part for each in ast.walk(part)):
        yield f"{place}:{node.lineno} lets a float near money"


def requests_inside(tree: ast.Module, place: PurePosixPath) -> Iterator[str]:
    """The journey and the records know no HTTP request."""
    if place.parts[0] not in {"journey", "records", "casework"}:
        return
    for function in _functions(tree):
        arguments = function.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.arg == "request":
                yield f"{place}:{function.lineno} {function.name} takes a request"


def too_long(tree: ast.Module, place: PurePosixPath, *, lines: int) -> Iterator[str]:
    """Functions of at most 70 lines, files of at most 400."""
    if lines > LONGEST_FILE:
        yield f"{place} has {lines} lines"
    for function in _functions(tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > LONGEST_FUNCTION:
            yield f"{place}:{function.lineno} {function.name} has {length} lines"


def bare_verbs(tree: ast.Module, place: PurePosixPath) -> Iterator[str]:
    """Public actions and queries have a docstring and take only named arguments."""
    if place.stem not in {"actions", "queries"} and not {"actions", "queries"} & set(place.parts):
        return
    for node in tree.body:
        if not isinstance(node, Function) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{place}:{node.lineno} {node.name} has no docstring"
        by_position = [*node.args.posonlyargs, *node.args.args]
        # A package of actions also shares plain functions between its files.
        is_verb = place.stem in {"actions", "queries"} or any(
            argument.arg in {"actor", "now"} for argument in by_position
        )
        if by_position and is_verb:
            yield f"{place}:{node.lineno} {node.name} takes arguments by position"


ONE_CLOCK_FOR_ALL = PurePosixPath("records/partners/sql/clock.sql")


def now_in_sql(text: str, place: PurePosixPath) -> Iterator[str]:
    """SQL takes :now; the database's own clock is not the programme's.

    One file is for what all machines have to measure by one clock: the pace of partners.
    """
    if place == ONE_CLOCK_FOR_ALL:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if CLOCK_IN_SQL.search(line.partition("--")[0].lower()):
            yield f"{place}:{number} reads the database's clock"
