"""The use of a contract, from samples whose truth is known."""

from dataclasses import replace

from gelombang.rehearsal.verification.pace import Sample, used

RATE = 40
STEP = 0.25


def samples(count: int, *, share: float = 1.0, due: int = 1_000) -> list[Sample]:
    """A partner that is asked with a share of its contract all the time."""
    return [
        Sample(
            at=100 + number * STEP, calls=round(number * STEP * RATE * share), due=due,
            calls_per_second=RATE, records_per_call=1,
        )
        for number in range(count)
    ]  # fmt: skip


def changed(found: list[Sample], where: range, **values) -> list[Sample]:
    return [replace(s, **values) if n in where else s for n, s in enumerate(found)]


def test_a_contract_that_is_used_whole_is_used_by_a_hundred_percent():
    found = used(samples(41))
    assert (found.percent, found.seconds, found.calls) == (100.0, 10.0, 400)
    assert not found.excused


def test_one_that_is_used_by_half_tells_so():
    assert used(samples(41, share=0.5)).percent == 50.0


def test_what_is_held_at_the_begin_does_not_count_and_a_stop_later_does():
    held = changed(samples(41), range(11), is_stopped=True, calls=100)
    found = used(held)
    assert (found.seconds, found.percent) == (7.25, 100.0)
    stopped = changed(samples(41), range(20, 41), is_stopped=True, calls=200)
    assert used(stopped).percent == 50.0


def test_a_partner_that_was_never_busy_has_no_figure():
    found = used(samples(41, due=0))
    assert found.percent is None
    assert found.excused == {"nothing due": 10.0}


def test_few_checks_that_a_stretch_would_use_up_are_no_backlog():
    assert used(samples(41, due=9)).percent is None
    assert used(samples(41, due=10)).percent == 100.0


def test_checks_of_a_bulk_partner_must_fill_its_calls():
    bulk = [replace(each, records_per_call=50) for each in samples(41, due=499)]
    assert used(bulk).percent is None
    assert used([replace(each, due=500) for each in bulk]).percent == 100.0


def test_time_that_nobody_asks_in_counts_and_an_outage_does_not():
    silent = samples(21) + [replace(s, at=s.at + 5.25, calls=200) for s in samples(21)]
    assert round(used(silent).percent or 0) == 49
    out = changed(silent, range(21, 42), is_out=True)
    assert used(out).percent == 100.0


def test_probing_is_excused_after_an_outage_only():
    plain = samples(41, share=0.5)
    resting = changed(plain, range(10, 30), is_resting=True, failures_in_row=25)
    assert used(resting).percent == 50.0, "it was never out: that rest is our own"
    after = changed(resting, range(8, 11), is_out=True)
    found = used(after)
    assert set(found.excused) == {"outage", "probing"}
    assert found.seconds == 10.0 - sum(found.excused.values())
    assert found.excused["probing"] > 4


def test_a_rest_is_excused_where_the_partner_asked_for_it():
    plain = samples(41)
    resting = changed(plain, range(10, 20), is_resting=True)
    told = changed(resting, range(10, 14), asks_to_wait=True)
    assert used(resting).excused == {}
    assert used(told).excused == {"retry-after": 1.25}


def test_closed_hours_are_excused_by_their_name():
    closed = changed(samples(41), range(4, 9), is_parked=True)
    assert used(closed).excused == {"closed or spent": 1.5}


def test_a_database_that_was_away_is_no_excuse():
    gap = [*samples(21), *(replace(s, at=s.at + 10, calls=200 + s.calls) for s in samples(21)[1:])]
    assert round(used(gap).percent or 0) == 67, "five seconds of fifteen"
