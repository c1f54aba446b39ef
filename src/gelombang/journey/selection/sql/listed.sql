-- The lines of the published list: eligible candidates by the bytes of their tickets.
SELECT ticket, area, tier FROM selection_candidate
WHERE draw_id = %(draw)s AND eligible
ORDER BY ticket
