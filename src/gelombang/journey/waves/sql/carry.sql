-- Carry entries out of their wave: not before any close that has happened, whatever the caller's
-- clock said when it came, so that nobody seems to have missed a wave that was still open.
UPDATE waves_entry SET state = 'carried',
    carried_at = GREATEST(%(now)s::timestamptz, (SELECT max(closed_at) FROM waves_wave))
WHERE id = ANY (%(entries)s::bigint[]) AND state = 'joined'
