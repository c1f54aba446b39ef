SELECT key FROM notices_notice WHERE id = %(id)s
