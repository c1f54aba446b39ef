SELECT count(*) FROM notices_notice WHERE state = 'owed'
