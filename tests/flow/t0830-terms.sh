#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the terms of an account let each verb print or write: all terms, all purposes, all verbs
# that give anything out. The table of what is expected stands in terms.py.
. "$(dirname "$0")/tap.sh"
export COLUMNS=200
umask 077
python3 -B "$tests_dir/flow/terms.py"
