#!/bin/bash
# named.sh DIR CERTIFICATES: the name servers of a small Internet, all played by one named, which
# has a view for every address. They answer at port 53, so this runs in a sandbox (see dig-bed.sh).
# Says "ready", and ends when standard input does.
#
#   127.53.0.1        the root            127.53.0.2   test. and arpa.
#   127.53.0.3, .4    the zones below     127.53.0.5   the same, for clients that show a cookie
#   127.53.0.10       resolver, validates 127.53.0.11  resolver with DNS64
#
# .3 and .10 answer on TLS (853), on HTTPS (443) and on HTTP (80) too; .3 at port 854 wants a
# certificate from its clients. fd53::3 and fd53::10 are the same servers.
. "$(dirname "$0")/lib.sh"
need named dnssec-keygen dnssec-signzone nsupdate ip openssl
mkdir -p "$1/z"
D=$(cd "$1" && pwd) tls=$(cd "$2" && pwd)
for i in 1 2 3 4 5 10 11; do ip addr add "127.53.0.$i/8" dev lo; done
for i in 3 10; do ip addr add "fd53::$i/128" dev lo nodad; done
cd "$D/z"

# --- The zones -----------------------------------------------------------------------------
# soa SERVER [SERIAL]
soa() { printf '$TTL 300\n@ 86400 SOA %s hostmaster.test. %s 3600 600 1209600 60\n' "$1" "${2:-1}"; }
both() { soa ns1; printf '@ 3600 NS ns1\n@ 3600 NS ns2\nns1 A 127.53.0.3\nns1 AAAA fd53::3\nns2 A 127.53.0.4\n'; }

# What most questions are about; also signed, with NSEC and with NSEC3, and with two mistakes.
for z in signed nsec3 bogus badds plain; do
    {
        both
        printf '@ TXT "zone %s"\n' "$z"
        cat <<'Z'
@            A      192.0.2.1
@            AAAA   2001:db8::1
@            MX     10 mail
@            MX     20 mail2
@            CAA    0 issue "ca.test"
mail         A      192.0.2.25
mail2        AAAA   2001:db8::25
www          A      192.0.2.80
www          A      192.0.2.81
www          AAAA   2001:db8::80
www          HTTPS  1 . alpn=h2,h3 ipv4hint=192.0.2.80 ipv6hint=2001:db8::80
alias        CNAME  www
chain1       CNAME  chain2
chain2       CNAME  chain3
chain3       CNAME  www
outside      CNAME  www.plain.test.
dangling     CNAME  nowhere
loop         CNAME  loop
tree         DNAME  other
a.other      A      192.0.2.90
*.wild       TXT    "from a wildcard"
txt          TXT    "first" "second string" "with \"quotes\" and \\ and ; and \001\200"
_443._tcp.www TLSA  3 1 1 0000000000000000000000000000000000000000000000000000000000000000
_sip._udp    SRV    10 60 5060 www
_sip._udp    SRV    20 0 5060 mail
short        1      A 192.0.2.101
minutes      60     A 192.0.2.102
hours        3600   A 192.0.2.103
days         90061  A 192.0.2.104
weeks        1209600 A 192.0.2.105
mixed        694861 A 192.0.2.106
zero         0      A 192.0.2.107
largest      2147483647 A 192.0.2.108
deep.er.names.than.usual A 192.0.2.109
mapped       AAAA   ::ffff:192.0.2.1
zeroes       AAAA   2001:db8:0:0:1:0:0:1
sub          NS     ns.sub
ns.sub       A      127.53.0.99
Z
        # More than a datagram of any size holds.
        for i in $(seq 90); do echo "many A 198.51.100.$i"; done
        for i in $(seq 30); do echo "medium A 198.51.100.$i"; done
        printf 'huge TXT'
        for i in $(seq 40); do printf ' "%0200d"' "$i"; done
        echo
    } >"$z.test"
done

