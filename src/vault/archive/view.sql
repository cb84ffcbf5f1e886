-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The projection. num: the number of an id, see parts.h. Times and words that repeat are
-- numbers of words. Statements, of which there are most, stand in columns; every other record
-- keeps its card.

-- Where a row is new it is inserted as such: REPLACE makes SQLite keep a way back for each row.

-- schema
CREATE TABLE ident (id BLOB PRIMARY KEY, num INTEGER NOT NULL, kinds INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE TABLE word (num INTEGER PRIMARY KEY, fold INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX word_text ON word (text);
CREATE INDEX word_fold ON word (fold);
CREATE TABLE statement (
  num INTEGER PRIMARY KEY, id BLOB NOT NULL, account INTEGER NOT NULL,
  -- what a query asks
  act INTEGER NOT NULL, place INTEGER NOT NULL, time INTEGER NOT NULL, unit INTEGER NOT NULL,
  review INTEGER NOT NULL,
  -- what a figure needs
  source INTEGER NOT NULL, stance INTEGER NOT NULL, denial INTEGER NOT NULL,
  place_precision INTEGER NOT NULL, bound INTEGER NOT NULL, basis INTEGER NOT NULL,
  low REAL, best REAL, high REAL,
  -- the rest
  begin_at INTEGER, end_at INTEGER, rule INTEGER NOT NULL, who TEXT, whom TEXT);
CREATE INDEX statement_account ON statement (account);
CREATE INDEX statement_source ON statement (source) WHERE source > 0;
-- key: kind * 2^40 + num.
CREATE TABLE record (key INTEGER PRIMARY KEY, id BLOB NOT NULL, card TEXT NOT NULL);
-- Of which ids a record speaks.
CREATE TABLE link (key INTEGER NOT NULL, about INTEGER NOT NULL, PRIMARY KEY (key, about))
  WITHOUT ROWID;
CREATE INDEX link_about ON link (about, key);
-- Each account with its source and its last terms; source 0: it is not there (yet).
CREATE TABLE standing (
  account INTEGER PRIMARY KEY, source INTEGER NOT NULL, published INTEGER NOT NULL,
  given INTEGER NOT NULL, attribution INTEGER NOT NULL, purposes INTEGER NOT NULL,
  expires TEXT, withdrawn TEXT);
-- Sources by their folded name.
CREATE TABLE named (name TEXT NOT NULL, num INTEGER NOT NULL, PRIMARY KEY (name, num))
  WITHOUT ROWID;
CREATE INDEX named_num ON named (num);
-- What each retraction takes back, in fold order; and what is taken back in the end.
CREATE TABLE retraction (
  at INTEGER PRIMARY KEY, control INTEGER NOT NULL, key INTEGER NOT NULL);
CREATE INDEX retraction_key ON retraction (key);
CREATE TABLE retracted (key INTEGER PRIMARY KEY);
-- Subjects of entries that cannot be opened.
CREATE TABLE gone (num INTEGER PRIMARY KEY, id BLOB NOT NULL, shredded INTEGER NOT NULL);
CREATE TABLE head (device BLOB PRIMARY KEY, next INTEGER NOT NULL, note BLOB NOT NULL)
  WITHOUT ROWID;
CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- name: ident_find
SELECT num, kinds FROM ident WHERE id = ?1
-- name: ident_new
INSERT INTO ident (id, num, kinds) VALUES (?1, ?2, ?3)
-- name: ident_put
INSERT OR REPLACE INTO ident (id, num, kinds) VALUES (?1, ?2, ?3)
-- name: ident_range
SELECT id, num, kinds FROM ident WHERE id BETWEEN ?1 AND ?2 AND kinds & ?3
-- name: ident_id
SELECT id FROM ident WHERE num = ?1
-- name: word_find
SELECT num, fold FROM word WHERE text = ?1
-- name: word_put
INSERT INTO word (num, fold, text) VALUES (?1, ?2, ?3)
-- name: word_get
SELECT text FROM word WHERE num = ?1
-- name: word_last
SELECT max(num) FROM word

-- name: statement_new
INSERT INTO statement (num, id, account, act, place, time, unit, review, source,
  stance, denial, place_precision, bound, basis, low, best, high, begin_at, end_at, rule, who,
  whom)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
  ?20, ?21, ?22)
-- name: statement_put
INSERT OR REPLACE INTO statement (num, id, account, act, place, time, unit, review, source,
  stance, denial, place_precision, bound, basis, low, best, high, begin_at, end_at, rule, who,
  whom)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
  ?20, ?21, ?22)
