-- The neighbours of a leaf on its way to the root: 32 bytes of each level.
SELECT wanted.level, wanted.side, substring(stored.hashes FROM wanted.position * 32 + 1 FOR 32)
    AS hash
FROM unnest(%(levels)s::int[], %(positions)s::int[], %(sides)s::text[])
    AS wanted (level, position, side)
JOIN selection_merklelevel AS stored
    ON stored.draw_id = %(draw)s AND stored.level = wanted.level
ORDER BY wanted.level
