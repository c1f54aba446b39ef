-- Rows of the intake and of the waiting room, and the bytes of everything in this database.
SELECT
    (SELECT count(*) FROM registration_submission) AS submissions,
    (SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
     WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace) AS bytes
