#!/bin/bash
# situation.sh SITUATION CERTIFICATES COMMAND...
# Runs COMMAND in a network of its own in which SITUATION holds. The names of example.test are
# served at 127.0.0.1:53 (see nsd.sh), the pages of nginx.sh at port 80, and rude.py at port 79,
# where the situation has use for them. Status 70 says that the situation could not be made.
#
#   probe          nothing special: can such a network be made at all?
#   site           everything works
#   no-network     not even loopback is up
#   no-dns         nobody listens at the name server's port
#   silent-dns     the name server never answers
#   far-dns        there is no way to the name server
#   broken-dns     the name server answers that it cannot tell
#   bad-routes     routes that are `unreachable` (198.51.100.1), `prohibit` (.2), `blackhole` (.3);
#                  there is no route to 203.0.113.1
#   dropped        connections to port 80 vanish
#   loss           packets vanish once a page is on its way
. "$(dirname "$0")/lib.sh"
if [ "${1:-}" != inside ]; then
    exec "$here/sandbox.sh" "$0" inside "$@"
fi
shift
situation=$1 certificates=$2
shift 2
need ip mount
# A folder that ends with the sandbox.
D=/mnt
mount -t tmpfs tmpfs "$D"

# Nobody else's configuration reaches in.
nameserver() {
    printf 'nameserver %s\noptions timeout:1 attempts:1\n' "$1" >"$D/resolv.conf"
    mount --bind "$D/resolv.conf" /etc/resolv.conf
}
echo 'hosts: files dns' >"$D/nsswitch.conf"
echo '127.0.0.1 localhost' >"$D/hosts"
[ ! -e /etc/nsswitch.conf ] || mount --bind "$D/nsswitch.conf" /etc/nsswitch.conf
mount --bind "$D/hosts" /etc/hosts
nameserver 127.0.0.1
[ "$situation" = no-network ] || ip link set lo up

server() {
    local script=$1 port=$2
    shift 2
    spawn "$(basename "$script")" "$script" "$@"
    up "$port"
}
# A server script ends with its standard input; here it ends with the sandbox instead.
spawn() {
    local name=$1
    shift
    sleep infinity | "$@" >"$D/$name.log" 2>&1 &
    spawned+=("$!")
}
names() { server "$here/nsd.sh" 53 "$D/nsd" "$certificates" 53 853; }
pages() {
    mkdir -p "$D/nginx"
    server "$here/nginx.sh" 80 "$D/nginx" "$certificates" 80 443 444 445 446 447 448 449 450
}
rude() { need python3; server python3 79 "$here/rude.py" 79; }
firewall() { need nft; nft "add table inet t; add chain inet t in { type filter hook input priority 0; }; add rule inet t in $1"; }

case $situation in
probe | no-network | no-dns) ;;
site) names; pages; rude ;;
silent-dns) firewall 'udp dport 53 drop'; nft 'add rule inet t in tcp dport 53 drop' ;;
far-dns) nameserver 203.0.113.53 ;;
broken-dns) names ;;
bad-routes)
    names
    ip route add unreachable 198.51.100.1
    ip route add prohibit 198.51.100.2
    ip route add blackhole 198.51.100.3
    ;;
dropped) names; firewall 'tcp dport 80 drop' ;;
loss)
    names
    pages
    # The handshake passes, and packets of any size do not.
    firewall 'tcp sport 80 meta length > 200 drop'
    ;;
*) give_up "no such situation: $situation" ;;
esac
status=0
"$@" </dev/null || status=$?
exit $status
