"""Load the catalogue, buy, give back, call a class off, answer providers, take over ratings."""

from gelombang.journey.learning.actions.buying import buy, cancel
from gelombang.journey.learning.actions.calling import answer_call, forget_calls
from gelombang.journey.learning.actions.cancelling import cancel_course, give_back_called_off
from gelombang.journey.learning.actions.loading import load_catalogue
from gelombang.journey.learning.actions.rating import take_ratings

__all__ = [
    "answer_call",
    "buy",
    "cancel",
    "cancel_course",
    "forget_calls",
    "give_back_called_off",
    "load_catalogue",
    "take_ratings",
]
