-- People whose NIK was verified by a virtual instant (R104).
SELECT count(*) FROM verification_identity
WHERE state = 'verified' AND decided_at <= %(as_of)s
