INSERT INTO registration_admission (submission_id, registration_id, letter_owed_at)
SELECT
    admitted.submission_id,
    admitted.registration_id,
    CASE WHEN admitted.has_letter THEN %(real_now)s::timestamptz END
FROM unnest(%(submissions)s::bigint[], %(registrations)s::bigint[], %(has_letter)s::boolean[])
    AS admitted (submission_id, registration_id, has_letter)
