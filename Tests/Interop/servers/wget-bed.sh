#!/bin/bash
# wget-bed.sh COMMAND...: runs it in a network of its own in which there are web servers and proxies.
# Status 70: it could not be made. To try things by hand:  wget-bed.sh bash
#
#   80, 8080  wget-site.py (site.test and many other names)     443  the same over TLS
#   81   nginx             84xx  nginx over TLS (see below)       82   Apache: digest, basic, CGI
#   83   rude-http.py      85    gives each connection 100 KiB/s (nginx)
#   3128 a proxy; 3129 wants user and pass (tap.py)              3130 tinyproxy
#   3131 squid; 3132 wants user and pass                         1080 SOCKS; 1081 wants user and pass
#   99   nobody listens    53    no name exists, but for those of /etc/hosts
#
# COMMAND finds certificates and keys in $KEYS. The requests are kept in $STATE (see record.py).
# With SERVERS="site nginx" and so on, only these are started.
. "$(dirname "$0")/lib.sh"
if [ "${1:-}" != inside ]; then
    exec "$here/sandbox.sh" "$0" inside "$@"
fi
shift
need ip mount python3 nginx openssl
: "${SERVERS:=site nginx apache rude tinyproxy squid socks}"
has() { [[ " $SERVERS " == *" $1 "* ]]; }
# A folder that ends with the sandbox.
D=/mnt
mount -t tmpfs tmpfs "$D"
chmod 755 "$D"
ip link set lo up
mkdir -p "$D/state" "$D/w" "$D/home"

# Addresses for those who run at once: see record.py.
ip addr add 127.0.0.2/8 dev lo
for ((i = 0; i < ${WORKERS:-4}; i++)); do ip addr add "fd77::$(printf %x "$i")/128" dev lo nodad; done
cat >"$D/names" <<'N'
site.test localhost www.site.test other.site.test far.test robots.test shut.test
www.example.test example.test shop.co.uk other.co.uk denied.test
N
names=$(tr '\n' ' ' <"$D/names")
echo "127.0.0.1 $names" >"$D/hosts"
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >"$D/resolv.conf"
echo 'hosts: files dns' >"$D/nsswitch.conf"
: >"$D/wgetrc"
for f in resolv.conf nsswitch.conf hosts wgetrc; do
    [ ! -e "/etc/$f" ] || mount --bind "$D/$f" "/etc/$f"
done
export PYTHONDONTWRITEBYTECODE=1 STATE=$D/state KEYS=$D/certificates

"$here/certificates.sh" "$KEYS"
(
    cd "$KEYS"
    quiet() { openssl "$@" 2>>openssl.log || { tail -n 5 openssl.log >&2; exit 70; }; }
    for kind in client revoked; do
        quiet genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $kind.key
        quiet req -new -key $kind.key -out $kind.csr -subj "/O=Test/CN=$kind"
        {
            printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n'
            [ $kind = client ] && echo 'extendedKeyUsage=clientAuth' || printf '%s\n' \
                'extendedKeyUsage=serverAuth' 'subjectAltName=DNS:www.example.test,DNS:localhost'
        } >$kind.ext
        quiet ca -batch -notext -config ca.cnf -cert between.crt -keyfile between.key -in $kind.csr \
            -out $kind.crt -extfile $kind.ext -days 365
        cat $kind.crt between.crt >$kind.pem
    done
    quiet ca -config ca.cnf -cert between.crt -keyfile between.key -revoke revoked.crt
    quiet ca -config ca.cnf -cert between.crt -keyfile between.key -gencrl -crldays 30 -out between.crl
    quiet ca -config ca.cnf -cert root.crt -keyfile root.key -gencrl -crldays 30 -out root.crl
    cat between.crl root.crl >crl.pem
    openssl x509 -in client.crt -outform DER -out client.der
    quiet pkey -in client.key -outform DER -out client.key.der
    pin() { openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64; }
    pin good.crt >good.pin
    openssl x509 -in good.crt -noout -pubkey >good.pub
    mkdir -p authorities
    cp ca.pem authorities/"$(openssl x509 -in ca.pem -noout -hash).0"
)

python3 "$here/wget-site.py" 80 8080 443 "$KEYS/good.pem" "$KEYS/good.key" >"$D/site.log" 2>&1 </dev/null &
spawned+=("$!")
wait_for=(80 8080 443)
taps=()

