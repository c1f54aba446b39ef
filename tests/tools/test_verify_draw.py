"""The verifier against example publications, and against copies that somebody tampered with."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gelombang.cli.places import clone

VERIFIER = clone() / "tools" / "verify_draw.py"
EXAMPLES = Path(__file__).parents[1] / "data" / "draw_v1"
NAMES = [path.name for path in sorted(EXAMPLES.iterdir())]


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", VERIFIER, folder], capture_output=True, text=True,
                          check=False, timeout=60)  # fmt: skip


@pytest.fixture
def copy(tmp_path):
    def make(name: str) -> Path:
        return Path(shutil.copytree(EXAMPLES / name, tmp_path / name))

    return make


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_agree(name):
    answer = verify(EXAMPLES / name)
    assert answer.returncode == 0, answer.stdout
    assert "Everything agrees." in answer.stdout
    assert json.loads((EXAMPLES / name / "reveal.json").read_text())["beacon"]["randomness"] in (
        answer.stdout
    )


def test_it_is_one_small_file_of_the_standard_library_alone():
    source = VERIFIER.read_text()
    assert len(source.splitlines()) <= 200
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("file", ["candidates.csv", "result.csv"])
def test_every_line_that_is_changed_dropped_doubled_or_swapped_is_named(copy, name, file):
    folder = copy(name)
    lines = (folder / file).read_text().splitlines(keepends=True)
    steps = range(0, len(lines), max(1, len(lines) // 8))
    for at in steps:
        digit = "1" if "0" in lines[at] else "0"
        spoilt = [
            [*lines[:at], lines[at].replace("0", digit, 1) + "", *lines[at + 1 :]],
            [*lines[:at], *lines[at + 1 :]],
            [*lines[:at], lines[at], *lines[at:]],
            [*lines[:at], *reversed(lines[at : at + 2]), *lines[at + 2 :]],
        ]
        for tampered in spoilt:
            if tampered == lines:
                continue
            (folder / file).write_text("".join(tampered))
            answer = verify(folder)
            assert answer.returncode == 1, (at, answer.stdout)
            assert answer.stdout.startswith("DIFFERENCE: ")


@pytest.mark.parametrize("name", NAMES)
def test_every_byte_of_the_rules_counts(copy, name):
    folder = copy(name)
    whole = (folder / "rules.json").read_bytes()
    for at in range(0, len(whole), 7):
        (folder / "rules.json").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert verify(folder).returncode == 1, at


CHANGES = {
    "commitment.json": [
        ("wave", "DEMO-W99"), ("candidates", 1), ("list_sha256", "0" * 64),
        ("rules_sha256", "0" * 64), ("merkle_root", "0" * 64), ("witnesses", ["one"]),
        ("beacon", {"chain": "0" * 64, "round": 27946612}),
    ],
    "cutoffs.json": [
        ("cells", []), ("selected_pass_2", 99), ("selected_pass_3", 99), ("unfilled", 99),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("file", "key", "value"), [(file, *change) for file in CHANGES for change in CHANGES[file]]
)
def test_every_field_that_is_changed_is_named(copy, name, file, key, value):
    folder = copy(name)
    content = json.loads((folder / file).read_text())
    content[key] = value
    (folder / file).write_text(json.dumps(content))
    answer = verify(folder)
    assert answer.returncode == 1
    assert file.split(".")[0] in answer.stdout or "reveal" in answer.stdout


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", ["chain", "round", "randomness", "signature"])
def test_every_part_of_the_reveal_counts(copy, name, key):
    folder = copy(name)
    content = json.loads((folder / "reveal.json").read_text())
    changed = {"round": 5, "signature": "ab"}.get(key, "0" * 64)
    content["beacon"][key] = changed
    (folder / "reveal.json").write_text(json.dumps(content))
    answer = verify(folder)
    assert answer.returncode == 1
    assert "reveal.json" in answer.stdout


@pytest.mark.parametrize("key", ["reveal", "commitment"])
def test_a_party_of_a_ceremony_cannot_change_its_mind(copy, key):
    folder = copy("leftovers")
    parties = json.loads((folder / "parties.json").read_text())
    parties[1][key] = "0" * 64
    (folder / "parties.json").write_text(json.dumps(parties))
    answer = verify(folder)
    assert answer.returncode == 1
    assert "Ombudsman" in answer.stdout


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw[:-1],
        lambda raw: raw + b"\n",
        lambda raw: raw + b"\xff\n",
        lambda _: b"",
    ],
)
def test_the_form_to_the_byte_counts(copy, spoil):
    for file in ("candidates.csv", "result.csv"):
        folder = copy("few")
        (folder / file).write_bytes(spoil((folder / file).read_bytes()))
        assert verify(folder).returncode == 1
        shutil.rmtree(folder)


def test_a_missing_file_is_said(copy):
    folder = copy("few")
    (folder / "reveal.json").unlink()
    answer = verify(folder)
    assert answer.returncode == 2
    assert "reveal.json" in answer.stdout


@pytest.mark.parametrize("junk", ["[]", "null", "{}", "not json", '{"beacon": 3}'])
@pytest.mark.parametrize("file", ["rules.json", "commitment.json", "reveal.json", "cutoffs.json"])
def test_junk_is_a_difference_and_never_a_traceback(copy, file, junk):
    folder = copy("plenty")
    (folder / file).write_text(junk)
    answer = verify(folder)
    assert answer.returncode == 1
    assert answer.stdout.startswith("DIFFERENCE")
    assert not answer.stderr
