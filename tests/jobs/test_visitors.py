"""The visitors of each day are published in a file, as a sum of days that says so."""

import json
import threading

import pytest
from django.conf import settings
from tests.journey.certification.world import BASE_URL, REAL

from gelombang.jobs import visitors
from gelombang.jobs.loop import Context
from gelombang.kit import sketch
from gelombang.kit.clock import WIB
from gelombang.records.programme.models import VisitorSketch

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_days_visitors_are_counted_and_published(keyring, tmp_path, now):
    registers = bytearray(sketch.REGISTERS)
    for each in (0x1234 << 50, 0x777 << 52, 0x88 << 53):
        sketch.note(registers, each)
    VisitorSketch.objects.create(
        day=now.astimezone(WIB).date(), registers=bytes(registers), recorded_at=now, process="a"
    )
    environment = settings.GELOMBANG.model_copy(update={"data_dir": tmp_path})
    context = Context(now, REAL, keyring, BASE_URL, environment, threading.Event())
    (sweep,) = visitors.SWEEPS
    assert sweep.run(context) == 0
    said = json.loads((tmp_path / "public" / "visitors.json").read_text())
    assert said == {
        "as_of": now.isoformat(timespec="seconds"),
        "days": [{"day": "2020-04-13", "visitors": 3}],
        "sum_of_days": 3,
    }
