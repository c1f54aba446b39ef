-- What later packages and the front door may join to.

-- The calendar in force: the latest entry of each subject.
CREATE VIEW schedule_facts AS
SELECT DISTINCT ON (subject) subject, programme_code, name, opens_at, closes_at, announced_at
FROM programme_scheduleentry
ORDER BY subject, id DESC;

-- The door controls, read by the front door once a second: what opens and closes when, and
-- whether an operator holds the door. door_facts.sql adds the other controls to it (migration 0003).
CREATE VIEW door_facts AS
SELECT subject, opens_at, closes_at, name,
       COALESCE(
           (SELECT paused FROM programme_doorcontrol ORDER BY id DESC LIMIT 1), false
       ) AS paused
FROM schedule_facts;

CREATE VIEW programme_facts AS
SELECT id AS programme_version_id, code, number, sha256, loaded_at
FROM programme_programmeversion;
