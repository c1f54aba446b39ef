-- Certificates issued by an instant, those revoked by then, and how many people hold a valid one.
SELECT count(*) AS issued,
    count(*) FILTER (WHERE revoked_at <= %(as_of)s) AS revoked,
    count(DISTINCT person_id) FILTER (WHERE revoked_at IS NULL OR revoked_at > %(as_of)s) AS holders
FROM certification_certificate
WHERE issued_at <= %(as_of)s
