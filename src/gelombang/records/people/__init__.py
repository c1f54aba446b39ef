"""One row per person; identifiers sealed; consent; lifetime claims."""
