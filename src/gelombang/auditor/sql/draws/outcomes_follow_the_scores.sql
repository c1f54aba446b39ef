-- Who won in which pass, and who waits at which rank, is what the scores and the places give.
-- over selection_candidate
WITH drawn AS (
    SELECT id, wave_id, rules_file::jsonb AS rules
    FROM selection_draw
    WHERE state IN ('drawn', 'awarded')
),

tier_order AS (
    SELECT drawn.id AS draw_id, tier.value ->> 'code' AS tier, tier.ordinality AS position
    FROM drawn CROSS JOIN LATERAL jsonb_array_elements(drawn.rules -> 'tiers') WITH ORDINALITY AS tier
),

area_places AS (
    SELECT drawn.id AS draw_id, area.value ->> 'code' AS area, (area.value ->> 'places')::bigint AS places
    FROM drawn CROSS JOIN LATERAL jsonb_array_elements(drawn.rules -> 'areas') AS area
),

cell_places AS (
    SELECT draw_id, area, tier, count(*) AS places
    FROM selection_place
    GROUP BY draw_id, area, tier
),

-- A candidate's order in the nation: earlier tier first, then score, then ticket.
ordered AS (
    SELECT candidate.*, tier_order.position AS tier_position,
        row_number() OVER (
            PARTITION BY candidate.draw_id, candidate.area, candidate.tier
            ORDER BY candidate.score COLLATE "C", candidate.ticket COLLATE "C"
        ) AS place_in_cell
    FROM selection_candidate AS candidate
    JOIN drawn ON drawn.id = candidate.draw_id
    LEFT JOIN tier_order ON tier_order.draw_id = candidate.draw_id AND tier_order.tier = candidate.tier
    WHERE candidate.eligible
),

first_pass AS (
    SELECT ordered.*, place_in_cell <= coalesce(cell_places.places, 0) AS wins_first
    FROM ordered
    LEFT JOIN cell_places USING (draw_id, area, tier)
),

second_pass AS (
    SELECT first_pass.*,
        NOT wins_first AND row_number() OVER (
            PARTITION BY draw_id, area, wins_first
            ORDER BY tier_position, score COLLATE "C", ticket COLLATE "C"
        ) <= coalesce(area_places.places, 0)
             - count(*) FILTER (WHERE wins_first) OVER (PARTITION BY draw_id, area) AS wins_second
    FROM first_pass
    LEFT JOIN area_places USING (draw_id, area)
),

third_pass AS (
    SELECT second_pass.*,
        row_number() OVER (
            PARTITION BY draw_id, wins_first OR wins_second
            ORDER BY tier_position, score COLLATE "C", ticket COLLATE "C"
        ) AS place_in_nation,
        (drawn.rules ->> 'quota')::bigint
        - count(*) FILTER (WHERE wins_first OR wins_second) OVER (PARTITION BY draw_id) AS places_left
    FROM second_pass
    JOIN drawn ON drawn.id = second_pass.draw_id
),

expected AS (
    SELECT ticket, outcome, won_in_pass, waiting_rank,
        CASE WHEN wins_first THEN 1 WHEN wins_second THEN 2 WHEN place_in_nation <= places_left THEN 3 END
            AS wins_in_pass,
        CASE WHEN NOT wins_first AND NOT wins_second AND place_in_nation > places_left
             THEN place_in_nation - places_left END AS waits_at
    FROM third_pass
)

SELECT 'candidate:' || ticket AS offender,
    'is ' || coalesce('a winner of pass ' || won_in_pass, 'waiting at ' || waiting_rank, 'neither winner nor waiting')
    || ', the scores give ' || coalesce('pass ' || wins_in_pass, 'rank ' || waits_at) AS problem
FROM expected
WHERE wins_in_pass IS DISTINCT FROM won_in_pass
   OR waits_at IS DISTINCT FROM waiting_rank
   OR (outcome = 'selected') <> (wins_in_pass IS NOT NULL)
