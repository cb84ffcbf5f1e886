#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# fetch.sh DIR: installs the npm package age-encryption below DIR, once. Fails without npm or
# without a network.
set -eu
[ -d "$1/node_modules/age-encryption" ] && exit 0
mkdir -p "$1"
npm install --prefix "$1" --no-audit --no-fund --ignore-scripts age-encryption@0.3.1
