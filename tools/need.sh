# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# tools/need: what ./run and ./test need, how to see that it is there, and the Debian package
# that brings it. Sourced, not run. Quiet when nothing is missing.
#
#   need build|test      installs what is missing; on a system without apt says what to install

# probe : what to look for : Debian 12 package
need_list_build='
command  gcc                  gcc
header   stdio.h              libc6-dev
command  meson                meson
command  ninja                ninja-build
command  pkg-config           pkg-config
library  libutf8proc          libutf8proc-dev
library  jansson              libjansson-dev
library  libxml-2.0           libxml2-dev
library  libsodium            libsodium-dev
library  libcrypto            libssl-dev
library  sqlite3              libsqlite3-dev
'
need_list_test='
command  clang                clang
runtime  fuzzer               libclang-rt-dev
command  llvm-symbolizer      llvm
command  clang-format         clang-format
command  cppcheck             cppcheck
command  mandoc               mandoc
command  python3              python3
command  nm                   binutils
library  icu-uc               libicu-dev
command  age                  age
'

need_is_there() {
    case $1 in
    command) command -v "$2" >/dev/null ;;
    header) echo "#include <$2>" | gcc -E -o /dev/null - 2>/dev/null ;;
    library) pkg-config --exists "$2" 2>/dev/null ;;
    runtime) compgen -G "$(clang -print-runtime-dir 2>/dev/null)/libclang_rt.$2*" >/dev/null ;;
    esac
}

# Prints "what package" for each missing thing of a list.
need_missing() {
    local probe what package
    while read -r probe what package; do
        [ -z "$probe" ] || need_is_there "$probe" "$what" || echo "$what $package"
    done <<<"$1"
}

need() {
    local list=$need_list_build missing packages as_root=()
    [ "$1" = build ] || list+=$need_list_test
    missing=$(need_missing "$list")
    [ -n "$missing" ] || return 0
    packages=$(cut -d' ' -f2 <<<"$missing" | tr '\n' ' ')
    if ! command -v apt-get >/dev/null; then
        echo "Missing here: $(cut -d' ' -f1 <<<"$missing" | tr '\n' ' ')" >&2
        echo "Please install them; on Debian 12 the packages are called: $packages" >&2
        return 1
    fi
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Missing packages; as root: apt-get install --no-install-recommends $packages" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "== installing: $packages"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
    # The package list may be empty or old: refreshed only when the first try fails.
    # shellcheck disable=SC2086
    "${apt[@]}" install --no-install-recommends $packages >/dev/null 2>&1 ||
        { "${apt[@]}" update >/dev/null &&
            "${apt[@]}" install --no-install-recommends $packages >/dev/null; } ||
        { echo "Could not install: $packages" >&2; return 1; }
    missing=$(need_missing "$list")
    [ -z "$missing" ] || { echo "Installed, and still missing: $missing" >&2; return 1; }
}
