-- The roles of a deployment, run once by a superuser in the empty database of the programme:
--   psql -v ON_ERROR_STOP=1 -d gelombang -f deploy/roles.sql
-- Give each role that logs in its password with \password. `gelombang migrate` runs as
-- gelombang_owner; the house, the worker and the front door run as what follows; the auditor
-- reads and nothing else.

CREATE ROLE gelombang_owner LOGIN;
CREATE ROLE gelombang_house LOGIN;
CREATE ROLE gelombang_door LOGIN;
CREATE ROLE gelombang_auditor LOGIN;

ALTER ROLE gelombang_auditor SET default_transaction_read_only = on;
ALTER ROLE gelombang_house SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE gelombang_door SET statement_timeout = '10s';

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO gelombang_owner;
GRANT USAGE ON SCHEMA public TO gelombang_house, gelombang_door, gelombang_auditor;

-- What the owner creates from now on. Append-only tables refuse UPDATE and DELETE by trigger, for
-- every role; nobody but the owner may TRUNCATE.
ALTER DEFAULT PRIVILEGES FOR ROLE gelombang_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO gelombang_house;
ALTER DEFAULT PRIVILEGES FOR ROLE gelombang_owner IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO gelombang_house, gelombang_door;
ALTER DEFAULT PRIVILEGES FOR ROLE gelombang_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO gelombang_auditor;
