-- The entries of a set of people, with their tickets where they have one.
SELECT entry.id, entry.wave_id, entry.person_id, ticket.ticket
FROM unnest(%(waves)s::text[], %(people)s::uuid[]) AS asked (wave_id, person_id)
JOIN waves_entry AS entry USING (wave_id, person_id)
LEFT JOIN waves_ticket AS ticket ON ticket.entry_id = entry.id
