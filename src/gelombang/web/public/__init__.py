"""Pages that anybody may read: figures, draws, schedule, help."""
