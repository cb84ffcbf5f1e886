-- SPDX-License-Identifier: GPL-3.0-or-later
-- What store_test.c stores: one table that only grows, one whose rows may go, one of words.
-- schema
CREATE TABLE entry (        -- only grows
    num INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    bytes BLOB,
    weight REAL
);
CREATE TABLE payload (at INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE pair (a TEXT NOT NULL, b INTEGER, PRIMARY KEY (b, a)) WITHOUT ROWID;
CREATE TABLE loose (x, y);
CREATE INDEX loose_x ON loose (x);
CREATE VIRTUAL TABLE find USING fts5 (words, tokenize = 'deponent');

-- name: add_entry
INSERT INTO entry (num, name, bytes, weight)
VALUES (?1, ?2, ?3, ?4);

-- name: add_payload
INSERT INTO payload (at, bytes) VALUES (?1, ?2)
-- name: drop_payload
DELETE FROM payload WHERE at = ?1
-- name: change_payload
UPDATE payload SET bytes = ?2 WHERE at = ?1
-- name: count_payload
SELECT count(*), sum(length(bytes)) FROM payload
-- name: add_pair
INSERT INTO pair VALUES (?1, ?2)
-- name: add_loose
INSERT INTO loose VALUES (?1, ?2)
-- name: get_entry
SELECT num, name, bytes, weight FROM entry WHERE name = ?1
-- name: all_entries
SELECT num, name FROM entry ORDER BY num
-- name: quote
SELECT 'a -- b', "num", ';  ''' || ? FROM entry LIMIT 1
-- name: add_words
INSERT INTO find (rowid, words) VALUES (?1, ?2)
-- name: drop_words
DELETE FROM find WHERE rowid = ?1
-- name: find_words
SELECT rowid FROM find WHERE find MATCH ?1 ORDER BY rowid
-- name: merge_words
INSERT INTO find (find) VALUES ('optimize')
