"""Moves of draws and awards, places that are never more than the quota, awards that fit them."""

from importlib import resources

from django.db import migrations

from gelombang import store
from gelombang.journey.selection.rules import AWARD_MOVES, DRAW_MOVES

GUARDED = {"selection_draw": DRAW_MOVES, "selection_award": AWARD_MOVES}
APPEND_ONLY = ("selection_place", "selection_merklelevel")
GUARDS = (resources.files("gelombang.journey.selection") / "sql" / "guards.sql").read_text(
    encoding="utf-8"
)
NO_GUARDS = """
DROP TRIGGER selection_award_fits ON selection_award;
DROP FUNCTION selection_refuse_misfit();
DROP TRIGGER selection_place_quota ON selection_place;
DROP FUNCTION selection_refuse_oversale();
DROP TRIGGER selection_draw_frozen ON selection_draw;
DROP FUNCTION selection_refuse_second_thoughts();
"""


class Migration(migrations.Migration):
    """Guards of the draw."""

    dependencies = (
        ("selection", "0001_initial"),
        ("audit", "0002_guards"),
        ("waves", "0002_guards"),
    )
    operations = (
        *(
            migrations.RunSQL(store.guard_moves(table, moves), store.unguard_moves(table))
            for table, moves in GUARDED.items()
        ),
        *(
            migrations.RunSQL(store.append_only(table), store.not_append_only(table))
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    )
