-- Letters owed since an instant, by address: those of the form, and confirm links sent again
-- because somebody asked to sign in.
SELECT letter.email_index, count(*) AS letters
FROM (
    SELECT asked.email_index
    FROM unnest(%(registrations)s::bigint[], %(email_indexes)s::bytea[])
        AS asked (registration_id, email_index)
    INNER JOIN registration_admission AS admission
        ON admission.registration_id = asked.registration_id
    WHERE admission.letter_owed_at > %(since)s
    UNION ALL
    SELECT asked.email_index
    FROM unnest(%(email_indexes)s::bytea[]) AS asked (email_index)
    INNER JOIN registration_signincode AS code ON code.email_index = asked.email_index
    WHERE code.link_sent AND code.sent_at > %(since)s
) AS letter
GROUP BY letter.email_index
