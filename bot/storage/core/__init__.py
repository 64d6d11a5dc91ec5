"""The core's own tables: secrets, schedules, drafts, profiles, and what must not happen twice."""
