-- The next requests in commit order, beside everything that decides them. Requests of transactions
-- that are still running wait: a row never appears behind the cursor. The batch is taken before
-- anything is joined to it, else a long queue would be joined as a whole for each batch.
-- Who finished after the close with a ticket from before it counts as having come when the ticket
-- was issued; whether the stage of the person's verified area has opened is judged by the arrival
-- itself, since a ticket may be older than the stage. Nobody knows the area of somebody who is still
-- being checked: they join from the latest stage on.
WITH request AS MATERIALIZED (
    SELECT id, xid, wave_id, person_id, received_at, claimed_at
    FROM wave_entry_request
    WHERE (xid, id) > (%(xid)s::xid8, %(row_id)s)
      AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid, id
    LIMIT %(limit)s
), stages AS MATERIALIZED (
    SELECT subject, area, opens_at FROM stage_facts
), final AS (
    SELECT subject, max(opens_at) AS opens_at FROM stages GROUP BY subject
)

SELECT request.id, request.xid::text AS xid, request.wave_id, request.person_id,
       COALESCE(request.claimed_at, request.received_at) AS received_at,
       wave.number, calendar.opens_at, calendar.closes_at, wave.programme_version_id,
       COALESCE(
           CASE WHEN facts.state = 'verified' THEN COALESCE(stage.opens_at, rest.opens_at)
                ELSE final.opens_at END > request.received_at, false
       ) AS is_before_stage,
       COALESCE(
           facts.state = 'verified' AND facts.decided_at <= request.received_at, false
       ) AS is_verified,
       EXISTS (
           SELECT FROM statement_facts AS stated
           WHERE stated.person_id = request.person_id
             AND stated.submitted_at <= COALESCE(request.claimed_at, request.received_at)
             AND (stated.state <> 'refuted'
                  OR stated.decided_at > COALESCE(request.claimed_at, request.received_at))
       ) AS is_stated
FROM request
LEFT JOIN waves_wave AS wave ON wave.id = request.wave_id
LEFT JOIN schedule_facts AS calendar ON calendar.subject = request.wave_id
LEFT JOIN verification_facts AS facts ON facts.person_id = request.person_id
LEFT JOIN stages AS stage ON stage.subject = request.wave_id AND stage.area = facts.area
LEFT JOIN stages AS rest ON rest.subject = request.wave_id AND rest.area = ''
LEFT JOIN final ON final.subject = request.wave_id
ORDER BY request.xid, request.id
