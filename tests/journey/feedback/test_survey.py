"""The questions: few, closed, in both languages, and each with a way to say no."""

import pytest
from hypothesis import given, strategies as st

from gelombang.journey.feedback import survey
from gelombang.journey.feedback.survey import EMPLOYMENT, MOST_QUESTIONS

QUESTIONS = EMPLOYMENT.questions
ANY_ANSWERS = st.dictionaries(
    st.sampled_from([*(each.code for each in QUESTIONS), "lain"]),
    st.one_of(
        st.none(), st.text(max_size=5), st.integers(), st.lists(st.text(max_size=3), max_size=2),
        st.sampled_from([option.code for each in QUESTIONS for option in each.options]),
    ),
)  # fmt: skip


def test_it_is_short_closed_and_in_both_languages():
    assert len(QUESTIONS) <= MOST_QUESTIONS
    assert len({each.code for each in QUESTIONS}) == len(QUESTIONS)
    for question in QUESTIONS:
        codes = [option.code for option in question.options]
        assert 2 <= len(codes) == len(set(codes)), question.code
        texts = [question.text, *(option.text for option in question.options)]
        assert all(text.id.strip() and text.en.strip() for text in texts)
        assert all(text.id != text.en for text in texts), question.code
        for language in ("id", "en"):
            shown = [option.text.in_language(language) for option in question.options]
            assert len(set(shown)) == len(shown), question.code


@given(answers=ANY_ANSWERS)
def test_answers_are_taken_whole_or_every_problem_is_named(answers):
    problems = survey.problems_of(EMPLOYMENT, answers)
    if not problems:
        assert survey.check_answers(EMPLOYMENT, answers) == answers
        return
    assert all(problem.field == name for name, problem in problems.items())
    with pytest.raises(type(next(iter(problems.values())))):
        survey.check_answers(EMPLOYMENT, answers)


@given(st.data())
def test_any_choice_of_options_is_taken(data):
    answers = {
        each.code: data.draw(st.sampled_from([option.code for option in each.options]))
        for each in QUESTIONS
    }
    assert survey.check_answers(EMPLOYMENT, answers) == answers


def test_an_unknown_survey_is_refused():
    assert survey.survey_called("employment") is EMPLOYMENT
    with pytest.raises(survey.SurveyUnknown):
        survey.survey_called("kesehatan")
