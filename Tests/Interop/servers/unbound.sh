#!/bin/bash
# unbound.sh DIR CERTIFICATES HINTS ANCHOR: a resolver at 127.53.0.30, with names of its own. It
# resolves from the root that HINTS names, and validates with the key in ANCHOR (named.sh makes
# both); so it needs port 53 and runs in a sandbox. TLS at 853, HTTPS at 443.
# Says "ready", and ends when standard input does.
. "$(dirname "$0")/lib.sh"
need unbound ip
mkdir -p "$1"
D=$(cd "$1" && pwd)
ip addr add 127.53.0.30/8 dev lo
cat >"$D/unbound.conf" <<C
server:
  directory: "$D"
  chroot: ""
  username: ""
  pidfile: "$D/unbound.pid"
  use-syslog: no
  num-threads: 1
  module-config: "validator iterator"
  trust-anchor-file: "$4"
  root-hints: "$3"
  interface: 127.53.0.30@53
  interface: 127.53.0.30@853
  interface: 127.53.0.30@443
  outgoing-interface: 127.53.0.30
  do-ip6: no
  tls-port: 853
  https-port: 443
  http-endpoint: "/dns-query"
  tls-service-key: "$2/good.key"
  tls-service-pem: "$2/good.pem"
  access-control: 127.0.0.0/8 allow
  ede: yes
  val-log-level: 2
  nsid: ascii_unbound.test
  rrset-roundrobin: no
  minimal-responses: no
  # Loopback is where this Internet is.
  do-not-query-localhost: no
  local-zone: "test." nodefault
  local-zone: "local.lan." static
  local-data: "host.local.lan. 60 IN A 192.0.2.10"
  local-data: "host.local.lan. 60 IN AAAA 2001:db8::10"
  local-data: "host.local.lan. 60 IN TXT 'of unbound itself'"
  local-data-ptr: "192.0.2.10 host.local.lan"
  local-zone: "refused.lan." refuse
  local-zone: "drop.lan." deny
  local-zone: "nx.lan." always_nxdomain
  local-zone: "redirect.lan." redirect
  local-data: "redirect.lan. A 192.0.2.11"
  local-zone: "truncated.lan." always_refuse
  local-zone: "null.lan." always_null
remote-control:
  control-enable: no
C
spawn unbound unbound -d -c "$D/unbound.conf"
up 53 127.53.0.30
serve
