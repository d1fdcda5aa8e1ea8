# shellcheck shell=bash
# Sourced by the scripts beside it: what they need of a machine, how they get it, and how they build.
# All that is said here goes to standard error.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
script=scripts/$(basename "$0")

# The Swift that the code is built and tested with; what is older is refused before anything is done.
swift_minimum=6.3

# Debian's packages that the build needs: a compiler's start files and headers, and the C libraries of Package.swift.
build_packages=(g++ pkg-config libsqlite3-dev libyaml-dev libssl-dev librdkafka-dev libmimalloc-dev)

# Whether a package's content is there, from wherever it came.
is_there() {
    case $1 in
        g++) [ -e /usr/include/stdio.h ] && compgen -G '/usr/lib/gcc/*/*/crtbeginS.o' && compgen -G '/usr/include/c++/*/cstdio' ;;
        pkg-config) command -v pkg-config ;;
        libsqlite3-dev) pkg-config --exists sqlite3 ;;
        libyaml-dev) pkg-config --exists yaml-0.1 ;;
        libssl-dev) pkg-config --exists libcrypto ;;
        librdkafka-dev) pkg-config --exists 'rdkafka >= 2.0.2' ;;
        libmimalloc-dev) compgen -G '/usr/lib/*/libmimalloc.so' ;;
        libsimdjson-dev) [ -e /usr/include/simdjson.h ] ;;
        openjdk-17-jre-headless) command -v java ;;
        kcat | openssl) command -v "$1" ;;
        python3-venv) python3 -c 'import ensurepip, venv' ;;
        *) dpkg-query -W -f='${db:Status-Status}' "$1" | grep -qx installed ;;
    esac > /dev/null 2>&1
}

say() { printf '%s: %s\n' "$script" "$*" >&2; }

# stop STATUS WORDS: the statuses are those of `sales` (README.md).
stop() {
    local status=$1
    shift
    say "$*"
    exit "$status"
}

# Leaves with 69 where there is no Swift or one that is too old, and says how to get it.
need_swift() {
    local found words
    swift_version=$(swift --version 2> /dev/null | grep -o 'Swift version [0-9][0-9.]*' | head -n 1) || true
    found=${swift_version##* }
    if [ -n "$found" ] && [ "$(printf '%s\n' "$swift_minimum" "$found" | sort -V | head -n 1)" = "$swift_minimum" ]; then
        return
    fi
    words="there is no Swift on the PATH"
    if [ -n "$found" ]; then
        words="the Swift on the PATH, $(command -v swift), is $found"
    elif command -v swift > /dev/null; then
        words="the swift on the PATH, $(command -v swift), is not the Swift compiler or does not start"
    fi
    cat >&2 <<TEXT
$script: Swift $swift_minimum or newer is needed, and $words.

Get it from https://www.swift.org/install/linux/ with its installer swiftly (no root needed), then try again:

    curl -O https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz
    tar zxf swiftly-$(uname -m).tar.gz
    ./swiftly init
    . "\${SWIFTLY_HOME_DIR:-\$HOME/.local/share/swiftly}/env.sh"

Nothing was installed and nothing was built.
TEXT
    exit 69
}

# need PACKAGE...: installs by apt what is not there, and says what.
need() {
    local package missing=() as_root=()
    for package; do is_there "$package" || missing+=("$package"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get > /dev/null \
        || stop 69 "these are missing (Debian's names), and there is no apt-get to install them: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo > /dev/null || stop 77 "these are missing; install them as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "installing by apt: ${missing[*]}"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
    "${apt[@]}" update >&2 || say "the lists of packages could not be brought up to date; trying with those that are there"
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >&2 \
        || stop 69 "apt could not install ${missing[*]} (its words are above)"
    for package in "${missing[@]}"; do
        is_there "$package" || stop 69 "$package is installed, but what it brings cannot be found"
    done
}

# build_sales: sets `sales` to the program, built from the sources as they are now.
build_sales() {
    need_swift
    need "${build_packages[@]}"
    sales=$root/.build/release/sales
    local stamp=$root/.build/sales.stamp begun
    if [ -x "$sales" ] && [ "$(cat "$stamp" 2> /dev/null)" = "$swift_version" ] \
        && [ -z "$(find "$root/Sources" "$root/Package.swift" -newer "$stamp" -print -quit)" ]; then
        return
    fi
    [ -x "$sales" ] || say "building sales for the first time, which takes a few minutes"
    mkdir -p "$root/.build"
    begun=$(mktemp "$stamp.XXXXXX")
    printf '%s\n' "$swift_version" > "$begun"
    build_release --product sales || {
        rm -f "$begun"
        stop 70 "the build failed"
    }
    mv "$begun" "$stamp"
}

# build_release ARGS...: on a terminal one sees it go; elsewhere its words are shown where it fails.
build_release() {
    local command=(swift build -c release --package-path "$root" "$@")
    if [ -t 2 ]; then
        "${command[@]}" >&2
    else
        local words
        words=$("${command[@]}" 2>&1) || {
            printf '%s\n' "$words" >&2
            return 1
        }
    fi
}

# virtual_environment FOLDER PACKAGE...: a Python with these from PyPI, made once. One that was broken off is made again.
virtual_environment() {
    local folder=$1
    shift
    [ "$(cat "$folder/made-for" 2> /dev/null)" = "$*" ] && return
    need python3-venv
    say "installing from PyPI into $folder: $*"
    rm -rf "$folder"
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" >&2 || stop 69 "PyPI could not be reached, or lacks one of: $*"
    printf '%s\n' "$*" > "$folder/made-for"
}
