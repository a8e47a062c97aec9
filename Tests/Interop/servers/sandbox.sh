#!/bin/bash
# sandbox.sh COMMAND...: runs it with a network, mounts and a process table of its own.
# Every port is free, nothing gets out, and all that it leaves running ends with it.
# Works as root, and as anybody where user namespaces are allowed.
[ "$(id -u)" = 0 ] && user=() || user=(--map-root-user)
exec unshare "${user[@]}" --net --mount --pid --fork --kill-child --mount-proc \
    bash -c '"$@"; exit $?' sandbox "$@"