# Names that are hard to print.
{
    both
    cat <<'Z'
a\.b         A  192.0.2.1
nul\000nul   A  192.0.2.2
sp\ ace      A  192.0.2.3
quo\"te      A  192.0.2.4
se\;mi       A  192.0.2.5
at\@at       A  192.0.2.6
dol\$lar     A  192.0.2.7
back\\slash  A  192.0.2.8
par\(en\)    A  192.0.2.9
high\255\128 A  192.0.2.10
UpPeR        A  192.0.2.11
_under       A  192.0.2.12
-dash-       A  192.0.2.13
tab\009      A  192.0.2.14
xn--bcher-kva A 192.0.2.15
xn--bcher-kva TXT "b\195\188cher"
caf\195\169  A  192.0.2.16
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa A 192.0.2.17
cname        CNAME nul\000nul
ptr          PTR a\.b
toxn         CNAME xn--bcher-kva
Z
} >odd.test

# One or two of every type.
{
    both
    cat <<'Z'
a          A         192.0.2.1
mb         MB        host
mg         MG        group
mr         MR        renamed
wks        WKS       10.0.0.1 tcp telnet ftp 0 1 2
ptr        PTR       host
hinfo      HINFO     "Generic PC clone" "NetBSD-1.4"
minfo      MINFO     rmailbx emailbx
mx         MX        10 host
txt        TXT       "one" "two"
rp         RP        mbox text
afsdb      AFSDB     1 host
x25        X25       123456789
isdn       ISDN      "isdn-address" "subaddress"
rt         RT        10 host
nsap       NSAP      0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00
px         PX        65535 foo bar
gpos       GPOS      -22.6882 116.8652 250.0
aaaa       AAAA      2001:db8::1
loc        LOC       60 9 N 24 39 E 10 20 2000 20
srv        SRV       1 2 3 host
naptr      NAPTR     10 20 "u" "E2U+sip" "!^.*$!sip:info@example.test!" .
kx         KX        10 host
cert       CERT      65534 65535 254 MxFcby9k/yvedMfQgKzhH5er0Mu/vILz45IkskceFGgiWCn/GxHhai6VAuHAoNUz4YoU1tVfSCSqQYn6//11U6Nld80jEeC8aTrO+KKmCaY=
a6         A6        64 ::ffff:ffff:ffff:ffff foo
dname      DNAME     host
apl        APL       !1:10.0.0.1/32 1:10.0.0.0/24 2:2001:db8::/32
ds         NS        ns1
ds         DS        12892 13 2 26584835CA80C81C91999F31CFAF2A0E89D4FF1C8FAFD0DDB31A85C719277C13
sshfp      SSHFP     4 2 C76D8329954DA2835751E371544E963EFDA099080D6C58DD2BFD9A316E162C83
ipseckey   IPSECKEY  10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==
ipseckey   IPSECKEY  10 3 2 gate AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==
dhcid      DHCID     AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=
tlsa       TLSA      3 1 2 92003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c1b177615d466f6c4b71c216a50292bd58c9ebdd2f74e38fe51ffd48c43326cbc
smimea     SMIMEA    3 1 1 0000000000000000000000000000000000000000000000000000000000000001
hip        HIP       ( 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e19WzK00+CI6zBCQTdtWsuxKbWIy87UOoJTwkUs7lBu+Upr1gsNrut79ryra+bSRGQb1slImA8YVJyuIDsj7kwzG7jnERNqnWxZ48AWkskmdHaVDP4BcelrTI3rMXdXF5D host )
ninfo      NINFO     "foo" "bar"
rkey       RKEY      0 255 1 AQMFD5raczCJHViKtLYhWGz8hMY=
talink     TALINK    before after
cds        CDS       30795 13 2 26584835CA80C81C91999F31CFAF2A0E89D4FF1C8FAFD0DDB31A85C719277C13
openpgpkey OPENPGPKEY AQMFD5raczCJHViKtLYhWGz8hMY9UGRuniJDBzC7w0aRyzWZriO6i2odGWWQVucZqKVsENW91IOW4vqudngPZsY3GvQ/xVA8/7pyFj6b7Esga60zyGW6LFe9r8n6paHrlG5ojqf0BaqHT+8=
csync      CSYNC     66 3 A NS AAAA
zonemd     ZONEMD    1 1 1 C220B8A6ED5728A971902F7E3D4FD93ADEEA88B0453C2E8E8C863D465AB06CF34EB95B266398C98B59124FA239CB7EEB
svcb       SVCB      0 host
svcb1      SVCB      1 . mandatory=port port=60 key667="hello\210qoo" ech=AEj+DQBEAQAgACAdd+scUi0IYFsXnUIU7ko2Nd9+F8M26pAGZVpz/KrWPgAEAAEAAWQVZWNoLXNpdGVzLmV4YW1wbGUubmV0AAA=
https      HTTPS     1 host alpn=h2,h3-19 no-default-alpn ipv4hint=192.0.2.1,192.0.2.2
spf        SPF       "v=spf1 -all"
spf        TXT       "v=spf1 -all"
nid        NID       10 0014:4fff:ff20:ee64
l32        L32       10 10.1.2.4
l64        L64       10 2001:0DB8:1140:1000
lp         LP        10 host
eui48      EUI48     01-23-45-67-89-ab
eui64      EUI64     01-23-45-67-89-ab-cd-ef
uri        URI       10 20 "https://www.example.test/"
caa        CAA       128 issue "ca.example.test; policy=ev"
avc        AVC       foo:bar
doa        DOA       1234567890 1234567890 1 "image/gif" R0lGODlhKAAZAOMCAGZmZgBmmf///w==
amtrelay   AMTRELAY  10 1 3 relay
sink       SINK      8 0 2 l4ik
eid        EID       12 89 AB
nimloc     NIMLOC    12 89 AB
atma       ATMA      +61200000000
ta         TA        30795 13 2 26584835CA80C81C91999F31CFAF2A0E89D4FF1C8FAFD0DDB31A85C719277C13
dlv        DLV       30795 13 2 26584835CA80C81C91999F31CFAF2A0E89D4FF1C8FAFD0DDB31A85C719277C13
private    TYPE65400 \# 5 0102030405
empty      TYPE65401 \# 0
rrsig      RRSIG     A 13 3 3600 20380101000000 20200101000000 2143 foo MxFcby9k/yvedMfQgKzhH5er0Mu/vILz45IkskceFGgiWCn/GxHhai6VAuHAoNUz4YoU1tVfSCSqQYn6//11Uw==
nsec       NSEC      host A NS SOA MX RRSIG DNSKEY NSEC TYPE65400
dnskey     DNSKEY    257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==
cdnskey    CDNSKEY   256 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==
nsec3param NSEC3PARAM 1 0 1 868BCF7ED4108929
Z
} >types.test
# And, where it is there, the zone with which BIND tests itself.
all="$here/../../../../shared/data/dns/all-rr.zone"
if [ -e "$all" ]; then cp "$all" all.test; else cp types.test all.test; fi

