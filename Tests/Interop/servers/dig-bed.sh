#!/bin/bash
# dig-bed.sh COMMAND...: runs it in a network of its own, in which the servers of named.sh, nsd.sh,
# unbound.sh, knot.sh and hostile-dns.py are a small Internet. Status 70: it could not be made.
# To try things by hand:  dig-bed.sh bash
#
# COMMAND finds the addresses in these variables, and the files of keys and certificates in $KEYS:
#   ROOT TLD LEAF LEAF2 COOKIES   authoritative     RESOLVER DNS64 UNBOUND   recursive
#   NSD KNOT                      other makes       HOSTILE HOSTILE2         without manners
#   DEAD                          nobody listens    SILENT                   nobody answers
#   LEAF6 RESOLVER6               LEAF and RESOLVER by IPv6
. "$(dirname "$0")/lib.sh"
if [ "${1:-}" != inside ]; then
    exec "$here/sandbox.sh" "$0" inside "$@"
fi
shift
need ip mount python3 dig
# A folder that ends with the sandbox.
D=/mnt
mount -t tmpfs tmpfs "$D"
ip link set lo up
mkdir -p "$D/home" "$D/keys"

# Nobody else's configuration reaches in.
printf 'nameserver 127.53.0.10\nsearch signed.test test\n' >"$D/resolv.conf"
echo 'hosts: files dns' >"$D/nsswitch.conf"
printf '127.0.0.1 localhost\n::1 localhost\n127.53.0.3 leaf.of.hosts\nfd53::3 leaf.of.hosts\n' >"$D/hosts"
for f in resolv.conf nsswitch.conf hosts; do
    [ ! -e "/etc/$f" ] || mount --bind "$D/$f" "/etc/$f"
done

# A server script ends with its standard input; here it ends with the sandbox instead.
start() {
    local name=$1
    shift
    sleep infinity | "$@" >"$D/$name.out" 2>"$D/$name.log" &
    spawned+=("$!")
    names+=("$name")
}
started() {
    local i name
    for name in "${names[@]}"; do
        for ((i = 0; i < 1000; i++)); do
            grep -q ready "$D/$name.out" && break
            sleep 0.02
        done
        [ "$i" -lt 1000 ] || { cat "$D/$name.log" >&2; give_up "$name did not start"; }
    done
}
"$here/certificates.sh" "$D/certificates"
start named "$here/named.sh" "$D/named" "$D/certificates"
start nsd "$here/nsd.sh" "$D/nsd" "$D/certificates" 53 853 127.53.0.20
start knot "$here/knot.sh" "$D/knot"
for i in 20 60 61 98; do ip addr add "127.53.0.$i/8" dev lo; done
start hostile python3 "$here/hostile-dns.py" 127.53.0.60 127.53.0.61 127.53.0.98
started
start unbound "$here/unbound.sh" "$D/unbound" "$D/certificates" "$D/named/z/hints" "$D/named/root.key"
started

cp "$D/certificates/ca.pem" "$D/named/tsig.key" "$D/named/client.pem" "$D/named/client.key" "$D/keys"
printf 'www.plain.test A\n# a comment\nplain.test MX +short\n\n-x 192.0.2.80\n' >"$D/keys/batch"
mkdir "$D/keys/rc" "$D/keys/badrc"
printf '# what somebody likes\n+noall +answer\n+ttlunits\n' >"$D/keys/rc/.digrc"
echo '+nonsense' >"$D/keys/badrc/.digrc"
export ROOT=127.53.0.1 TLD=127.53.0.2 LEAF=127.53.0.3 LEAF2=127.53.0.4 COOKIES=127.53.0.5
export RESOLVER=127.53.0.10 DNS64=127.53.0.11 NSD=127.53.0.20 UNBOUND=127.53.0.30 KNOT=127.53.0.40
export HOSTILE=127.53.0.60 HOSTILE2=127.53.0.61 DEAD=127.53.0.99 SILENT=127.53.0.98
export LEAF6=fd53::3 RESOLVER6=fd53::10
export KEYS="$D/keys" HOME="$D/home" LC_ALL=C.UTF-8 TZ=UTC
cd "$D/home"
status=0
"$@" || status=$?
exit $status
