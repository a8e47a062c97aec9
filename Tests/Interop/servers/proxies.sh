#!/bin/bash
# proxies.sh DIR CERTIFICATES PORT*7: proxies on loopback, in this order: tinyproxy, tinyproxy for
# user:pass alone, microsocks, microsocks for user:pass alone, dante, squid for user:pass alone, squid
# over TLS. dante and squid refuse 127.0.0.9. Says "ready", and ends when standard input does.
. "$(dirname "$0")/lib.sh"
need tinyproxy microsocks danted squid openssl
mkdir -p "$1"
D=$(cd "$1" && pwd)
certificates=$2
shift 2

tiny() {
    cat >"$D/tinyproxy-$1.conf" <<C
Port $1
Listen 127.0.0.1
Timeout 20
LogFile "$D/tinyproxy-$1.txt"
LogLevel Info
MaxClients 50
Allow 127.0.0.1
${2:+BasicAuth ${2/:/ }}
C
    spawn "tinyproxy-$1" tinyproxy -d -c "$D/tinyproxy-$1.conf"
}
tiny "$1"
tiny "$2" user:pass
spawn microsocks microsocks -i 127.0.0.1 -p "$3"
spawn microsocks-user microsocks -i 127.0.0.1 -p "$4" -u user -P pass

me=$(id -un)
cat >"$D/danted.conf" <<C
logoutput: $D/danted.txt
internal: 127.0.0.1 port = $5
external: lo
clientmethod: none
socksmethod: none
user.privileged: $me
user.unprivileged: $me
client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
socks block { from: 0.0.0.0/0 to: 127.0.0.9/32 }
socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 command: connect }
C
spawn danted danted -N 1 -f "$D/danted.conf" -p "$D/danted.pid"

echo "user:$(openssl passwd -apr1 pass)" >"$D/users"
cat >"$D/squid.conf" <<C
pid_filename none
cache_log $D/squid-cache.txt
access_log none
cache deny all
cache_mem 1 MB
memory_pools off
pinger_enable off
shutdown_lifetime 0 seconds
visible_hostname proxy.test
coredump_dir $D
hosts_file /etc/hosts
dns_nameservers 127.0.0.1
acl forbidden dst 127.0.0.9
http_access deny forbidden
http_port 127.0.0.1:$6 name=basic
https_port 127.0.0.1:$7 name=tls tls-cert=$D/proxy.pem tls-key=$D/proxy.key
auth_param basic program /usr/lib/squid/basic_ncsa_auth $D/users
auth_param basic realm proxies
auth_param basic children 2 startup=1
acl open myportname tls
acl known proxy_auth REQUIRED
http_access allow open
http_access allow known
http_access deny all
C
# It sends the first certificate of the file alone, so that has to be one which signed itself.
cp "$certificates/selfsigned.pem" "$D/proxy.pem"
cp "$certificates/selfsigned.key" "$D/proxy.key"
as=()
if [ "$(id -u)" = 0 ]; then
    # squid will not run as root; as another it has to reach this folder all the same.
    as=(setpriv --reuid=proxy --regid=proxy --clear-groups --inh-caps=+dac_override
        --ambient-caps=+dac_override)
fi
spawn squid "${as[@]}" squid -N -n "t$6" -f "$D/squid.conf"
for port in "$@"; do up "$port"; done
serve
