#!/bin/bash
# certificates.sh DIR: an authority, and certificates of which all but one have a defect.
# DIR/ca.pem is what to trust; of each kind there are DIR/KIND.pem (with the intermediate
# authority, where there is one) and DIR/KIND.key.
. "$(dirname "$0")/lib.sh"
need openssl
mkdir -p "$1"
cd "$1"
names='DNS:localhost,DNS:www.example.test,IP:127.0.0.1,IP:::1'

run() { openssl "$@" 2>>openssl.log || { tail -n 5 openssl.log >&2; exit 70; }; }
key() { run genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"; }
# authority KIND NAME: one that signs itself.
authority() {
    key "$1"
    run req -x509 -new -key "$1.key" -out "$1.crt" -days 3650 -subj "/O=Test/CN=$2" \
        -addext 'basicConstraints=critical,CA:TRUE' \
        -addext 'keyUsage=critical,keyCertSign,cRLSign'
}

cat >ca.cnf <<'C'
[ca]
default_ca = here
[here]
dir = .
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = names
unique_subject = no
[names]
commonName = supplied
organizationName = optional
C
: >index.txt
echo 1000 >serial

authority root 'Test Root'
authority stranger 'A Root That Nobody Trusts'
key between
run req -new -key between.key -out between.csr -subj '/O=Test/CN=Test Intermediate'
run x509 -req -in between.csr -CA root.crt -CAkey root.key -CAcreateserial -days 3650 \
    -out between.crt -extfile <(
        printf '%s\n' 'basicConstraints=critical,CA:TRUE,pathlen:0' \
            'keyUsage=critical,keyCertSign,cRLSign' 'subjectKeyIdentifier=hash' \
            'authorityKeyIdentifier=keyid')

# issue KIND NAMES FROM TO AUTHORITY; `openssl ca` lets the time of validity be chosen.
issue() {
    key "$1"
    run req -new -key "$1.key" -out "$1.csr" -subj "/O=Test/CN=$1"
    printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' \
        'extendedKeyUsage=serverAuth' 'subjectKeyIdentifier=hash' \
        'authorityKeyIdentifier=keyid' "subjectAltName=$2" >"$1.ext"
    run ca -batch -notext -config ca.cnf -cert "$5.crt" -keyfile "$5.key" -in "$1.csr" \
        -out "$1.crt" -extfile "$1.ext" -startdate "$3" -enddate "$4"
    cp "$1.crt" "$1.pem"
    [ "$5" != between ] || cat between.crt >>"$1.pem"
}
past=20200101000000Z
today=$(date -u -d '-1 hour' +%Y%m%d%H%M%SZ)
soon=$(date -u -d '+1 year' +%Y%m%d%H%M%SZ)
late=$(date -u -d '+5 years' +%Y%m%d%H%M%SZ)
issue good "$names" "$today" "$soon" between
issue expired "$names" "$past" 20210101000000Z between
issue early "$names" "$soon" "$late" between
issue wronghost 'DNS:wrong.example.test' "$today" "$soon" between
issue unknown "$names" "$today" "$soon" stranger
key selfsigned
run req -x509 -new -key selfsigned.key -out selfsigned.pem -days 365 -subj '/CN=localhost' \
    -addext "subjectAltName=$names"
# The server forgets to send the intermediate.
cp good.key incomplete.key
cp good.crt incomplete.pem
cp root.crt ca.pem
rm -f ./*.csr ./*.ext ./*.old ./*.attr ./*.srl ./10*.pem
