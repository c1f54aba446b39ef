-- How far the questions are: answered ones, open ones, and those of them that a statement waits for.
-- One reading of the table: whoever looks on must not cost what is looked at.
SELECT
    count(*) FILTER (WHERE state = 'answered') AS answered,
    count(*) FILTER (WHERE state <> 'answered') AS open,
    count(*) FILTER (WHERE state <> 'answered' AND kind = 'civil_registry') AS undecided
FROM verification_check
