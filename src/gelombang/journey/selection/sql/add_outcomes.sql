-- Write the outcomes of a part of the result beside its candidates, with the place each one won.
UPDATE selection_candidate AS candidate
SET score = result.score, outcome = result.outcome, won_in_pass = result.won_in_pass,
    waiting_rank = result.waiting_rank, place_id = place.id
FROM unnest(%(tickets)s::text[], %(scores)s::text[], %(outcomes)s::text[], %(passes)s::int[],
            %(ranks)s::int[], %(areas)s::text[], %(tiers)s::text[], %(numbers)s::int[])
    AS result (ticket, score, outcome, won_in_pass, waiting_rank, area, tier, number)
LEFT JOIN selection_place AS place
    ON place.draw_id = %(draw)s AND place.area = result.area AND place.tier = result.tier
    AND place.number = result.number
WHERE candidate.ticket = result.ticket COLLATE "C" AND candidate.draw_id = %(draw)s
