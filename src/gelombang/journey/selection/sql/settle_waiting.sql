-- The next winners who waited for a fresh answer and have it now, in the order of their entries.
SELECT candidate.entry_id, candidate.person_id, candidate.ticket, candidate.eligible,
       candidate.reasons, candidate.outcome, candidate.waiting_rank, candidate.place_id,
       facts.lifetime_index
FROM selection_candidate AS candidate
JOIN verification_facts AS facts ON facts.person_id = candidate.person_id
WHERE candidate.draw_id = %(draw)s AND candidate.rechecks_since IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM unnest(%(kinds)s::text[]) AS needed (kind)
      WHERE NOT EXISTS (
          SELECT FROM attestation_facts AS attested
          WHERE attested.person_id = candidate.person_id AND attested.kind = needed.kind
            AND attested.expires_at > %(now)s::timestamptz
      )
  )
ORDER BY candidate.entry_id
LIMIT %(limit)s
