-- The instant by the database's clock, once the partner's row is locked. Paces need one clock for all
-- machines; every other instant comes from the entrance as a parameter.
SELECT clock_timestamp()
