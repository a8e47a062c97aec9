# lib.sh: sourced by the scripts beside it. Sets here; gives spawn, up, give_up.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
spawned=()

give_up() { echo "$(basename "$0"): $1" >&2; exit 70; }

# need COMMAND...: a message that says what to install beats one of the shell.
need() {
    local c
    for c in "$@"; do
        command -v "$c" >/dev/null || give_up "$c is missing: 'make test-deps' installs it"
    done
}

# spawn NAME COMMAND...: runs it in the background; what it says is in $D/NAME.log.
spawn() {
    local name=$1
    shift
    "$@" >"$D/$name.log" 2>&1 </dev/null &
    spawned+=("$!")
}

# up PORT [ADDRESS]: waits until something accepts TCP connections there, 20 s at most.
up() {
    local i pid
    for ((i = 0; i < 1000; i++)); do
        (exec 3<>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null && return 0
        for pid in "${spawned[@]}"; do
            # A zombie has ended as well, whoever is slow to reap it.
            if ! kill -0 "$pid" 2>/dev/null || grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null; then
                tail -n 5 "$D"/*.log >&2
                give_up "a server ended at once (its log is above)"
            fi
        done
        sleep 0.02
    done
    give_up "nothing listens at port $1"
}

# serve: says that the servers are up, and ends them when standard input ends: so they
# never outlive the test that started them, whatever became of it.
serve() {
    trap 'kill "${spawned[@]}" 2>/dev/null || true; wait' EXIT
    echo ready
    cat >/dev/null
}
