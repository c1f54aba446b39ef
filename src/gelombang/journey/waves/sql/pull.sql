-- The next requests in commit order, beside everything that decides them. Requests of transactions
-- that are still running wait: a row never appears behind the cursor. Who finished after the close
-- with a ticket from before it counts as having come when the ticket was issued.
SELECT request.id, request.xid::text AS xid, request.wave_id, request.person_id,
       COALESCE(request.claimed_at, request.received_at) AS received_at,
       wave.number, calendar.opens_at, calendar.closes_at,
       COALESCE(
           facts.state = 'verified' AND facts.decided_at <= request.received_at, false
       ) AS is_verified
FROM wave_entry_request AS request
LEFT JOIN waves_wave AS wave ON wave.id = request.wave_id
LEFT JOIN schedule_facts AS calendar ON calendar.subject = request.wave_id
LEFT JOIN verification_facts AS facts ON facts.person_id = request.person_id
WHERE (request.xid, request.id) > (%(xid)s::xid8, %(row_id)s)
  AND request.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY request.xid, request.id
LIMIT %(limit)s
