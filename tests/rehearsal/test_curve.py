from collections import Counter

from gelombang.rehearsal.curve import SLOTS, write_diaries


def test_everybody_has_a_diary_whose_steps_follow_each_other(population):
    diaries = write_diaries(population.people, seed=7)
    assert len(diaries) == len(population.people)
    for person, diary in diaries:
        assert 0 <= diary.register <= diary.confirm <= diary.identify <= diary.join < SLOTS
        assert diary.register == 0 or not person.in_peak_minute


def test_the_rush_comes_first_and_the_night_is_quiet(population):
    diaries = write_diaries(population.people, seed=7)
    hours = Counter(diary.register // 6 for person, diary in diaries if not person.in_peak_minute)
    assert hours[0] > hours[3] > hours[7]


def test_the_same_seed_writes_the_same_diaries(population):
    assert write_diaries(population.people, seed=7) == write_diaries(population.people, seed=7)