{ both; for i in $(seq 900); do echo "host$i A 198.51.100.$((i % 256))"; done; } >big.test
for z in dyn tsig; do { both; echo 'www A 192.0.2.80'; } >"$z.test"; done
{ soa ns1.signed.test.; printf '@ NS ns1.signed.test.\n@ NS nowhere.signed.test.\nwww A 192.0.2.80\n'; } >halfdead.test
printf '$TTL 300\n@ SOA ns1.signed.test. hostmaster.test. 1 3600 600 1209600 60\n@ NS ns1.signed.test.\n%s\n%s\n' \
    'blocked.plain.test CNAME .' 'empty.plain.test CNAME *.' >rpz.test
{ soa ns1.signed.test.; printf '@ NS ns1.signed.test.\n80 PTR www.signed.test.\n25 PTR mail.signed.test.\n'; } >2.0.192.in-addr.arpa
{ soa ns1.signed.test.; printf '@ NS ns1.signed.test.\n%s PTR www.signed.test.\n' \
    0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0; } >8.b.d.0.1.0.0.2.ip6.arpa
printf '$TTL 300\n@ CH SOA ns hostmaster 1 2 3 4 5\n@ CH NS ns\nns CH A ns 1\nhost CH A chaos 0177\nhost CH TXT "of chaos"\n' >chaos.test
printf '$TTL 300\n@ HS SOA ns hostmaster 1 2 3 4 5\n@ HS NS ns\nhost HS TXT "of Hesiod"\n' >hesiod.test

