-- Open questions whose answers are needed by another instant than was known.
UPDATE verification_check AS open
SET needed_by = needed.instant
FROM unnest(%(ids)s::bigint[], %(instants)s::timestamptz[]) AS needed (id, instant)
WHERE open.id = needed.id AND open.state IN ('due', 'asked')
  AND open.needed_by IS DISTINCT FROM needed.instant
