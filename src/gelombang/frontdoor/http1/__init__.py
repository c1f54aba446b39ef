"""The door's own HTTP/1.1 server: llhttp reads, the loop writes, nothing stands between."""