# --- The signatures: of the leaves first, then of the parents with the digests ------------------
key() {
    dnssec-keygen -q -a ECDSAP256SHA256 -f KSK "$1" >/dev/null
    dnssec-keygen -q -a ECDSAP256SHA256 "$1" >/dev/null
}
sign() {
    local z=$1
    shift
    dnssec-signzone -q -S -x -o "$z" "$@" -f "$z.signed" "$z" >/dev/null 2>&1 ||
        give_up "dnssec-signzone $z"
}
for z in signed nsec3 bogus badds; do key "$z.test"; done
sign signed.test
sign nsec3.test -3 aabbccdd -H 5 -A
sign badds.test
sign bogus.test -P -s 20200101000000 -e 20200201000000
sed -i -E 's/[0-9A-F]{8}$/00000000/' dsset-badds.test.
{
    soa ns.test.
    printf '@ NS ns\nns A 127.53.0.2\na.root A 127.53.0.1\n'
    for z in signed nsec3 bogus badds plain odd types all big dyn tsig; do
        printf '%s NS ns1.%s\n%s NS ns2.%s\nns1.%s A 127.53.0.3\nns2.%s A 127.53.0.4\n' $z $z $z $z $z $z
    done
    printf '%s\n' 'halfdead NS ns1.signed' 'halfdead NS nowhere.signed' 'lame NS a.root' \
        'dead NS nobody' 'nobody A 127.53.0.99' 'rude NS ns-1.rude' \
        'ns-1.rude A 127.53.0.60' 'knot NS ns1.knot' 'ns1.knot A 127.53.0.40' \
        'example NS ns.example' 'ns.example A 127.53.0.20'
    cat dsset-signed.test. dsset-nsec3.test. dsset-bogus.test. dsset-badds.test.
} >test
{
    soa ns.test.
    printf '@ NS ns.test.\nipv4only A 192.0.0.170\nipv4only A 192.0.0.171\n'
    printf '%s NS ns1.signed.test.\n' 2.0.192.in-addr 8.b.d.0.1.0.0.2.ip6
} >arpa
key test
sign test
{
    soa a.root.test.
    printf '@ 518400 NS a.root.test.\na.root.test. A 127.53.0.1\n'
    printf '%s\n' 'test. NS ns.test.' 'ns.test. A 127.53.0.2' 'arpa. NS ns.test.'
    cat dsset-test.
} >root
key .
dnssec-signzone -q -S -x -o . -f root.signed root >/dev/null 2>&1 || give_up "dnssec-signzone ."
printf '. 3600 NS a.root.test.\na.root.test. 3600 A 127.53.0.1\n' >hints
grep -h 'DNSKEY 257' K.+*.key >"$D/root.key"
anchor=$(sed -E 's/.*DNSKEY ([0-9]+) ([0-9]+) ([0-9]+) (.*)/". " static-key \1 \2 \3 "\4";/; s/"\. "/"."/' "$D/root.key")

# --- The keys of transactions: one an algorithm, with secrets that command lines can name -----------
keys=
for a in md5 sha1 sha224 sha256 sha384 sha512; do
    keys+="key $a.key { algorithm hmac-$a; secret \"c2VjcmV0IG9mIHRoZSB0ZXN0cw==\"; };"$'\n'
done
printf 'key "sha256.key" {\n\talgorithm hmac-sha256;\n\tsecret "c2VjcmV0IG9mIHRoZSB0ZXN0cw==";\n};\n' >"$D/tsig.key"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$D/client.key" \
    -out "$D/client.pem" -days 365 -subj '/CN=client' 2>/dev/null

