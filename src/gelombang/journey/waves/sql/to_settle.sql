-- The next entrants of a wave, and whether a registry that the rules need has yet to answer about
-- them: their identity is being checked or disputed, or a fact about them is missing.
SELECT entry.id AS entry_id, entry.person_id, ticket.ticket,
       facts.state IS NULL OR facts.state IN ('pending', 'disputed')
       OR facts.state = 'verified' AND (
           %(needs_enrolled)s AND facts.enrolled_verdict IS NULL
           OR %(needs_social_aid)s AND facts.social_aid_verdict IS NULL
           OR %(needs_employed)s AND facts.employed_verdict IS NULL
           OR %(needs_excluded)s AND facts.excluded_verdict IS NULL
       ) AS is_unknown
FROM waves_entry AS entry
JOIN waves_ticket AS ticket ON ticket.entry_id = entry.id
LEFT JOIN verification_facts AS facts ON facts.person_id = entry.person_id
WHERE entry.wave_id = %(wave)s AND entry.state = 'joined' AND entry.id > %(after)s
ORDER BY entry.id
LIMIT %(limit)s
