-- Two index-only counts: somebody who was erased later had registered all the same.
SELECT
    (SELECT count(*) FROM registration_registration WHERE submitted_at <= %(as_of)s)
        AS registered,
    (SELECT count(*) FROM registration_registration WHERE email_confirmed_at <= %(as_of)s)
        AS email_confirmed
