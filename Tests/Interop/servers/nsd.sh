#!/bin/bash
# nsd.sh DIR CERTIFICATES PORT TLSPORT [ADDRESS...]: a name server for example.test, also by TLS, on
# 127.0.0.1 and ::1 unless told otherwise. Says "ready", and ends when standard input does.
. "$(dirname "$0")/lib.sh"
need nsd
mkdir -p "$1"
D=$(cd "$1" && pwd)
certificates=$2 port=$3 tlsport=$4
shift 4
[ $# -gt 0 ] || set -- 127.0.0.1 ::1
{
    cat <<'Z'
$ORIGIN example.test.
$TTL 300
@            SOA   ns hostmaster 1 3600 600 86400 60
@            NS    ns
@            TXT   "first" "second"
@            MX    10 mail
ns           A     127.0.0.1
www          A     127.0.0.1
www          AAAA  ::1
only4        A     127.0.0.1
only6        AAAA  ::1
elsewhere    A     192.0.2.80
elsewhere    AAAA  2001:db8::80
mail         TXT   "a name without an address"
alias        CNAME www
chain1       CNAME chain2
chain2       CNAME chain3
chain3       CNAME elsewhere
circle       CNAME circle
dangling     CNAME nowhere
foreign      CNAME www.example.org.
*.wild       A     192.0.2.81
xn--bcher-kva A    192.0.2.82
Z
    # More than a datagram holds: the answer is cut, and asked for again over TCP.
    for i in $(seq 200); do echo "many A 198.51.100.$i"; done
} >"$D/example.test.zone"
cat >"$D/nsd.conf" <<C
server:
$(for a in "$@"; do printf "  ip-address: $a@%s\n" "$port" "$tlsport"; done)
  tls-port: $tlsport
  tls-service-key: "$certificates/good.key"
  tls-service-pem: "$certificates/good.pem"
  username: ""
  chroot: ""
  server-count: 1
  database: ""
  zonesdir: "$D"
  zonelistfile: "$D/zone.list"
  xfrdfile: "$D/xfrd.state"
  xfrdir: "$D"
  pidfile: "$D/nsd.pid"
  nsid: "ascii_nsd.test"
remote-control:
  control-enable: no
zone:
  name: example.test
  zonefile: example.test.zone
  provide-xfr: 0.0.0.0/0 NOKEY
  provide-xfr: ::/0 NOKEY
C
spawn nsd nsd -d -c "$D/nsd.conf"
up "$port" "$1"
up "$tlsport" "$1"
serve
