-- Keep which winners may not have their award, and why: a bar that came between the freeze and the
-- award, or a registry's newer answer.
UPDATE selection_candidate AS candidate SET withheld = barred.reason
FROM unnest(%(candidates)s::bigint[], %(reasons)s::text[]) AS barred (entry_id, reason)
WHERE candidate.entry_id = barred.entry_id
