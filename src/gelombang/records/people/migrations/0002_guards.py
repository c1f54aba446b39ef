"""The moves that a lifetime claim can make, refused otherwise by the database."""

from django.db import migrations

from gelombang import store
from gelombang.records.people.rules import CLAIM_MOVES

TABLE = "people_lifetimeclaim"


class Migration(migrations.Migration):
    """Guards of states."""

    dependencies = (("people", "0001_initial"), ("audit", "0002_guards"))
    operations = (
        migrations.RunSQL(store.guard_moves(TABLE, CLAIM_MOVES), store.unguard_moves(TABLE)),
    )
