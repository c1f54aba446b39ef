-- Entrants about whom a registry that the rules need has not answered yet, counted up to a limit:
-- a partner's fault is never a verdict, so the freeze waits for them. Where people join while their
-- identity is checked, an open identity counts too, and they are carried instead.
SELECT count(*) FROM (
    SELECT FROM wave_entry_facts AS entry
    JOIN verification_facts AS facts ON facts.person_id = entry.person_id
    WHERE entry.wave_id = %(wave)s AND entry.state = 'joined'
      AND (facts.state = 'verified'
           AND (%(needs_enrolled)s AND facts.enrolled_verdict IS NULL
                OR %(needs_social_aid)s AND facts.social_aid_verdict IS NULL
                OR %(needs_employed)s AND facts.employed_verdict IS NULL
                OR %(needs_excluded)s AND facts.excluded_verdict IS NULL)
           OR %(is_pending_open)s AND facts.state IN ('pending', 'disputed'))
    LIMIT %(limit)s
) AS waiting
