"""The tables of a user's account, version by version, and how its file is known."""

from __future__ import annotations

from veo_story.ledger.connect import Kind

APPLICATION_ID = 0x56534143
"""``VSAC`` in the header of the SQLite file."""

# The columns are those of a film's own attempts, so that a film can be rebuilt from here, and what says whose
# they are. Whatever is not free is here; `is_confirmed` 0: reserved, and perhaps not in the film's ledger.
_VERSION_1 = """
CREATE TABLE attempts (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  film_id TEXT NOT NULL,
  film TEXT NOT NULL,
  folder TEXT NOT NULL,
  is_confirmed INTEGER NOT NULL,
  scene_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  backend TEXT NOT NULL,
  model TEXT NOT NULL,
  state TEXT NOT NULL,
  expected_usd TEXT NOT NULL,
  reserved_usd TEXT NOT NULL,
  worst_usd TEXT NOT NULL,
  settled_usd TEXT,
  samples INTEGER NOT NULL CHECK (samples > 0),
  is_free INTEGER NOT NULL,
  parents TEXT NOT NULL,
  picked_frames TEXT NOT NULL,
  operation TEXT,
  storage TEXT,
  error TEXT,
  usage TEXT,
  owner TEXT NOT NULL,
  why TEXT,
  created_at TEXT NOT NULL,
  sent_at TEXT,
  answered_at TEXT,
  ended_at TEXT,
  expires_at TEXT,
  again_at TEXT
);
CREATE INDEX attempts_by_film ON attempts (film_id);
CREATE INDEX attempts_by_time ON attempts (created_at);
CREATE TABLE caps (
  period TEXT PRIMARY KEY CHECK (period IN ('day', 'month')),
  usd TEXT NOT NULL,
  set_at TEXT NOT NULL
);
"""

ACCOUNT = Kind(
    name="a veo-story account",
    application_id=APPLICATION_ID,
    migrations=(_VERSION_1,),
    if_damaged="Put a copy back, or move the file away: each film writes its requests into a new one when it "
    "is rendered next. Set the caps again with veo-story caps.",
    if_not_ours="Move it away, or keep the account elsewhere with VEO_STORY_STATE.",
    if_read_only="Make it and its folder writable, or keep the account elsewhere with VEO_STORY_STATE.",
)
"""The account of one user, over all films."""
