"""The desk: waves, the front door, people, figures, the audit trail."""
