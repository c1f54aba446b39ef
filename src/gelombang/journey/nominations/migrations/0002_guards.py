"""The moves that a nomination can make, refused otherwise by the database."""

from django.db import migrations

from gelombang import store
from gelombang.journey.nominations.rules import NOMINATION_MOVES

TABLE = "nominations_nomination"


class Migration(migrations.Migration):
    """Guards of states."""

    dependencies = (("nominations", "0001_initial"), ("audit", "0002_guards"))
    operations = (
        migrations.RunSQL(store.guard_moves(TABLE, NOMINATION_MOVES), store.unguard_moves(TABLE)),
    )
