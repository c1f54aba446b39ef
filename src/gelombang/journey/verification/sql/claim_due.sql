-- Claim the oldest due checks of a kind, together with what is asked about. A check whose lease
-- has run out belongs to a worker that died, and is claimed again; several workers never meet.
WITH due AS (
    SELECT id FROM verification_check
    WHERE kind = %(kind)s AND state IN ('due', 'asked') AND due_at <= %(real_now)s
      AND (state = 'due' OR leased_until <= %(real_now)s)
    ORDER BY due_at, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE verification_check AS claimed
SET state = 'asked', leased_until = %(leased_until)s, attempts = claimed.attempts + 1
FROM due, verification_identity AS identity
WHERE claimed.id = due.id AND identity.id = claimed.identity_id
RETURNING claimed.id AS check_id, claimed.attempts AS attempt,
    identity.nik_sealed, identity.family_card_sealed, identity.name_sealed, identity.sex_sealed,
    identity.birth_place_sealed, identity.birth_date_sealed, identity.province_sealed
