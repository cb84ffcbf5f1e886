-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The search index: which record a row of the index was made from, and the index without its
-- text. Rows of versions that were superseded stay until it is made anew: whoever asks looks at
-- what the record says now.

-- schema
CREATE TABLE doc (num INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id BLOB NOT NULL);
CREATE VIRTUAL TABLE entry USING fts5 (text, content = '', columnsize = 0, detail = full,
  tokenize = 'deponent');
CREATE TABLE state (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- name: doc_put
INSERT INTO doc (num, kind, id) VALUES (?1, ?2, ?3)
-- name: doc_get
SELECT kind, id FROM doc WHERE num = ?1
-- name: doc_last
SELECT max(num) FROM doc
-- name: entry_put
INSERT INTO entry (rowid, text) VALUES (?1, ?2)
-- name: entry_set
INSERT INTO entry (entry, rank) VALUES (?1, ?2)
-- name: entry_match
SELECT rowid FROM entry WHERE entry MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3
-- name: state_put
INSERT OR REPLACE INTO state (name, value) VALUES (?1, ?2)
-- name: state_get
SELECT value FROM state WHERE name = ?1
