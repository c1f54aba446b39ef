-- The next entrants of a wave beside the facts they are judged by, in the order of their entries. Facts
-- of registries that not every programme asks are looked up only where a rule needs them.
SELECT entry.entry_id, entry.person_id, entry.ticket,
       COALESCE(facts.state = 'verified', false) AS is_verified,
       COALESCE(facts.state = 'refuted', false) AS is_refuted,
       COALESCE(facts.area, '') AS area, facts.decided_at, facts.birth_date_sealed,
       facts.enrolled_verdict, facts.enrolled_source, facts.enrolled_code, facts.enrolled_at,
       facts.social_aid_verdict, facts.social_aid_source, facts.social_aid_code,
       facts.social_aid_at,
       CASE WHEN %(needs_employed)s THEN facts.employed_verdict END AS employed_verdict,
       CASE WHEN %(needs_employed)s THEN facts.employed_source END AS employed_source,
       CASE WHEN %(needs_employed)s THEN facts.employed_code END AS employed_code,
       CASE WHEN %(needs_employed)s THEN facts.employed_at END AS employed_at,
       CASE WHEN %(needs_excluded)s THEN facts.excluded_verdict END AS excluded_verdict,
       CASE WHEN %(needs_excluded)s THEN facts.excluded_source END AS excluded_source,
       CASE WHEN %(needs_excluded)s THEN facts.excluded_code END AS excluded_code,
       CASE WHEN %(needs_excluded)s THEN facts.excluded_at END AS excluded_at,
       EXISTS (
           SELECT FROM lifetime_claim_facts AS claim
           WHERE claim.lifetime_index = facts.lifetime_index AND claim.state IN ('held', 'used')
       ) AS is_served
FROM wave_entry_facts AS entry
LEFT JOIN verification_facts AS facts ON facts.person_id = entry.person_id
WHERE entry.wave_id = %(wave)s AND entry.state = 'joined' AND entry.entry_id > %(after)s
ORDER BY entry.entry_id
LIMIT %(limit)s
