# setup.sh: sourced by the `run` scripts. Builds our programs, the servers and the peers in
# $BENCH_BUILD (.build/benchmarks of the project): compilers and pip are needed, and the
# network the first time.
set -euo pipefail
benchmarks=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(dirname "$benchmarks")
export BENCH_BUILD=${BENCH_BUILD:-$root/.build/benchmarks} PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=$benchmarks/lib
bin=$BENCH_BUILD/bin
mkdir -p "$bin"
SWIFT=${SWIFT:-swift}

say() { echo "== $*" >&2; }

# compiled NAME SOURCE LIBRARY...: a C program.
compiled() {
    local name=$1 source=$2
    shift 2
    [ "$bin/$name" -nt "$source" ] && return
    say "cc $name"
    ${CC:-cc} -O2 -Wall -Wextra "-I$benchmarks/lib" $(pkg-config --cflags libxml-2.0) -o "$bin/$name" "$source" "$@"
}

# python_peers: a venv with the peers in Python.
python_peers() {
    [ -e "$BENCH_BUILD/venv/.ready" ] && return
    say "pip: twisted aiohttp lxml uvloop"
    python3 -m venv "$BENCH_BUILD/venv"
    "$BENCH_BUILD/venv/bin/pip" install -q twisted aiohttp lxml uvloop
    touch "$BENCH_BUILD/venv/.ready"
}

# swift_peer NAME: a program of the package `peers`, when WITH_NIO=1 asks for those: NIO and
# async-http-client take minutes to build.
swift_peer() {
    [ "${WITH_NIO:-}" = 1 ] || return 0
    say "swift build $1 (a peer)"
    "$SWIFT" build -c release --package-path "$benchmarks/peers" \
        --scratch-path "$BENCH_BUILD/peers" --product "$1" >&2
    ln -sf "$BENCH_BUILD/peers/release/$1" "$bin/$1"
}

# ours PACKAGE PRODUCT: a program of ours, as it is installed.
ours() {
    # As `make release` does.
    local flags=(-c release --static-swift-stdlib -Xswiftc -Xfrontend -Xswiftc -function-sections
        -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors
        --package-path "$1" --scratch-path "$BENCH_BUILD/ours-$2")
    say "swift build $2"
    CCC_OVERRIDE_OPTIONS='# ^-Wl,--as-needed s/^-rpath=.ORIGIN/--as-needed/' "$SWIFT" build "${flags[@]}" --product "$2" >&2
    strip -o "$bin/$2" "$("$SWIFT" build "${flags[@]}" --show-bin-path)/$2"
    as_installed "$bin/$2"
}

# as_installed FILE: has it read from disk again, as installed programs are. Of one that was just written,
# newer kernels load larger pieces.
as_installed() {
    sync "$1"
    dd if="$1" iflag=nocache count=0 status=none
}
