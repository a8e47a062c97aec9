#!/bin/bash
# nginx.sh DIR CERTIFICATES HTTP GOOD EXPIRED EARLY SELFSIGNED WRONGHOST UNKNOWN INCOMPLETE OLD
# nginx on loopback at these ports, one for plain HTTP and one for each certificate; OLD speaks
# only TLS 1.1. Says "ready", and ends when standard input does.
. "$(dirname "$0")/lib.sh"
need nginx brotli zstd gzip
mkdir -p "$1/www" "$1/tmp"
D=$(cd "$1" && pwd)
T=$(cd "$2" && pwd)
shift 2
http=$1
shift

cd "$D/www"
page() { printf '<!doctype html><html><head><meta charset=utf-8><title>%s</title></head><body>%s</body></html>\n' "$1" "$2"; }
page 'A blog' '<nav><a href="/about">About</a></nav><article><h2><a href="/article/1">One</a></h2></article>' >index.html
mkdir -p article about no-article no-title missing feed
page 'Caf&eacute; &amp;
   <b>friends</b>' '<h1>One</h1>' >article/1
page 'About' 'About.' >about/index.html
page 'Nothing here' '<nav><a href="/about">About</a> <a href="/tags/">Tags</a></nav>' >no-article/index.html
page 'Untitled' '<article><h2><a href=/no-title/1>One</a></h2></article>' >no-title/index.html
echo '<!doctype html><html><body><h1>No title</h1></body></html>' >no-title/1
page 'Missing' '<article><h2><a href=/nowhere>One</a></h2></article>' >missing/index.html
page 'Feed' '<link rel=alternate type=application/rss+xml href=rss>' >feed/index.html
echo '<rss version="2.0"><channel><item><link>/article/1</link></item></channel></rss>' >feed/rss
echo hello >hello.txt
seq 100000 >numbers.txt
brotli -q 5 -kf numbers.txt
zstd -qf numbers.txt
gzip -kf numbers.txt
{ printf '<title>Big</title><body>'; head -c 5000000 /dev/zero | tr '\0' x; } >big

codes=
for c in 204 400 403 404 410 429 500 502 504; do codes+="location = /status/$c { return $c; } "; done
for c in 301 302 303 307 308; do codes+="location = /redirect/$c { return $c /hello.txt; } "; done
cat >"$D/site.conf" <<C
root $D/www;
location = /status/503 { add_header Retry-After 1 always; return 503; }
location = /redirect/loop { return 302 /redirect/loop; }
location = /redirect/far { return 301 http://localhost:$http/hello.txt; }
location = /redirect/article { return 302 http://\$http_host/article/1; }
location = /empty { return 444; }
location = /request { return 200 "\$connection \$connection_requests \$ssl_protocol \$ssl_session_reused"; }
location = /slow { limit_rate 200k; alias $D/www/numbers.txt; }
location = /crawl { limit_rate 1k; alias $D/www/numbers.txt; }
location = /gzip { gzip on; gzip_types *; alias $D/www/numbers.txt; }
location = /br { add_header Content-Encoding br; alias $D/www/numbers.txt.br; }
location = /zstd { add_header Content-Encoding zstd; alias $D/www/numbers.txt.zst; }
location = /until-close { gzip on; gzip_types *; chunked_transfer_encoding off; alias $D/www/numbers.txt; }
location = /echo { client_max_body_size 10m; proxy_pass http://127.0.0.1:$http/length; }
location = /length { client_max_body_size 10m; return 200 "\$request_method \$http_content_length"; }
$codes
C
tls=
for kind in good expired early selfsigned wronghost unknown incomplete; do
    tls+="server { listen 127.0.0.1:$1 ssl; listen [::1]:$1 ssl; ssl_certificate $T/$kind.pem;
    ssl_certificate_key $T/$kind.key; include $D/site.conf; }
"
    shift
done
cat >"$D/nginx.conf" <<C
worker_processes 1; daemon off; pid $D/nginx.pid; error_log $D/error.log info;
$([ "$(id -u)" != 0 ] || echo 'user root;')
events { worker_connections 512; }
http {
    types { application/rss+xml rss; text/plain txt; }
    default_type text/html; access_log $D/access.log; keepalive_timeout 10;
    gzip_http_version 1.0; gzip_min_length 100; gzip_proxied any;
    client_body_temp_path $D/tmp/1; proxy_temp_path $D/tmp/2; fastcgi_temp_path $D/tmp/3;
    uwsgi_temp_path $D/tmp/4; scgi_temp_path $D/tmp/5;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:all:1m;
    server { listen 127.0.0.1:$http; listen [::1]:$http; include $D/site.conf; }
    server { listen 127.0.0.1:$1 ssl; ssl_certificate $T/good.pem; ssl_certificate_key $T/good.key;
        ssl_protocols TLSv1.1; ssl_ciphers ALL@SECLEVEL=0; }
    $tls
}
C
spawn nginx nginx -p "$D" -e "$D/error.log" -c "$D/nginx.conf"
up "$http"
serve
