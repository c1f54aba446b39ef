from pathlib import Path

import pytest

from gelombang.rehearsal.benches.draw import VerifierDisagrees, measure
from gelombang.rehearsal.programme_file import ProgrammeUnfit, scale_quota, set_the_stage

CLONE = Path(__file__).resolve().parents[3]
PROGRAMME = (CLONE / "programmes" / "prakerja-2020.toml").read_text(encoding="utf-8")


def test_a_bench_of_the_draw_is_verified_and_fills_every_place(tmp_path):
    found = measure(
        candidates=500, quota=120, stage=set_the_stage(PROGRAMME), directory=tmp_path,
        verifier=CLONE / "tools" / "verify_draw.py", seed=3,
    )  # fmt: skip
    assert found.selected == 120
    assert all(seconds > 0 for seconds in found.seconds.values())


def test_a_verifier_that_disagrees_ends_the_bench(tmp_path):
    grumbler = tmp_path / "grumbler.py"
    grumbler.write_text("raise SystemExit('DIFFERENCE: somewhere')")
    with pytest.raises(VerifierDisagrees, match="somewhere"):
        measure(
            candidates=50, quota=5, stage=set_the_stage(PROGRAMME), directory=tmp_path / "w",
            verifier=grumbler, seed=3,
        )  # fmt: skip


def test_only_the_quota_of_the_programme_is_scaled():
    scaled = scale_quota(PROGRAMME, 1649)
    stage = set_the_stage(scaled)
    assert stage.quota == 1649
    assert stage.wave_id == "PKJ-2020-W01"
    assert stage.opens_at.isoformat() == "2020-04-11T19:00:00+07:00"
    assert stage.closes_at.isoformat() == "2020-04-16T16:00:00+07:00"
    assert stage.next_opens_at.isoformat() == "2020-04-18T19:00:00+07:00"
    before, after = PROGRAMME.splitlines(), scaled.splitlines()
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


@pytest.mark.parametrize("text", ["", PROGRAMME.replace("weekly_quota", "quota_a_week")])
def test_a_file_without_a_quota_cannot_be_scaled(text):
    with pytest.raises(ProgrammeUnfit, match="weekly_quota"):
        scale_quota(text, 5)


def test_a_wrong_programme_names_its_mistakes():
    with pytest.raises(ProgrammeUnfit, match="tiers"):
        set_the_stage(PROGRAMME.replace("share_percent = 100", "share_percent = 90"))
