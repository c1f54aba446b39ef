"""Freeze a wave's candidates, draw, award, publish; then the answers and deadlines of awards.

Each verb is a bounded, resumable step.
"""

from gelombang.journey.selection.actions.accepting import accept, decline
from gelombang.journey.selection.actions.awarding import award, resume_awards
from gelombang.journey.selection.actions.freezing import assess, commit, request_freeze
from gelombang.journey.selection.actions.lapsing import expire_balances, lapse_due, remind_due
from gelombang.journey.selection.actions.lots import draw, note_missing_round, request_draw
from gelombang.journey.selection.actions.publishing import publish

__all__ = [
    "accept",
    "assess",
    "award",
    "commit",
    "decline",
    "draw",
    "expire_balances",
    "lapse_due",
    "note_missing_round",
    "publish",
    "remind_due",
    "request_draw",
    "request_freeze",
    "resume_awards",
]
