"""Freeze a wave's candidates, draw, award, publish. Each verb is a bounded, resumable step."""

from gelombang.journey.selection.actions.awarding import award, resume_awards
from gelombang.journey.selection.actions.freezing import assess, commit, request_freeze
from gelombang.journey.selection.actions.lots import draw, note_missing_round, request_draw
from gelombang.journey.selection.actions.publishing import publish

__all__ = [
    "assess",
    "award",
    "commit",
    "draw",
    "note_missing_round",
    "publish",
    "request_draw",
    "request_freeze",
    "resume_awards",
]
