#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tools/sqlgen takes .sql files apart as they are meant, or says in which line they are not.
. "$(dirname "$0")/tap.sh"
: "${SQLGEN:?is tools/sqlgen, built}"

make_sql() { # the file
    printf '%s' "$1" >in.sql
    code=0
    "$SQLGEN" t t_sql.h t_sql.c in.sql >out 2>err || code=$?
}
refuse() { # name regex file
    make_sql "$3"
    check "refused: $1" [ "$code" = 1 ]
    match_err "refused: $1: the line and why" "^sqlgen: in.sql:[0-9]+: .*$2"
}

make_sql "-- a file
-- schema
CREATE TABLE a (x); -- of x
CREATE TABLE b (y);
-- name: one
SELECT '--  x',
  \"a\\b\"   FROM a;
-- name: two_2
SELECT 2
"
check "a file of a schema and two statements" [ "$code" = 0 ]
check "the schema" grep -qxF '    "CREATE TABLE a (x); CREATE TABLE b (y);";' t_sql.c
check "white space goes, but not in quotes" grep -qF "SELECT '--  x', \\\"a\\\\b\\\" FROM a;" t_sql.c
check "the enum" grep -qxF '    T_TWO_2,' t_sql.h
check "it compiles" cc -Wall -Werror -c t_sql.c -o t_sql.o

refuse "SQL before a mark" "before the first" "SELECT 1"
refuse "a name twice" "one name: a" "-- name: a
SELECT 1
-- name: a
SELECT 2"
refuse "a name with capitals" "lower-case name" "-- name: addRow
SELECT 1"
refuse "a mark with a slip" "expected \"-- schema\"" "-- name:add
SELECT 1"
refuse "no statement" "no statement under the name a" "-- name: a
-- name: b
SELECT 1"
refuse "two statements under a name" "more than one statement under the name a" "-- name: a
SELECT 1; SELECT 2"
refuse "an open quotation mark" "no end" "-- name: a
SELECT 'x"
refuse "another comment" "comments begin with --" "-- name: a
SELECT 1 /* x */"
refuse "nothing" "no statement" ""
tap_end