primary() { echo "zone \"$1\" { type primary; file \"z/$2\"; allow-transfer { any; }; ${3:-} };"; }
leaves() {
    local z
    for z in signed nsec3 bogus badds; do primary $z.test $z.test.signed; done
    for z in plain odd types all big halfdead 2.0.192.in-addr.arpa 8.b.d.0.1.0.0.2.ip6.arpa; do
        primary "${z%.arpa}$([[ $z = *.arpa ]] && echo .arpa || echo .test)" \
            "$z$([[ $z = *.arpa ]] || echo .test)"
    done
}
cat >"$D/named.conf" <<C
options {
  directory "$D"; pid-file "$D/named.pid"; session-keyfile "$D/session.key";
  managed-keys-directory "$D"; lock-file none;
  listen-on { 127.53.0.1; 127.53.0.2; 127.53.0.3; 127.53.0.4; 127.53.0.5; 127.53.0.10; 127.53.0.11; };
  listen-on-v6 { fd53::3; fd53::10; };
  listen-on port 853 tls local { 127.53.0.3; 127.53.0.10; };
  listen-on-v6 port 853 tls local { fd53::3; };
  listen-on port 854 tls mutual { 127.53.0.3; };
  listen-on port 443 tls local http local { 127.53.0.3; 127.53.0.10; };
  listen-on-v6 port 443 tls local http local { fd53::3; };
  listen-on port 80 tls none http local { 127.53.0.3; 127.53.0.10; };
  empty-zones-enable no; notify no; recursion no; query-source address 127.53.0.10;
  max-cache-size 16m; resolver-query-timeout 3000; minimal-responses no; version "the servers of the tests";
  hostname "host.test"; server-id "named.test"; rrset-order { order none; };
  cookie-secret "00112233445566778899aabbccddeeff"; tcp-clients 400;
  max-ixfr-ratio unlimited; check-names primary ignore; check-mx ignore; check-integrity no; check-srv-cname ignore;
};
tls local { key-file "$tls/good.key"; cert-file "$tls/good.pem"; };
tls mutual { key-file "$tls/good.key"; cert-file "$tls/good.pem"; ca-file "$D/client.pem"; };
http local { endpoints { "/dns-query"; "/other"; }; };
controls { };
logging { channel f { file "$D/named.log"; print-category yes; }; category default { f; }; };
$keys
view root { match-destinations { 127.53.0.1; }; $(primary . root.signed) };
view tld { match-destinations { 127.53.0.2; }; $(primary test test.signed) $(primary arpa arpa) };
view cookies { match-destinations { 127.53.0.5; }; require-server-cookie yes; $(leaves) };
view resolver {
  match-destinations { 127.53.0.10; fd53::10; }; recursion yes; allow-recursion { any; }; allow-query-cache { any; };
  dnssec-validation yes; trust-anchors { $anchor }; zone "." { type hint; file "z/hints"; };
  response-policy { zone "rpz.test"; } break-dnssec yes qname-wait-recurse no;
  $(primary rpz.test rpz.test)
};
view dns64 {
  match-destinations { 127.53.0.11; }; recursion yes; allow-recursion { any; }; allow-query-cache { any; };
  dnssec-validation no; zone "." { type hint; file "z/hints"; };
  dns64 64:ff9b::/96 { clients { any; }; };
};
view leaf {
  match-clients { any; }; $(leaves)
  $(primary dyn.test dyn.test 'allow-update { key sha256.key; };')
  zone "tsig.test" { type primary; file "z/tsig.test";
    allow-query { $(for a in md5 sha1 sha224 sha256 sha384 sha512; do printf 'key %s.key; ' $a; done) };
    allow-transfer { key sha256.key; key sha512.key; }; };
};
view chaos CH {
  # What named has by itself, but without its limit of three answers a second.
$(for z in version:version.bind hostname:hostname.bind authors:authors.bind id:id.server; do
    echo "  zone \"${z#*:}\" CH { type primary; database \"_builtin ${z%:*}\"; };"
done)
  zone "chaos.test" CH { type primary; file "z/chaos.test"; };
};
view hesiod HS { zone "hesiod.test" HS { type primary; file "z/hesiod.test"; }; };
C
named-checkconf "$D/named.conf" >&2 || give_up "named.conf"
spawn named named -f -c "$D/named.conf" -n 1 -U 1
up 53 127.53.0.3
# Three changes, so that there are differences to transfer.
for i in 1 2 3; do
    printf 'server 127.53.0.3\nzone dyn.test\nupdate add new%s.dyn.test 60 A 192.0.2.%s\n' "$i" "$i"
    [ "$i" = 1 ] || printf 'update delete new%s.dyn.test\n' $((i - 1))
    echo send
done | nsupdate -k "$D/tsig.key" >&2 || give_up "nsupdate"
serve
