"""Before anything runs: a study drafted by looking at the data, and what would block one."""
