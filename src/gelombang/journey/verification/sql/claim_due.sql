-- Claim due checks of a kind, together with what is asked about: most of them of people whose wave
-- closes next, a fixed share by age alone, and where one sort runs out the other fills its place.
-- A claimed check is due again when its lease ends, so it stands behind all that may be asked now; if
-- its worker died, it is claimed again then. Several workers never meet. Each sort is read from the
-- head of its own index; the arrays keep the planner from joining whole tables to a few claims.
WITH soonest AS (
    SELECT id FROM verification_check
    WHERE kind = %(kind)s AND state IN ('due', 'asked') AND needed_by IS NOT NULL
      AND due_at <= %(real_now)s
    ORDER BY needed_by, due_at, id
    LIMIT %(soonest)s
    FOR UPDATE SKIP LOCKED
), oldest AS (
    SELECT id FROM verification_check
    WHERE kind = %(kind)s AND state IN ('due', 'asked') AND due_at <= %(real_now)s
      AND NOT id = ANY(ARRAY(SELECT id FROM soonest))
    ORDER BY due_at, id
    LIMIT %(limit)s - (SELECT count(*) FROM soonest)
    FOR UPDATE SKIP LOCKED
)
UPDATE verification_check AS claimed
SET state = 'asked', leased_until = %(leased_until)s, due_at = %(leased_until)s,
    attempts = claimed.attempts + 1
FROM verification_identity AS identity
WHERE claimed.id = ANY(ARRAY(SELECT id FROM soonest UNION ALL SELECT id FROM oldest))
  AND identity.id = claimed.identity_id
RETURNING claimed.id AS check_id, claimed.attempts AS attempt,
    identity.nik_sealed, identity.family_card_sealed, identity.name_sealed, identity.sex_sealed,
    identity.birth_place_sealed, identity.birth_date_sealed, identity.province_sealed
