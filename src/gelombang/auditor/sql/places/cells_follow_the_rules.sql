-- Each cell has the places that the published rules give it: largest remainder, earlier tier first.
-- over selection_place
WITH area AS (
    SELECT draw.id AS draw_id, draw.wave_id, each_area ->> 'code' AS area,
        (each_area ->> 'places')::bigint AS places
    FROM selection_draw AS draw,
        LATERAL jsonb_array_elements(draw.rules_file::jsonb -> 'areas') AS each_area
    WHERE draw.state IN ('drawn', 'awarded')
),

share AS (
    SELECT area.*, tier.value ->> 'code' AS tier, tier.ordinality,
        area.places * (tier.value ->> 'share_percent')::bigint / 100 AS whole,
        area.places * (tier.value ->> 'share_percent')::bigint % 100 AS remainder
    FROM area
    JOIN selection_draw AS draw ON draw.id = area.draw_id,
        LATERAL jsonb_array_elements(draw.rules_file::jsonb -> 'tiers') WITH ORDINALITY AS tier
),

expected AS (
    SELECT draw_id, wave_id, area, tier,
        whole + CASE WHEN row_number() OVER (
            PARTITION BY draw_id, area ORDER BY remainder DESC, ordinality
        ) <= places - sum(whole) OVER (PARTITION BY draw_id, area) THEN 1 ELSE 0 END AS places
    FROM share
),

present AS (
    SELECT place.draw_id, place.area, place.tier, count(*) AS places
    FROM selection_place AS place
    GROUP BY place.draw_id, place.area, place.tier
)

SELECT 'cell:' || draw.wave_id || ':' || coalesce(expected.area, present.area)
    || ':' || coalesce(expected.tier, present.tier) AS offender,
    'has ' || coalesce(present.places, 0) || ' places, the rules give '
    || coalesce(expected.places, 0) AS problem
FROM expected
FULL JOIN present USING (draw_id, area, tier)
JOIN selection_draw AS draw ON draw.id = draw_id
WHERE coalesce(expected.places, 0) <> coalesce(present.places, 0)
