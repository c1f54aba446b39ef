"""Who may import whom: the contracts in pyproject.toml, and that each of them can fail."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from gelombang.cli.places import clone

CONTRACTS = tomllib.loads((clone() / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
# One forbidden import for each contract: what is appended to which module.
PLANTED = {
    "Rings": ("records/people/rules.py", "import gelombang.journey.waves.rules"),
    "The auditor imports": ("auditor/__init__.py", "import gelombang.kit.money"),
    "Nothing imports the auditor": ("cli/places.py", "import gelombang.auditor"),
    "Journey": ("journey/registration/rules.py", "import gelombang.journey.waves.rules"),
    "Records": ("records/people/rules.py", "import gelombang.records.notices.rules"),
    "Inside a package": ("journey/waves/rules.py", "import gelombang.journey.waves.models"),
    "Rules and kit": ("journey/waves/rules.py", "import django.db"),
    "Entrances never": ("web/__init__.py", "import gelombang.journey.waves.models"),
    "The front door": ("frontdoor/__init__.py", "import gelombang.store"),
    "Gateways": ("gateways/__init__.py", "import django.conf"),
    "Table modules": (
        "journey/waves/models.py",
        "import gelombang.journey.registration.models",
    ),
    "A step writes": (
        "journey/waves/actions.py",
        "import gelombang.journey.registration.actions",
    ),
}


def _lint(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=place, env={**os.environ, "PYTHONPATH": str(place / "src"), "COLUMNS": "200"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def _copy(place: Path) -> Path:
    shutil.copytree(
        clone() / "src",
        place / "src",
        ignore=shutil.ignore_patterns("__pycache__", "*.mo", "*.html", "*.css"),
    )
    shutil.copy(clone() / "pyproject.toml", place)
    return place


def test_every_contract_holds():
    answer = _lint(clone())
    assert answer.returncode == 0, answer.stdout


def test_every_contract_can_be_broken(tmp_path):
    place = _copy(tmp_path)
    for file, words in PLANTED.values():
        path = place / "src" / "gelombang" / file
        before = path.read_text() if path.is_file() else ""
        path.write_text(f"{before}\n{words}\n")
    # Contracts that need a module of these names, whoever writes it first.
    other = place / "src" / "gelombang" / "journey" / "registration" / "actions.py"
    other.touch()

    answer = _lint(place)

    for contract in CONTRACTS:
        name = contract["name"]
        assert any(name.startswith(start) for start in PLANTED), f"nothing is planted for: {name}"
        assert f"{name} BROKEN" in answer.stdout, f"not caught: {name}\n{answer.stdout}"


def _imports_of_private_tables(graph: grimp.ImportGraph) -> list[str]:
    return sorted(
        f"{importer} imports {module}"
        for module in graph.modules
        if module.endswith(".models")
        for importer in graph.find_modules_that_directly_import(module)
        if not importer.startswith(module.removesuffix("models"))
    )


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("gelombang", exclude_type_checking_imports=True)


def test_tables_are_private_to_their_package(graph):
    assert _imports_of_private_tables(graph) == []


def test_an_import_of_private_tables_is_seen(graph):
    graph.add_import(
        importer="gelombang.journey.selection", imported="gelombang.journey.waves.models"
    )
    try:
        planted = "gelombang.journey.selection imports gelombang.journey.waves.models"
        assert planted in _imports_of_private_tables(graph)
    finally:
        graph.remove_import(
            importer="gelombang.journey.selection", imported="gelombang.journey.waves.models"
        )
