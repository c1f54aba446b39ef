"""The moves that a notice can make, refused otherwise by the database."""

from django.db import migrations

from gelombang import store
from gelombang.records.notices.rules import NOTICE_MOVES

TABLE = "notices_notice"


class Migration(migrations.Migration):
    """Guards of states."""

    dependencies = (("notices", "0001_initial"), ("audit", "0002_guards"))
    operations = (
        migrations.RunSQL(store.guard_moves(TABLE, NOTICE_MOVES), store.unguard_moves(TABLE)),
    )
