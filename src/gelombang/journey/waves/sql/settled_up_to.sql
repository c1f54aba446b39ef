-- How far a wave's entries are settled or carried.
UPDATE waves_wave SET settling_entry = %(entry)s WHERE id = %(wave)s
