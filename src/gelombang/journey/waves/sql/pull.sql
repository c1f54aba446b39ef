-- The next requests in commit order, beside everything that decides them. Requests of transactions
-- that are still running wait: a row never appears behind the cursor. The batch is taken before
-- anything is joined to it, else a long queue would be joined as a whole for each batch.
-- Who finished after the close with a ticket from before it counts as having come when the ticket
-- was issued; whether the stage of the person's verified area has opened is judged by the arrival
-- itself, since a ticket may be older than the stage.
WITH request AS MATERIALIZED (
    SELECT id, xid, wave_id, person_id, received_at, claimed_at
    FROM wave_entry_request
    WHERE (xid, id) > (%(xid)s::xid8, %(row_id)s)
      AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid, id
    LIMIT %(limit)s
), stages AS MATERIALIZED (
    SELECT subject, area, opens_at FROM stage_facts
)

SELECT request.id, request.xid::text AS xid, request.wave_id, request.person_id,
       COALESCE(request.claimed_at, request.received_at) AS received_at,
       wave.number, calendar.opens_at, calendar.closes_at,
       COALESCE(
           COALESCE(stage.opens_at, rest.opens_at) > request.received_at, false
       ) AS is_before_stage,
       COALESCE(
           facts.state = 'verified' AND facts.decided_at <= request.received_at, false
       ) AS is_verified
FROM request
LEFT JOIN waves_wave AS wave ON wave.id = request.wave_id
LEFT JOIN schedule_facts AS calendar ON calendar.subject = request.wave_id
LEFT JOIN verification_facts AS facts ON facts.person_id = request.person_id
LEFT JOIN stages AS stage ON stage.subject = request.wave_id AND stage.area = facts.area
LEFT JOIN stages AS rest ON rest.subject = request.wave_id AND rest.area = ''
ORDER BY request.xid, request.id
