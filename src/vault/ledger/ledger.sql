-- SPDX-License-Identifier: GPL-3.0-or-later
-- ledger.db: deponent-ledger(5). Rows of payload go when they are shredded, and attachment says
-- whether a file is here; nothing else is ever changed. fork, control and attachment can be made again from
-- the bundles; verify compares them.

-- schema

CREATE TABLE bundle (
  num INTEGER PRIMARY KEY,
  device BLOB NOT NULL,
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  note BLOB NOT NULL,
  envelopes BLOB NOT NULL
);
CREATE INDEX bundle_order ON bundle (clock, device, first, hash);
CREATE INDEX bundle_chain ON bundle (device, first, count);

-- at: num * 65536 + the entry's place in its bundle
CREATE TABLE payload (at INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
-- here: 1 when its file is in the folder; 0: not yet, or shredded
CREATE TABLE attachment (
  at INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  here INTEGER NOT NULL
);
CREATE TABLE control (at INTEGER PRIMARY KEY);
CREATE TABLE fork (device BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (device, seq));

-- name: add_bundle
INSERT INTO bundle (num, device, first, count, clock, hash, note, envelopes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);
-- name: add_payload
INSERT INTO payload (at, bytes) VALUES (?, ?);
-- name: heal_payload
INSERT INTO payload (at, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING;
-- name: add_attachment
INSERT INTO attachment (at, id, here) VALUES (?, ?, ?);
-- name: add_control
INSERT INTO control (at) VALUES (?);
-- name: add_fork
INSERT INTO fork (device, seq) VALUES (?, ?) ON CONFLICT DO NOTHING;
-- name: drop_payload
DELETE FROM payload WHERE at = ?;
-- name: set_attachment
UPDATE attachment SET here = ? WHERE at = ?;

-- name: next_device
SELECT device FROM bundle WHERE device > ? ORDER BY device LIMIT 1;
-- name: fork_of
SELECT min(seq) FROM fork WHERE device = ?;
-- name: first_note
SELECT note, clock FROM bundle WHERE device = ? AND first = 0 ORDER BY num LIMIT 1;
-- name: last_before
SELECT first, count, clock, hash, envelopes FROM bundle WHERE device = ? AND first < ?
ORDER BY first DESC LIMIT 1;
-- name: largest
SELECT (SELECT max(num) FROM bundle), (SELECT max(clock) FROM bundle);
-- name: oldest_note
SELECT note FROM bundle ORDER BY num LIMIT 1;
-- name: controls
SELECT control.at, payload.bytes FROM control LEFT JOIN payload ON payload.at = control.at
ORDER BY control.at;

-- name: by_hash
SELECT num, first, count, clock, envelopes FROM bundle WHERE hash = ? AND device = ?;
-- name: by_num
SELECT num, device, first, count, clock, hash, note, envelopes FROM bundle WHERE num > ?
ORDER BY num LIMIT 1;
-- name: by_place
SELECT num, device, first, count, clock, hash, note, envelopes FROM bundle
WHERE (clock, device, first, hash) > (?, ?, ?, ?)
ORDER BY clock, device, first, hash LIMIT 1;
-- name: starts_at
SELECT count(*) FROM bundle WHERE device = ? AND first = ?;
-- name: payloads
SELECT at, bytes FROM payload WHERE at >= ? AND at < ? ORDER BY at;
-- name: attachment_at
SELECT at, here FROM attachment WHERE id = ?;
-- name: all_bundles
SELECT num, device, first, count, clock, hash, note, envelopes FROM bundle ORDER BY num;
-- name: all_payloads
SELECT at, bytes FROM payload ORDER BY at;
-- name: all_attachments
SELECT at, id, here FROM attachment ORDER BY at;
-- name: all_controls
SELECT at FROM control ORDER BY at;
-- name: all_forks
SELECT device, seq FROM fork ORDER BY device, seq;
-- name: envelope_at
SELECT substr(envelopes, 200 * ? + 1, 200) FROM bundle WHERE num = ?;
-- name: count_entries
SELECT sum(count) FROM bundle;
-- name: count_bundles
SELECT count(*) FROM bundle;
-- name: count_upto
SELECT count(*) FROM bundle WHERE (clock, device, first, hash) <= (?, ?, ?, ?);
-- name: count_behind
SELECT count(*) FROM bundle WHERE device = ? AND first > ?;
