-- The payments that answered surveys earned are due from their answers on. An answer to an award
-- without instalments yet is passed by: planning looks at it by itself.
WITH answered AS (
    SELECT xid, award_id, answered_at
    FROM survey_facts
    WHERE survey = %(survey)s AND xid >= %(since)s::text::xid8
    ORDER BY xid
    LIMIT %(limit)s
), earned AS (
    UPDATE disbursement_instalment AS instalment
    SET due_at = answered.answered_at
    FROM answered
    WHERE instalment.award_id = answered.award_id AND instalment.kind = %(kind)s
      AND instalment.number = 1 AND instalment.state = 'planned' AND instalment.due_at IS NULL
    RETURNING instalment.id
)
SELECT
    (SELECT count(*) FROM answered) AS seen,
    (SELECT count(*) FROM earned) AS earned,
    (SELECT xid::text FROM answered ORDER BY xid DESC LIMIT 1) AS last
