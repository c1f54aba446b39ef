-- Instalments that waited for another account are looked at again once the new one counts.
UPDATE disbursement_instalment AS instalment
SET look_again_at = linked.effective_at,
    held_reason = CASE
        WHEN linked.effective_at > %(now)s::timestamptz THEN 'cooling'
        ELSE instalment.held_reason
    END
FROM unnest(%(people)s::uuid[], %(effective)s::timestamptz[]) AS linked (person_id, effective_at)
WHERE instalment.person_id = linked.person_id
  AND instalment.state = 'held'
  AND instalment.held_reason = ANY(%(reasons)s::text[])
