-- Of the people whom these notices were for. A notice without a person says nothing about anybody,
-- and a letter of before a change of address is about the old one.
INSERT INTO notices_addressee AS addressee (person_id, unreachable_at, status)
SELECT DISTINCT ON (notice.person_id) notice.person_id, %(real_now)s::timestamptz, %(status)s::text
FROM notices_notice AS notice
LEFT JOIN notices_addressee AS known ON known.person_id = notice.person_id
WHERE
    notice.id = ANY(%(ids)s::bigint[])
    AND notice.person_id IS NOT NULL
    AND notice.channel = 'email'
    AND (known.readdressed_at IS NULL OR notice.sent_at IS NULL
        OR notice.sent_at > known.readdressed_at)
ORDER BY notice.person_id
ON CONFLICT (person_id) DO UPDATE
    SET
        unreachable_at = coalesce(addressee.unreachable_at, excluded.unreachable_at),
        status = excluded.status
