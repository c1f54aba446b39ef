-- Where the database lies, where our role may know it.
SELECT setting FROM pg_settings WHERE name = 'data_directory'
