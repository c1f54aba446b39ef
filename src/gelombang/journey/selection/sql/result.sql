-- The lines of result.csv in their published order: the selected by pass, area, tier in the order
-- of the rules (pass 3 of the whole nation: by tier only), score and ticket; then who waits.
SELECT ticket, area, tier, score, outcome, won_in_pass
FROM selection_candidate
WHERE draw_id = %(draw)s AND eligible
ORDER BY won_in_pass NULLS LAST, waiting_rank,
    CASE WHEN won_in_pass < 3 THEN area COLLATE "C" END,
    array_position(%(tiers)s::text[], tier::text), score COLLATE "C", ticket
