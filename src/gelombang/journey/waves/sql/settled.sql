-- Every entry of a wave is settled or carried.
UPDATE waves_wave SET settled_at = %(now)s WHERE id = %(wave)s
