#!/bin/bash
# install.sh libraries|tests: installs the packages that are missing, and says which.
# SUDO names the way to become root (set by the Makefile; empty for root).
set -euo pipefail

libraries=(libssl-dev libxml2-dev zlib1g-dev libbrotli-dev libzstd-dev libidn2-dev libpsl-dev
    libpcre2-dev pkg-config)
tests=(nginx-light nsd bind9 bind9-utils bind9-dnsutils unbound knot knot-dnsutils
    nftables openssl brotli zstd iproute2 python3 curl wget apache2-bin apache2-utils tinyproxy-bin
    microsocks dante-server squid socat mandoc procps)
# Not every distribution has these; their tests are skipped without.
optional=(chromium-headless-shell)
formulas=(openssl@3 libxml2 zlib brotli zstd libidn2 libpsl pcre2 pkgconf)

case "${1:-}" in
libraries) wanted=("${libraries[@]}") optional=() ;;
tests) wanted=("${tests[@]}") ;;
*) echo "usage: install.sh libraries|tests" >&2; exit 2 ;;
esac

if [ "$(uname)" = Darwin ]; then
    [ "$1" = libraries ] || exit 0
    command -v brew >/dev/null || { echo "install.sh: Homebrew is needed: https://brew.sh" >&2; exit 1; }
    missing=()
    for f in "${formulas[@]}"; do brew list "$f" >/dev/null 2>&1 || missing+=("$f"); done
    [ ${#missing[@]} -eq 0 ] || { echo "Installing: ${missing[*]}"; brew install "${missing[@]}"; }
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "install.sh: no apt here; install what these Debian packages hold: ${wanted[*]}" >&2
    exit 0
fi
installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]; }
missing=()
for p in "${wanted[@]}"; do
    # Any nginx will do.
    [ "$p" = nginx-light ] && [ -x /usr/sbin/nginx ] && continue
    installed "$p" || missing+=("$p")
done
lacking=()
for p in "${optional[@]}"; do installed "$p" || lacking+=("$p"); done
[ ${#missing[@]} -eq 0 ] && [ ${#lacking[@]} -eq 0 ] && exit 0
echo "Installing by apt: ${missing[*]} ${lacking[*]}"
if [ -z "${SUDO:-}" ] && [ "$(id -u)" != 0 ]; then
    echo "install.sh: not root, and no sudo: install these packages first" >&2
    exit 1
fi
# A server that is installed for the tests is started by the tests, not by its package.
keep=
if [ ! -e /usr/sbin/policy-rc.d ] && [ "$1" = tests ]; then
    keep=yes
    printf '#!/bin/sh\nexit 101\n' | ${SUDO:-} tee /usr/sbin/policy-rc.d >/dev/null
    ${SUDO:-} chmod 755 /usr/sbin/policy-rc.d
fi
trap '[ -z "$keep" ] || ${SUDO:-} rm -f /usr/sbin/policy-rc.d' EXIT
export DEBIAN_FRONTEND=noninteractive
get() { ${SUDO:-} apt-get install -y -q --no-install-recommends "$@" </dev/null; }
if ! get "${missing[@]}" "${lacking[@]}"; then
    # The lists of packages may be missing or old.
    ${SUDO:-} apt-get update -q </dev/null
    [ ${#missing[@]} -eq 0 ] || get "${missing[@]}"
    for p in "${lacking[@]}"; do
        get "$p" || echo "install.sh: no $p here; the tests with it are skipped" >&2
    done
fi
