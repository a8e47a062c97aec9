#!/bin/bash
# nsd.sh DIR CERTIFICATES PORT TLSPORT: a name server for example.test on 127.0.0.1 and ::1, and by
# TLS on 127.0.0.1.
# Says "ready", and ends when standard input does.
. "$(dirname "$0")/lib.sh"
need nsd
mkdir -p "$1"
D=$(cd "$1" && pwd)
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
  ip-address: 127.0.0.1@$3
  ip-address: ::1@$3
  ip-address: 127.0.0.1@$4
  tls-port: $4
  tls-service-key: "$2/good.key"
  tls-service-pem: "$2/good.pem"
  username: ""
  chroot: ""
  server-count: 1
  database: ""
  zonesdir: "$D"
  zonelistfile: "$D/zone.list"
  xfrdfile: "$D/xfrd.state"
  xfrdir: "$D"
  pidfile: "$D/nsd.pid"
remote-control:
  control-enable: no
zone:
  name: example.test
  zonefile: example.test.zone
C
spawn nsd nsd -d -c "$D/nsd.conf"
up "$3"
up "$4"
serve
