"""Moves of waves and entries, intake and tickets that nobody edits, the views for selection."""

from importlib import resources

from django.db import migrations

from gelombang import store
from gelombang.journey.waves.rules import ENTRY_MOVES, WAVE_MOVES

APPEND_ONLY = ("wave_entry_request", "waves_ticket", "waves_entryanswer")
GUARDED = {"waves_wave": WAVE_MOVES, "waves_entry": ENTRY_MOVES}
FACTS = (resources.files("gelombang.journey.waves") / "sql" / "facts.sql").read_text(
    encoding="utf-8"
)


class Migration(migrations.Migration):
    """Guards and facts."""

    dependencies = (("waves", "0001_initial"), ("audit", "0002_guards"))
    operations = (
        *(
            migrations.RunSQL(store.append_only(table), store.not_append_only(table))
            for table in APPEND_ONLY
        ),
        *(
            migrations.RunSQL(store.guard_moves(table, moves), store.unguard_moves(table))
            for table, moves in GUARDED.items()
        ),
        migrations.RunSQL(FACTS, "DROP VIEW wave_entry_facts; DROP VIEW wave_facts;"),
    )
