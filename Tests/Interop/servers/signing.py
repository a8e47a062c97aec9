"""What wget-site.py asks a client to prove (user and pass), and what it says of its own files."""
import base64
import hashlib
import re

NONCE, OPAQUE = "dcd98b7102dd2f0e8b11d0f600bfb0c0", "5ccc069c403ebaf9f0171e9517f40e41"
REALM = "a realm"
# Name: the algorithm and the qualities of protection that are offered.
DIGESTS = {
    "digest": ("MD5", "auth"), "digest-old": ("MD5", ""), "digest-none": ("", "auth"),
    "digest-sess": ("MD5-sess", "auth"), "digest-both": ("MD5", "auth,auth-int"),
    "digest-int": ("MD5", "auth-int"), "digest-sha": ("SHA-256", "auth"),
    "digest-unknown": ("CRC-32", "auth"),
}


def parameters(text):
    return {name.lower(): quoted or plain for name, quoted, plain in
            re.findall(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', text)}


def digest_is_right(given, algorithm, method, target, body):
    """RFC 7616 3.4.1."""
    new = hashlib.sha256 if algorithm.startswith("SHA-256") else hashlib.md5

    def h(*parts):
        return new(":".join(parts).encode()).hexdigest()

    found = parameters(given)
    if not given.lower().startswith("digest ") or found.get("uri") != target:
        return False
    if found.get("nonce") != NONCE or found.get("opaque") != OPAQUE or found.get("realm") != REALM:
        return False
    a1 = h("user", REALM, "pass")
    if algorithm.endswith("-sess"):
        a1 = h(a1, NONCE, found.get("cnonce", ""))
    qop = found.get("qop", "")
    a2 = h(method, target, new(body).hexdigest()) if qop == "auth-int" else h(method, target)
    middle = [NONCE] + ([found.get("nc", ""), found.get("cnonce", ""), qop] if qop else [])
    return found.get("response") == h(a1, *middle, a2)


def challenge(kind):
    algorithm, qop = DIGESTS[kind]
    text = f'Digest realm="{REALM}", nonce="{NONCE}", opaque="{OPAQUE}"'
    return text + f", algorithm={algorithm}" * bool(algorithm) + f', qop="{qop}"' * bool(qop)


def answer(reply, rest, method, target, fields, body):
    """Below /auth/KIND/."""
    kind = rest.split("/")[0]
    given = fields.get("authorization", "")
    basic = given == "Basic " + base64.b64encode(b"user:pass").decode()
    asks = [f'Basic realm="{REALM}"']
    right = basic
    if kind in DIGESTS:
        asks = [challenge(kind)]
        right = digest_is_right(given, DIGESTS[kind][0], method, target, body)
    elif kind == "both":
        asks.append(challenge("digest"))
        right = basic or digest_is_right(given, "MD5", method, target, body)
    elif kind == "one-line":
        asks = [f'{asks[0]}, {challenge("digest")}']
        right = basic or digest_is_right(given, "MD5", method, target, body)
    elif kind == "bearer":
        asks = [f'Bearer realm="{REALM}"']
        right = given == "Bearer token"
    elif kind == "other":
        asks = ["Strange x=y"]
    elif kind == "silent":
        asks = []
    if right:
        return reply(200, f"secret of {rest}\n")
    return reply(401, "who are you?\n", fields=[f"WWW-Authenticate: {each}" for each in asks])


def mirrored(reply, rest, content):
    """Metalink/HTTP below /mirror/, RFC 6249: where else a file is, and its digest."""
    digest = hashlib.sha256(content if "wrong" not in rest else b"other").digest()
    first = "http://site.test/status/404" if "dead" in rest else "http://far.test/numbers.txt"
    return reply(200, content, fields=[
        f"Digest: SHA-256={base64.b64encode(digest).decode()}",
        f"Link: <{first}>; rel=duplicate; pri=1",
        "Link: <http://www.site.test/numbers.txt>; rel=duplicate; pri=2; geo=de",
        'Link: <http://site.test/numbers.txt.meta4>; rel=describedby; type="application/metalink4+xml"'])
