-- Keep the judgements of one batch.
INSERT INTO selection_candidate
    (entry_id, draw_id, person_id, ticket, area, tier, eligible, reasons, decided_at,
     score, outcome, withheld)
SELECT entry_id, %(draw)s, person_id, ticket, area, tier, reasons = '[]', reasons, %(now)s,
       '', '', ''
FROM unnest(%(entries)s::bigint[], %(people)s::uuid[], %(tickets)s::text[], %(areas)s::text[],
            %(tiers)s::text[], %(reasons)s::jsonb[])
    AS judged (entry_id, person_id, ticket, area, tier, reasons)
