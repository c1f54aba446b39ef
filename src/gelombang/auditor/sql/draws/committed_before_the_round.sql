-- A list is published at least one hour before the round that draws it, and drawn after that round.
-- over selection_draw
SELECT 'draw:' || wave_id AS offender,
    CASE WHEN published_at IS NULL OR beacon_at IS NULL OR beacon_round IS NULL THEN 'is frozen without a commitment'
         WHEN beacon_at < published_at + interval '1 hour' THEN 'committed too late for its round'
         ELSE 'was drawn before its round' END AS problem
FROM selection_draw
WHERE state IN ('frozen', 'drawn', 'awarded')
  AND (published_at IS NULL OR beacon_at IS NULL OR beacon_round IS NULL
       OR beacon_at < published_at + interval '1 hour'
       OR drawn_at < beacon_at
       OR (state IN ('drawn', 'awarded') AND drawn_at IS NULL))
