#!/bin/bash
# knot.sh DIR: a name server at 127.53.0.40, port 53, for knot.test, which it signs itself.
# Zone transfers need the key that named.sh calls sha256.key. Says "ready", and ends when standard
# input does.
. "$(dirname "$0")/lib.sh"
need knotd kdig ip
mkdir -p "$1/run" "$1/db"
D=$(cd "$1" && pwd)
ip addr add 127.53.0.40/8 dev lo
cat >"$D/knot.test.zone" <<'Z'
$TTL 300
@     SOA   ns1 hostmaster 1 3600 600 86400 60
@     NS    ns1
ns1   A     127.53.0.40
@     A     192.0.2.1
www   A     192.0.2.80
www   AAAA  2001:db8::80
alias CNAME www
*.wild A    192.0.2.81
Z
cat >"$D/knot.conf" <<C
server:
  rundir: "$D/run"
  user: root:root
  listen: 127.53.0.40@53
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  nsid: knot.test
  version: "knot of the tests"
log:
  - target: stderr
    any: info
database:
  storage: "$D/db"
key:
  - id: sha256.key
    algorithm: hmac-sha256
    secret: c2VjcmV0IG9mIHRoZSB0ZXN0cw==
acl:
  - id: transfer
    key: sha256.key
    action: [transfer, update]
mod-cookies:
  - id: default
    secret: 0x00112233445566778899aabbccddeeff
policy:
  - id: default
    nsec3: on
template:
  - id: default
    storage: "$D"
    file: "%s.zone"
    zonefile-sync: -1
    zonefile-load: difference
    dnssec-signing: on
    dnssec-policy: default
    acl: transfer
    module: mod-cookies/default
zone:
  - domain: knot.test
C
spawn knotd knotd -c "$D/knot.conf"
up 53 127.53.0.40
# The port opens before the zone is signed.
for ((i = 0; i < 400; i++)); do
    kdig @127.53.0.40 +short +dnssec +timeout=1 +retry=0 knot.test SOA 2>/dev/null | grep -q . && break
    sleep 0.02
done
serve
