"""Calls of training providers: the programme's published partner API, the server's side."""