-- name: statement_get
SELECT num, id, account, act, place, time, unit, review, source, stance, denial,
  place_precision, bound, basis, low, best, high, begin_at, end_at, rule, who, whom
  FROM statement WHERE num = ?1
-- name: statement_account
SELECT account FROM statement WHERE num = ?1
-- name: statements_of
SELECT count(*) FROM statement WHERE account = ?1

-- name: record_new
INSERT INTO record (key, id, card) VALUES (?1, ?2, ?3)
-- name: record_put
INSERT OR REPLACE INTO record (key, id, card) VALUES (?1, ?2, ?3)
-- name: record_get
SELECT key, id, card FROM record WHERE key = ?1
-- name: link_put
INSERT OR IGNORE INTO link (key, about) VALUES (?1, ?2)
-- name: link_drop
DELETE FROM link WHERE key = ?1
-- name: source_accounts
SELECT key FROM link WHERE about = ?1 AND key > ?2 AND key < ?3
  UNION SELECT DISTINCT ?2 + account FROM statement WHERE source = ?1 AND source > 0

-- name: standing_account
INSERT INTO standing (account, source, published, given, attribution, purposes)
  VALUES (?1, ?2, ?3, 0, 0, 0)
  ON CONFLICT (account) DO UPDATE SET source = ?2, published = ?3
-- name: standing_terms
INSERT INTO standing (account, source, published, given, attribution, purposes, expires,
  withdrawn)
  VALUES (?1, 0, 0, 1, ?2, ?3, ?4, ?5)
  ON CONFLICT (account) DO UPDATE
  SET given = 1, attribution = ?2, purposes = ?3, expires = ?4, withdrawn = ?5
-- name: standing_get
SELECT account, source, published, given, attribution, purposes, expires, withdrawn
  FROM standing WHERE account = ?1
-- name: standing_all
SELECT account, source, published, given, attribution, purposes, expires, withdrawn
  FROM standing

-- name: named_put
INSERT OR IGNORE INTO named (name, num) VALUES (?1, ?2)
-- name: named_drop
DELETE FROM named WHERE num = ?1
-- name: named_find
SELECT num FROM named WHERE name = ?1 ORDER BY num

-- name: named_all
SELECT DISTINCT name FROM named

-- name: retraction_put
INSERT INTO retraction (control, key) VALUES (?1, ?2)
-- name: retraction_over
DELETE FROM retraction WHERE key = ?1
-- name: retraction_drop
DELETE FROM retraction WHERE control = ?1
-- name: retraction_all
SELECT control, key FROM retraction ORDER BY at DESC
-- name: retraction_count
SELECT count(*) FROM retraction
-- name: retracted_clear
DELETE FROM retracted
-- name: retracted_put
INSERT OR IGNORE INTO retracted (key) VALUES (?1)
-- name: retracted_get
SELECT 1 FROM retracted WHERE key = ?1
-- name: retracted_all
SELECT key FROM retracted

-- name: gone_put
INSERT INTO gone (num, id, shredded) VALUES (?1, ?2, ?3)
  ON CONFLICT (num) DO UPDATE SET shredded = max(shredded, ?3)
-- name: gone_get
SELECT shredded FROM gone WHERE num = ?1
-- name: gone_id
SELECT id FROM gone WHERE num = ?1
-- name: gone_all
SELECT num, id, shredded FROM gone

-- name: head_put
INSERT OR REPLACE INTO head (device, next, note) VALUES (?1, ?2, ?3)
-- name: head_all
SELECT device, next, note FROM head ORDER BY device
-- name: state_put
INSERT OR REPLACE INTO state (name, value) VALUES (?1, ?2)
-- name: state_get
SELECT value FROM state WHERE name = ?1
-- name: statement_keys
SELECT ?1 + num FROM statement ORDER BY num
-- name: statement_keys_of
SELECT ?2 + num FROM statement WHERE account = ?1 ORDER BY num
-- name: statement_keys_source
SELECT ?2 + num FROM statement WHERE source = ?1 AND source > 0 ORDER BY num
-- name: record_keys
SELECT key FROM record WHERE key > ?1 AND key < ?2 ORDER BY key
-- name: link_keys
SELECT key FROM link WHERE about = ?1 AND key > ?2 AND key < ?3 ORDER BY key
-- name: statement_counted
SELECT num, id, account, act, place, time, unit, review, source, stance, denial,
  place_precision, bound, basis, low, best, high, whom
  FROM statement WHERE num > ?1 ORDER BY num
-- name: word_fit
SELECT num FROM word WHERE fold = (SELECT fold FROM word WHERE text = ?1)
-- name: statement_words
SELECT num, id, account, act, place, who, whom FROM statement WHERE num > ?1 ORDER BY num
