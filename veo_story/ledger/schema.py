"""The ledger's tables, version by version. ``docs/on-disk.md`` describes them for people.

Money is kept as decimal text: exact for every price there may be, and summed in Python, not by SQLite.
Times are ISO 8601 in UTC. Paths are relative to the film's folder, so the folder can move.
"""

from __future__ import annotations

APPLICATION_ID = 0x56535459
"""``VSTY``: marks the file as ours (``PRAGMA application_id``)."""

_VERSION_1 = """
CREATE TABLE attempts (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  scene_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  backend TEXT NOT NULL,
  model TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('intended', 'sent', 'answered', 'stored', 'released', 'failed', 'unknown')),
  expected_usd TEXT NOT NULL,
  reserved_usd TEXT NOT NULL,
  settled_usd TEXT,
  is_free INTEGER NOT NULL,
  operation TEXT,
  error TEXT,
  parents TEXT NOT NULL,
  picked_frames TEXT NOT NULL,
  request TEXT NOT NULL,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL
);
CREATE INDEX attempts_by_scene ON attempts (scene_id);
CREATE TABLE takes (
  id TEXT PRIMARY KEY,
  attempt_id TEXT NOT NULL UNIQUE REFERENCES attempts (id),
  scene_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  clip TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  frames INTEGER NOT NULL,
  new_start INTEGER NOT NULL,
  new_end INTEGER NOT NULL,
  faithful INTEGER NOT NULL,
  backend TEXT NOT NULL,
  model TEXT NOT NULL,
  cost_usd TEXT NOT NULL,
  stored_at TEXT NOT NULL,
  parts TEXT NOT NULL,
  parents TEXT NOT NULL,
  picked_frames TEXT NOT NULL,
  approved INTEGER NOT NULL DEFAULT 0,
  handle TEXT,
  expires_at TEXT
);
CREATE INDEX takes_by_scene ON takes (scene_id);
CREATE TABLE picks (
  scene_id TEXT PRIMARY KEY,
  take_id TEXT NOT NULL REFERENCES takes (id),
  picked_at TEXT NOT NULL
);
"""

MIGRATIONS: tuple[str, ...] = (_VERSION_1,)
"""Script ``n`` brings a ledger of version ``n`` to version ``n + 1``. Only ever append."""
