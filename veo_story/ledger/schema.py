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

# One request may ask for several clips, so several takes may have one attempt. A rule of a table cannot be
# changed, so the takes move into a new one; they keep their order, which says which one is older.
_VERSION_2 = """
ALTER TABLE attempts ADD COLUMN samples INTEGER NOT NULL DEFAULT 1 CHECK (samples > 0);
CREATE TABLE takes_2 (
  id TEXT PRIMARY KEY,
  attempt_id TEXT NOT NULL REFERENCES attempts (id),
  sample INTEGER NOT NULL CHECK (sample >= 0),
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
  expires_at TEXT,
  UNIQUE (attempt_id, sample)
);
INSERT INTO takes_2 SELECT id, attempt_id, 0, scene_id, fingerprint, number, clip, sha256, frames, new_start,
  new_end, faithful, backend, model, cost_usd, stored_at, parts, parents, picked_frames, approved, handle,
  expires_at FROM takes ORDER BY rowid;
CREATE TABLE picks_2 (
  scene_id TEXT PRIMARY KEY,
  take_id TEXT NOT NULL REFERENCES takes_2 (id),
  picked_at TEXT NOT NULL
);
INSERT INTO picks_2 SELECT scene_id, take_id, picked_at FROM picks;
DROP TABLE picks;
DROP TABLE takes;
ALTER TABLE takes_2 RENAME TO takes;
ALTER TABLE picks_2 RENAME TO picks;
CREATE INDEX takes_by_scene ON takes (scene_id);
"""

# Everything about an attempt's money and times, and all that a person decides. Old attempts were reserved by
# the price that was expected; of their times only the first and the last are known.
_VERSION_3 = """
ALTER TABLE attempts ADD COLUMN worst_usd TEXT NOT NULL DEFAULT '0';
UPDATE attempts SET worst_usd = reserved_usd;
ALTER TABLE attempts ADD COLUMN usage TEXT;
ALTER TABLE attempts ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN storage TEXT;
ALTER TABLE attempts ADD COLUMN sent_at TEXT;
ALTER TABLE attempts ADD COLUMN answered_at TEXT;
ALTER TABLE attempts ADD COLUMN ended_at TEXT;
UPDATE attempts SET ended_at = changed_at WHERE settled_usd IS NOT NULL;
ALTER TABLE attempts ADD COLUMN expires_at TEXT;
ALTER TABLE attempts ADD COLUMN again_at TEXT;
ALTER TABLE attempts ADD COLUMN why TEXT;
ALTER TABLE takes ADD COLUMN rejected TEXT;
CREATE TABLE pins (
  scene_id TEXT PRIMARY KEY,
  take_id TEXT NOT NULL REFERENCES takes (id),
  seam TEXT NOT NULL CHECK (seam IN ('cut', 'bridge')),
  pinned_at TEXT NOT NULL
);
CREATE TABLE tiers (
  scene_id TEXT PRIMARY KEY,
  tier TEXT NOT NULL,
  promoted_at TEXT NOT NULL
);
CREATE TABLE retakes (
  scene_id TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  target INTEGER NOT NULL CHECK (target > 0),
  seam TEXT CHECK (seam IN ('cut', 'bridge')),
  why TEXT,
  ordered_at TEXT NOT NULL
);
CREATE TABLE film (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
INSERT INTO film (key, value) VALUES ('id', lower(hex(randomblob(16))));
"""

MIGRATIONS: tuple[str, ...] = (_VERSION_1, _VERSION_2, _VERSION_3)
"""Script ``n`` brings a ledger of version ``n`` to version ``n + 1``. Only ever append."""
