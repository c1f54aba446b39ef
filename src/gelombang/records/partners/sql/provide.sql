-- A partner's row with the contract of a programme version. A later version changes the contract and
-- nothing else: permits, health and what stopped the partner stay. The same or an earlier version
-- changes nothing, so that a worker that still reads the old one never undoes the new one.
INSERT INTO partners_partner AS known (
    code, name, calls_per_second, burst, batch_size, programme_version, permits, refilled_at,
    failures_in_row, stopped_reason, calls, answers, outages
)
VALUES (
    %(code)s, %(name)s, %(calls_per_second)s, %(burst)s, %(batch_size)s, %(version)s, %(burst)s,
    %(real_now)s, 0, '', 0, 0, 0
)
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name,
    calls_per_second = excluded.calls_per_second,
    burst = excluded.burst,
    batch_size = excluded.batch_size,
    programme_version = excluded.programme_version
WHERE known.programme_version < excluded.programme_version
