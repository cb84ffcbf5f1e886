#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The examples in the documents and the manual pages print what they say.
tree=$(cd "$(dirname "$0")/../.." && pwd)
exec python3 "$tree/tests/examples.py" "$tree"/*.md "$tree"/man/*.[1-8]
