-- The door again, with the instant until which somebody with a ticket from before the close may
-- finish; the quarter of an hour is rules.FINISH.
CREATE OR REPLACE VIEW door_facts AS
SELECT calendar.subject, calendar.opens_at, calendar.closes_at, calendar.name,
       COALESCE(control.paused, false) AS paused,
       calendar.subject <> 'registration' OR EXISTS (
           SELECT FROM programme_signoff AS signoff
           WHERE signoff.subject = calendar.subject AND signoff.opens_at = calendar.opens_at
       ) AS signed_off,
       COALESCE(control.admission_per_second, 2500) AS admission_per_second,
       COALESCE(control.proof_cost, 100) AS proof_cost,
       COALESCE(control.address_per_minute, 60) AS address_per_minute,
       COALESCE(control.network_per_minute, 1200) AS network_per_minute,
       COALESCE(control.house_admission, false) AS house_admission,
       calendar.closes_at + interval '15 minutes' AS finish_until
FROM schedule_facts AS calendar
LEFT JOIN (
    SELECT paused, admission_per_second, proof_cost, address_per_minute, network_per_minute,
           house_admission
    FROM programme_doorcontrol
    ORDER BY id DESC
    LIMIT 1
) AS control ON true;