nginx_servers() {
    mkdir -p "$D/nginx/www/files" "$D/nginx/tmp"
    cd "$D/nginx/www"
    echo hello >hello.txt
    seq 20000 >numbers.txt
    gzip -nk numbers.txt
    ! command -v brotli >/dev/null || brotli -q 5 -k numbers.txt
    ! command -v zstd >/dev/null || zstd -q numbers.txt
    echo '<html><body><a href="hello.txt">hello</a></body></html>' >index.html
    touch -d '2022-01-01 12:34:56 UTC' ./*
    printf 'user:%s\n' "$(openssl passwd -apr1 pass)" >../users
    local port tls= kind
    server() {
        tls+="server { listen $1 ssl; listen [::]:$1 ssl; ssl_certificate $KEYS/$2.pem;
    ssl_certificate_key $KEYS/$2.key; $3 include $D/nginx/site.conf; }
"
    }
    server 8443 good ''
    server 8444 good 'ssl_protocols TLSv1.2;'
    server 8445 good 'ssl_protocols TLSv1.3;'
    server 8446 good "ssl_verify_client on; ssl_verify_depth 3; ssl_client_certificate $KEYS/ca.pem;"
    port=8447
    for kind in expired early selfsigned wronghost unknown incomplete revoked; do
        server $port $kind ''
        ((port += 1))
    done
    server 8454 good 'ssl_protocols TLSv1.1; ssl_ciphers ALL@SECLEVEL=0;'
    server 8455 good 'ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384;'
    codes=
    for kind in 301 302 303 307 308; do codes+="location = /redirect/$kind { return $kind /hello.txt; } "; done
    cat >../site.conf <<C
root $D/nginx/www; absolute_redirect off;
location = /loop { return 302 /loop; }
location = /host { return 302 http://site.test/hello.txt; }
location = /empty { return 444; }
location = /info { return 200 "\$ssl_protocol \$ssl_server_name \$ssl_client_s_dn\n"; }
location = /gzip { gzip on; gzip_types *; alias $D/nginx/www/numbers.txt; }
location = /br { add_header Content-Encoding br; alias $D/nginx/www/numbers.txt.br; }
location = /zstd { add_header Content-Encoding zstd; alias $D/nginx/www/numbers.txt.zst; }
location = /chunked { gzip on; gzip_types *; alias $D/nginx/www/numbers.txt; }
location = /slow { limit_rate 200k; alias $D/nginx/www/numbers.txt; }
location /private/ { auth_basic "private"; auth_basic_user_file $D/nginx/users; alias $D/nginx/www/; }
location /put/ { root $D/nginx/tmp; dav_methods PUT DELETE; create_full_put_path on; }
location = /many { limit_req zone=few; return 200 "few\n"; }
location /list/ { alias $D/nginx/www/; autoindex on; autoindex_exact_size on; }
$codes
C
    cat >../nginx.conf <<C
worker_processes 1; daemon off; pid $D/nginx/pid; error_log $D/nginx/error.log;
$([ "$(id -u)" != 0 ] || echo 'user root;')
events { worker_connections 512; }
http {
    types { text/html html; text/plain txt; }
    default_type application/octet-stream; access_log off; server_tokens off;
    gzip_http_version 1.0; gzip_min_length 100; gzip_proxied any;
    limit_req_zone \$uri zone=few:1m rate=1r/m; limit_req_status 429;
    client_body_temp_path $D/nginx/tmp/1; proxy_temp_path $D/nginx/tmp/2;
    fastcgi_temp_path $D/nginx/tmp/3; uwsgi_temp_path $D/nginx/tmp/4; scgi_temp_path $D/nginx/tmp/5;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:all:1m;
    server { listen 127.0.0.1:18081; listen unix:$D/nginx/socket; include $D/nginx/site.conf; }
    server { listen 127.0.0.1:18085; limit_rate 100k; include $D/nginx/site.conf; }
    $tls
}
C
    spawn nginx nginx -p "$D/nginx" -e "$D/nginx/error.log" -c "$D/nginx/nginx.conf"
    taps+=(81=18081 85=18085)
    wait_for+=(18081 8443)
}

apache_server() {
    local modules=/usr/lib/apache2/modules m
    mkdir -p "$D/apache/www/digest" "$D/apache/www/basic" "$D/apache/www/cgi" "$D/apache/run"
    cd "$D/apache"
    for m in digest basic; do echo "secret of $m" >www/$m/secret.txt; done
    seq 20000 >www/numbers.txt
    touch -d '2022-01-01 12:34:56 UTC' www/*/secret.txt www/numbers.txt
    echo "user:a realm:$(printf 'user:a realm:pass' | md5sum | cut -d' ' -f1)" >digests
    printf 'user:%s\n' "$(openssl passwd -apr1 pass)" >users
    printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"; for i in 1 2 3; do echo $i; done\n' >www/cgi/count
    printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"; echo $REQUEST_METHOD $QUERY_STRING; cat\n' >www/cgi/echo
    chmod +x www/cgi/*
    cat >apache.conf <<C
ServerRoot $D/apache
DefaultRuntimeDir $D/apache/run
PidFile $D/apache/run/pid
ErrorLog $D/apache/error.log
ServerName localhost
Listen 127.0.0.1:18082
$(for m in mpm_event authn_core authn_file authz_core authz_user auth_basic auth_digest mime dir alias cgid env; do echo "LoadModule ${m}_module $modules/mod_$m.so"; done)
StartServers 1
ThreadsPerChild 8
MinSpareThreads 4
MaxSpareThreads 16
MaxRequestWorkers 16
ServerTokens Prod
ScriptSock $D/apache/run/cgid.sock
TypesConfig /etc/mime.types
DocumentRoot $D/apache/www
<Location /digest>
  AuthType Digest
  AuthName "a realm"
  AuthDigestProvider file
  AuthUserFile $D/apache/digests
  Require valid-user
</Location>
<Location /basic>
  AuthType Basic
  AuthName "a realm"
  AuthUserFile $D/apache/users
  Require valid-user
</Location>
<Directory $D/apache/www/cgi>
  Options +ExecCGI
  SetHandler cgi-script
</Directory>
C
    # Apache refuses to be root. Without it, a connection to its port is refused to both programs.
    if ! chown -R www-data "$D/apache" 2>/dev/null; then
        echo 'wget-bed.sh: no Apache, which would have to be started by root' >&2
        return
    fi
    spawn apache setpriv --reuid=www-data --regid=www-data --clear-groups apache2 -DFOREGROUND -f "$D/apache/apache.conf"
    taps+=(82=18082)
    wait_for+=(18082)
}

squid_server() {
    mkdir -p "$D/squid"
    printf 'user:%s\n' "$(openssl passwd -apr1 pass)" >"$D/squid/users"
    cat >"$D/squid/squid.conf" <<C
pid_filename none
cache_log $D/squid/cache.log
access_log none
cache deny all
cache_mem 1 MB
memory_pools off
pinger_enable off
shutdown_lifetime 0 seconds
visible_hostname proxy.test
coredump_dir $D/squid
hosts_file $D/hosts
dns_nameservers 127.0.0.1
dns_timeout 2 seconds
connect_timeout 3 seconds
acl denied dstdomain denied.test
http_access deny denied
http_port 127.0.0.1:13131 name=open
http_port 127.0.0.1:13132 name=basic
auth_param basic program /usr/lib/squid/basic_ncsa_auth $D/squid/users
auth_param basic realm proxy
auth_param basic children 2 startup=1
acl open myportname open
acl known proxy_auth REQUIRED
http_access allow open
http_access allow known
http_access deny all
C
    chown -R proxy "$D/squid" 2>/dev/null || return 0
    spawn squid setpriv --reuid=proxy --regid=proxy --clear-groups squid -N -n wgetbed -f "$D/squid/squid.conf"
    taps+=(3131=13131 3132=13132)
    wait_for+=(13131)
}

! has nginx || nginx_servers
! has apache || { need apache2 setpriv; apache_server; }
! has squid || ! command -v squid >/dev/null || ! id proxy >/dev/null 2>&1 || squid_server
if has rude; then
    spawn rude python3 "$here/rude-http.py" 83
    wait_for+=(83)
fi
if has tinyproxy; then
    need tinyproxy
    printf 'Port 13130\nListen 127.0.0.1\nTimeout 20\nLogFile "%s"\nMaxClients 50\nAllow 127.0.0.1\n' \
        "$D/tinyproxy.out" >"$D/tinyproxy.conf"
    spawn tinyproxy tinyproxy -d -c "$D/tinyproxy.conf"
    taps+=(3130=13130)
    wait_for+=(13130)
fi
if has socks; then
    need microsocks
    spawn socks microsocks -i 0.0.0.0 -p 1080
    spawn socks-known microsocks -i 0.0.0.0 -p 1081 -u user -P pass
    wait_for+=(1080 1081)
fi
spawn tap python3 "$here/tap.py" "${taps[@]}" proxy:3128 proxy-basic:3129 names:53
wait_for+=(3128 3129)
for port in "${wait_for[@]}"; do up "$port"; done

export LC_ALL=C.UTF-8 TZ=UTC HOME=$D/home
cd "$D/w"
status=0
"$@" || status=$?
exit $status
