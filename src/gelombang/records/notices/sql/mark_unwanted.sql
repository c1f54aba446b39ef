INSERT INTO notices_addressee AS addressee (person_id, unwanted_at, status)
SELECT person_id, %(real_now)s::timestamptz, ''
FROM notices_notice
WHERE id = %(id)s AND person_id IS NOT NULL
ON CONFLICT (person_id) DO UPDATE
    SET unwanted_at = coalesce(addressee.unwanted_at, excluded.unwanted_at)
