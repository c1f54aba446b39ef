"""One client for every registry that speaks DCI's synchronous search (standards §3.2)."""
