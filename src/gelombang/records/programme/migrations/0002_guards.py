"""Versions, calendars and door controls are history; the views that others read."""

from importlib import resources

from django.db import migrations

from gelombang import store

TABLES = ("programme_programmeversion", "programme_scheduleentry", "programme_doorcontrol")
FACTS = (resources.files("gelombang.records.programme") / "sql" / "facts.sql").read_text(
    encoding="utf-8"
)
NO_FACTS = "DROP VIEW programme_facts; DROP VIEW door_facts; DROP VIEW schedule_facts;"


class Migration(migrations.Migration):
    """Guards and facts."""

    dependencies = (("programme", "0001_initial"), ("audit", "0002_guards"))
    operations = (
        *(
            migrations.RunSQL(store.append_only(table), store.not_append_only(table))
            for table in TABLES
        ),
        migrations.RunSQL(FACTS, NO_FACTS),
    )
