INSERT INTO registration_admission (submission_id, registration_id, receipt, letter_owed_at)
SELECT
    admitted.submission_id,
    admitted.registration_id,
    admitted.receipt,
    CASE WHEN admitted.has_letter THEN %(real_now)s::timestamptz END
FROM unnest(
    %(submissions)s::bigint[], %(registrations)s::bigint[], %(receipts)s::text[],
    %(has_letter)s::boolean[]
) AS admitted (submission_id, registration_id, receipt, has_letter)
