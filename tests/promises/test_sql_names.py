"""SQL names only its package's own tables, and the read-only views of packages it may import."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from tests.promises.sql_names import relations

from gelombang.cli.places import clone

SOURCE = clone() / "src" / "gelombang"
STATEMENT = re.compile(
    r"\s*(--[^\n]*\n\s*)*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER TABLE|DROP|"
    r"TRUNCATE|LOCK TABLE|COPY)\s"
)
# The front door writes the steps' intake tables; they pull what it wrote.
INTAKE = frozenset({"registration_submission", "email_confirmation", "wave_entry_request"})
# The door keeps its own counts beside them, and reads the calendar of the programme.
DOOR_TABLES = frozenset({"door_tally", "queue_tally", "queue_call", "visitor_sketch"})
DOOR_VIEWS = frozenset({"door_facts", "door_stages", "index_key_facts", "letter_wait_facts"})
# The rehearsal of verification holds every fact against the fakes' truth: it reads only.
COMPARED = frozenset(
    {"partners_partner", "verification_identity", "verification_check", "verification_attestation"}
)
WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|COPY|TRUNCATE)\b", re.IGNORECASE)
# The auditor believes nobody and reads everything; the fakes keep books in files of their own
# (a contract keeps PostgreSQL's drivers out of the gateways).
UNBOUND = frozenset({"auditor", "gateways"})


def package_of(path: Path) -> str:
    """`journey.waves` for src/gelombang/journey/waves/sql/x.sql, `frontdoor` for its files."""
    parts = path.relative_to(SOURCE).parts
    return ".".join(parts[:2]) if parts[0] in {"journey", "records"} else Path(parts[0]).stem


def layers_below() -> dict[str, set[str]]:
    """For each step and record, the packages that it may import, from the contracts."""
    configuration = tomllib.loads((clone() / "pyproject.toml").read_text())
    below: dict[str, set[str]] = {}
    records: set[str] = set()
    for contract in configuration["tool"]["importlinter"]["contracts"]:
        container = contract.get("containers", [""])[0].removeprefix("gelombang.")
        if container not in {"journey", "records"}:
            continue
        rows = [re.findall(r"\w+", layer) for layer in contract["layers"]]
        for index, row in enumerate(rows):
            lower = {f"{container}.{name}" for later in rows[index + 1 :] for name in later}
            below |= {f"{container}.{name}": lower for name in row}
        if container == "records":
            records = {f"records.{name}" for row in rows for name in row}
    return {
        name: lower | (records if name.startswith("journey.") else set())
        for name, lower in below.items()
    }


def tables_by_package() -> dict[str, str]:
    found = {}
    for model in apps.get_models():
        module = model.__module__
        ours = module.startswith("gelombang.")
        owner = ".".join(module.split(".")[1:3]) if ours else "django"
        found[model._meta.db_table] = owner
        for field in model._meta.local_many_to_many:
            found[field.m2m_db_table()] = owner
    return found


def views_by_package() -> dict[str, str]:
    return {
        name.lower(): package_of(path)
        for path in sorted(SOURCE.rglob("*.sql"))
        for name in re.findall(r"(?i)create\s+(?:or\s+replace\s+)?view\s+(\w+)", path.read_text())
    }


def sql_of(path: Path) -> list[str]:
    """The SQL of a file: all of a `.sql`, the statements among the strings of a `.py`."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return [text]
    tree = ast.parse(text)
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    strings = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
    ]
    return [text for text in strings if STATEMENT.match(text)]


def offences(
    package: str, text: str, *, tables: dict[str, str], views: dict[str, str]
) -> list[str]:
    """The names in the SQL that this package may not use."""
    may_import = layers_below().get(package)
    found = []
    for name in sorted(relations(text)):
        if package in UNBOUND or tables.get(name) == package or views.get(name) == package:
            continue
        if package == "frontdoor" and name in INTAKE | DOOR_TABLES | DOOR_VIEWS:
            continue
        if package == "rehearsal" and name in INTAKE:  # receipts are compared with rows
            continue
        if package == "rehearsal" and name in COMPARED and not WRITES.search(text):
            continue
        owner = views.get(name)
        if owner is not None and package != "frontdoor":
            # Entrances and casework stand above every package that publishes views.
            if may_import is None or owner in may_import:
                continue
            found.append(f"{package} may not look at {name} of {owner}")
        else:
            found.append(f"{package} may not name {name} of {tables.get(name, 'nobody')}")
    return found


def test_sql_names_only_own_tables_and_views_of_lower_packages():
    tables, views = tables_by_package(), views_by_package()
    files = [*SOURCE.rglob("*.sql"), *SOURCE.rglob("*.py")]
    found = [
        f"{path.relative_to(SOURCE)}: {offence}"
        for path in sorted(files)
        for text in sql_of(path)
        for offence in offences(package_of(path), text, tables=tables, views=views)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("package", "text", "expected"),
    [
        ("journey.waves", "SELECT * FROM registration_registration", "registration_registration"),
        ("journey.waves", "SELECT 1 FROM wave_facts w, people_person p", "people_person"),
        ("journey.waves", "SELECT * FROM later_facts", "later_facts"),
        ("frontdoor", "SELECT * FROM verification_facts", "verification_facts"),
        ("web", "UPDATE waves_wave SET state = 'open'", "waves_wave"),
        ("journey.waves", "DELETE FROM waves_wave USING people_person AS p", "people_person"),
        ("journey.waves", "SELECT x FROM (SELECT id FROM people_person) AS s", "people_person"),
    ],
)
def test_a_forbidden_name_is_seen(package, text, expected):
    tables = tables_by_package()
    views = {
        "wave_facts": "journey.waves",
        "later_facts": "journey.selection",
        "verification_facts": "journey.verification",
    }
    found = offences(package, text, tables=tables, views=views)
    assert len(found) == 1
    assert expected in found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1 FROM a JOIN b ON a.x = b.x, c WHERE d IN (1, 2)", {"a", "b", "c"}),
        ("WITH x AS (SELECT 1 FROM a), y (n) AS MATERIALIZED (SELECT 2) SELECT * FROM x, y", {"a"}),
        ("SELECT extract(year FROM born) FROM a WHERE b IS DISTINCT FROM c", {"a"}),
        ("INSERT INTO a (b, c) SELECT * FROM unnest(%(x)s::int[], %(y)s) AS t (b, c)", {"a"}),
        ("UPDATE a SET b = 1, c = 2 FROM d WHERE a.id = d.id RETURNING a.id", {"a", "d"}),
        ("SELECT 1 FROM a FOR UPDATE SKIP LOCKED -- FROM z\n", {"a"}),
        ("INSERT INTO a VALUES ('FROM b') ON CONFLICT DO UPDATE SET x = 1", {"a"}),
        ("CREATE TRIGGER t BEFORE INSERT OR UPDATE ON a EXECUTE FUNCTION f()", {"a"}),
        (
            """CREATE TRIGGER t AFTER INSERT ON a REFERENCING NEW TABLE AS fresh
               FOR EACH STATEMENT EXECUTE FUNCTION f();
               CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
               BEGIN PERFORM 1 FROM fresh JOIN b ON b.id = fresh.id; END $$""",
            {"a", "b"},
        ),
        ("CREATE VIEW v AS SELECT * FROM public.a; DELETE FROM b USING c", {"v", "a", "b", "c"}),
        ("CREATE FUNCTION f() AS $$ BEGIN SELECT 1 INTO n FROM a; END $$", {"a"}),
    ],
)
def test_relations_are_read_from_sql(text, expected):
    assert relations(text) == expected
