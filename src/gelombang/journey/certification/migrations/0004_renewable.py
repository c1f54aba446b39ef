"""The holder's name of a certificate may be sealed with another key, by a rotation alone."""

from django.db import migrations

from gelombang import store

PACKAGE = "gelombang.journey.certification"
_START = "CREATE FUNCTION certification_refuse_second_thoughts"


def _before() -> str:
    """The guard as it was: its part of guards.sql, made in place."""
    text = store.statement(PACKAGE, "guards")
    part = text[text.index(_START) : text.index("CREATE TRIGGER certification_as_issued")]
    return part.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


class Migration(migrations.Migration):
    """One function, replaced in place: nothing of the table changes."""

    dependencies = (("certification", "0003_work_list"), ("keys", "0001_initial"))
    operations = (migrations.RunSQL(store.statement(PACKAGE, "renewable"), _before()),)
