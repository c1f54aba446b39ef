-- One row for every place of every cell.
INSERT INTO selection_place (draw_id, area, tier, number)
SELECT %(draw)s, area, tier, number
FROM unnest(%(areas)s::text[], %(tiers)s::text[], %(counts)s::int[]) AS cell (area, tier, count)
CROSS JOIN LATERAL generate_series(1, cell.count) AS number
