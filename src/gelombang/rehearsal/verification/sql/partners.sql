-- How each partner stands: its contract, what keeps us from asking, and how many checks may be asked
-- now, counted up to two seconds' worth of them.
SELECT partner.code, partner.calls_per_second, partner.batch_size, partner.parked_until,
    coalesce(partner.resting_until > %(real_now)s::timestamptz, false) AS is_resting,
    partner.stopped_reason <> '' AS is_stopped,
    partner.failures_in_row, partner.unsent, waiting.due
FROM partners_partner AS partner
CROSS JOIN LATERAL (
    SELECT count(*) AS due FROM (
        SELECT 1 FROM verification_check AS question
        WHERE question.kind = partner.code AND question.state = 'due'
          AND question.due_at <= %(real_now)s::timestamptz
        LIMIT least(partner.calls_per_second, 2000) * partner.batch_size * 2
    ) AS bounded
) AS waiting
WHERE partner.code = ANY(%(codes)s::text[])
