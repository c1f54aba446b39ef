-- The door, read by the front door once a second: what opens and closes when, whether the opening
-- is signed off (only that of registration needs it), and the controls that an operator set. The
-- defaults before anybody set one are those of rules.DoorControls.
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
       COALESCE(control.house_admission, false) AS house_admission
FROM schedule_facts AS calendar
LEFT JOIN (
    SELECT paused, admission_per_second, proof_cost, address_per_minute, network_per_minute,
           house_admission
    FROM programme_doorcontrol
    ORDER BY id DESC
    LIMIT 1
) AS control ON true;
