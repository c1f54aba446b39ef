-- How many lines stand before a ticket in the published list.
SELECT count(*) FROM selection_candidate
WHERE draw_id = %(draw)s AND eligible AND ticket < %(ticket)s
