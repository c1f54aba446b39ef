"""Guards of states and of append-only tables, and the two cursors of the intake."""

from django.db import migrations

from gelombang import store
from gelombang.journey.registration.rules import REGISTRATION_MOVES

TABLE = "registration_registration"
APPEND_ONLY = ("registration_submission", "email_confirmation", "registration_admission")
CURSORS = """
INSERT INTO registration_intakecursor (intake, xid, row_id)
VALUES ('registration_submission', '0', 0), ('email_confirmation', '0', 0)
"""
NO_CURSORS = "DELETE FROM registration_intakecursor"


class Migration(migrations.Migration):
    """What the database itself refuses, and where pulling begins."""

    dependencies = (("registration", "0001_initial"), ("audit", "0002_guards"))
    operations = (
        migrations.RunSQL(store.guard_moves(TABLE, REGISTRATION_MOVES), store.unguard_moves(TABLE)),
        *(
            migrations.RunSQL(store.append_only(table), store.not_append_only(table))
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(CURSORS, NO_CURSORS),
    )
