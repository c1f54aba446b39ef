-- Keep events that are news, and note for which a question must be due again: those about the one
-- person who is verified with that NIK. Of anybody else the reference alone stays.
-- In order of the indexes, so that two messages about the same events wait for each other.
WITH told AS (
    SELECT event.reference_index, event.reason, event.told_at, event.person_index,
        identity.id AS identity_id
    FROM unnest(
        %(references)s::bytea[], %(people)s::bytea[], %(reasons)s::text[],
        %(told_at)s::timestamptz[]
    ) AS event (reference_index, person_index, reason, told_at)
    LEFT JOIN verification_identity AS identity
        ON identity.person_index = event.person_index AND identity.state = 'verified'
        AND %(is_asked)s::boolean
), kept AS (
    INSERT INTO verification_employmentnews (
        reference_index, person_index, code, told_at, taken_at, message_sha256
    )
    SELECT reference_index,
        CASE WHEN identity_id IS NOT NULL THEN person_index END,
        CASE WHEN identity_id IS NOT NULL THEN reason ELSE '' END,
        told_at, %(now)s::timestamptz, %(sha256)s::text
    FROM told
    ORDER BY reference_index
    ON CONFLICT (reference_index) DO NOTHING
    RETURNING id, reference_index
), opened AS (
    INSERT INTO verification_opennews (news_id, identity_id)
    SELECT kept.id, told.identity_id
    FROM kept
    JOIN told USING (reference_index)
    WHERE told.identity_id IS NOT NULL
    RETURNING news_id
)
SELECT (SELECT count(*) FROM kept) AS kept, (SELECT count(*) FROM opened) AS opened
