"""wget-site.py HTTP HTTP2 HTTPS CERTIFICATE KEY: a web site on which clients are compared.

It keeps what it is asked (record.py). Its pages are those of pages.py; below /r/ is a site with all
that leads from one page to another. What else there is stands below: `answer` finds it by path.
"""
import gzip
import re
import ssl
import sys
import threading
import time
import urllib.parse
import zlib

import pages
import record
import signing

MODIFIED = "Sat, 01 Jan 2022 12:34:56 GMT"
DATE = "Wed, 01 Jan 2025 00:00:00 GMT"
REASONS = {200: "OK", 201: "Created", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently",
           302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
           308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
           404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 410: "Gone",
           416: "Requested Range Not Satisfiable", 418: "I'm a teapot", 429: "Too Many Requests",
           500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
           504: "Gateway Timeout"}
# What Content-Disposition says below /cd/.
DISPOSITIONS = {
    "plain": "attachment; filename=named.txt", "quoted": 'attachment; filename="na med.txt"',
    "inline": 'inline; filename="inline.txt"', "star": "attachment; filename*=UTF-8''caf%C3%A9.txt",
    "both": "attachment; filename=\"plain.txt\"; filename*=UTF-8''star.txt",
    "up": 'attachment; filename="../../up.txt"', "absolute": 'attachment; filename="/tmp/up.txt"',
    "backslash": 'attachment; filename="..\\\\..\\\\up.txt"', "empty": 'attachment; filename=""',
    "none": "attachment", "garbage": "filename", "dots": 'attachment; filename=".."',
    "escaped": 'attachment; filename="a\\"b.txt"', "hidden": 'attachment; filename=".bashrc"',
    "latin": 'attachment; filename="caf\u00e9.txt"', "semicolon": 'attachment; filename="a;b.txt"',
    "upper": 'ATTACHMENT; FILENAME="UPPER.TXT"', "space": 'attachment ; filename = "space.txt"',
    "continued": 'attachment; filename*0="one"; filename*1="two.txt"',
    "percent": 'attachment; filename="a%2Fb%20c.txt"',
}
REDIRECTS = {
    "relative": "../hello.txt", "host": "http://www.site.test/hello.txt", "far": "http://far.test/cookie/show",
    "port": "http://site.test:8080/hello.txt", "loop": "/redirect/loop", "ftp": "ftp://site.test/x",
    "fragment": "/hello.txt#part", "space": "/names/a b", "scheme": "//www.site.test/hello.txt",
    "query": "/hello.txt?a=b", "upper": "HTTP://SITE.TEST/hello.txt", "nonascii": "/names/caf\u00e9",
    "escaped": "/names/caf%C3%A9", "gone": "/status/404", "empty": "", "dead": "http://site.test:99/",
    "nowhere": "http://nowhere.test/", "bad": "http://[::1/", "javascript": "javascript:x",
    "auth": "/auth/basic/secret.txt", "far-auth": "http://far.test/auth/basic/secret.txt",
    "user": "http://user:pass@site.test/auth/basic/secret.txt", "long": "/names/" + "n" * 250,
    "https": "https://www.example.test/hello.txt", "name": "/cd/plain", "up": "/../../hello.txt",
    "cookie": "/cookie/show", "slash": "/s/", "page": "/type/html",
}
COOKIES = {
    "set": ["one=1"], "two": ["one=1; path=/", "two=2; path=/"], "path": ["deep=1; path=/cookie/deep"],
    "expires": ["late=1; expires=Fri, 01 Jan 2038 00:00:00 GMT; path=/"],
    "old": ["late=; expires=Sat, 01 Jan 2000 00:00:00 GMT; path=/"],
    "age": ["aged=1; Max-Age=3600; path=/"], "domain": ["wide=1; Domain=site.test; path=/"],
    "dot": ["dotted=1; Domain=.site.test; path=/"], "secure": ["safe=1; Secure; path=/"],
    "foreign": ["foreign=1; Domain=far.test; path=/"], "top": ["top=1; Domain=test; path=/"],
    "suffix": ["suffix=1; Domain=co.uk; path=/"], "only": ["only=1; HttpOnly; path=/"],
    "odd": ['odd="a b; path=/', "=nameless; path=/", "empty=; path=/", "eq=a=b=c; path=/"],
    "site": ["strict=1; SameSite=Strict; path=/"], "prefix": ["__Host-x=1; path=/", "__Secure-y=2; path=/"],
    "all": ["a=1; expires=Fri, 01-Jan-2038 00:00:00 GMT; domain=site.test; path=/; secure; httponly",
            "b=2; path=/; expires=Fri Jan  1 00:00:00 2038", "c=3"],
    "bad-date": ["bad=1; expires=whenever; path=/"], "comma": ["x=1,y=2; path=/"],
}


class Reply:
    """One answer, as it is put together."""

    def __init__(self, status=200, content=b"", kind="text/plain", fields=()):
        self.status, self.kind, self.fields = status, kind, list(fields)
        self.content = content if isinstance(content, bytes) else content.encode()
        self.length, self.close, self.chunked = None, False, False
        # What is sent of the content, and how many seconds go by before each piece.
        self.sent, self.pause, self.piece = None, 0, 0

    def head(self):
        rows = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Odd')}", f"Date: {DATE}"]
        rows += [f"Content-Type: {self.kind}"] * bool(self.kind) + self.fields
        if self.chunked:
            rows.append("Transfer-Encoding: chunked")
        elif self.length != "none" and self.status not in (204, 304):
            rows.append(f"Content-Length: {len(self.content) if self.length is None else self.length}")
        if self.close:
            rows.append("Connection: close")
        return "".join(row + "\r\n" for row in rows).encode("utf-8") + b"\r\n"

    def send(self, peer, with_body):
        octets = self.content if self.sent is None else self.content[:self.sent]
        if self.chunked:
            octets = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in
                              (octets[n:n + 1000] for n in range(0, len(octets), 1000))) + b"0\r\n\r\n"
        if not with_body or self.status in (204, 304):
            octets = b""
        if not self.pause:
            return peer.sendall(self.head() + octets)
        peer.sendall(self.head())
        for start in range(0, len(octets), self.piece):
            time.sleep(self.pause)
            peer.sendall(octets[start:start + self.piece])


def file(path, content, kind, fields, modified=MODIFIED, ranges=True):
    """A file, by the conditions and ranges of the request."""
    tag = f'"{zlib.crc32(content):x}"'
    common = [f"Last-Modified: {modified}", f"ETag: {tag}"] + ["Accept-Ranges: bytes"] * ranges
    asked = fields.get("if-none-match")
    if asked and tag in asked or not asked and fields.get("if-modified-since") == modified:
        return Reply(304, b"", "", common)
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", fields.get("range", ""))
    if found and ranges and fields.get("if-range", tag) in (tag, modified):
        first, last = int(found[1]), min(int(found[2] or len(content) - 1), len(content) - 1)
        if first >= len(content):
            return Reply(416, b"", "text/plain", [f"Content-Range: bytes */{len(content)}"])
        return Reply(206, content[first:last + 1], kind, common + [
            f"Content-Range: bytes {first}-{last}/{len(content)}"])
    return Reply(200, content, kind, common)


def redirect(name, client):
    if name.isdigit():
        return Reply(int(name), "moved\n", fields=["Location: /hello.txt"])
    if name.startswith("chain"):
        left = int(name[5:])
        return Reply(302, "", fields=["Location: " + (f"/redirect/chain{left - 1}" if left else "/hello.txt")])
    fields = ["Location: " + REDIRECTS[name]] if name != "none" else []
    if name == "cookie":
        fields.append("Set-Cookie: onway=1; path=/")
    return Reply(302, "moved\n", fields=fields)


def counted(name, client, fields):
    """What is not the same each time."""
    times = client.count(name)
    content = pages.NUMBERS
    if name.startswith("fail"):
        # failSTATUS-TIMES
        status, count = name[4:].split("-")
        return Reply(int(status), "failed\n", fields=["Retry-After: 1"]) if times <= int(count) else (
            file(name, content, "text/plain", fields))
    reply = file(name, content, "text/plain", fields, ranges="noranges" not in name)
    if "cut" in name and times <= 2:
        # Less than was announced, twice.
        reply.close, reply.sent = True, len(reply.content) // 3
    if "changed" in name and times > 1:
        reply = file(name, content[::-1], "text/plain", fields, "Sun, 02 Jan 2022 12:34:56 GMT")
    if "page" in name:
        reply = Reply(200, f"time {times}\n", fields=[f"Last-Modified: {MODIFIED}"])
    return reply


def coded(name, fields):
    """Content codings; with /auto/ only when they are asked for."""
    accepts = fields.get("accept-encoding", "")
    content = f"{name} {'coded ' * 200}\n".encode()
    if name == "page.html":
        content = b'<a href="from-coded.html">x</a>\n' * 50
    kind = "text/html" if name.endswith("html") else "text/plain"
    packed = gzip.compress(content, mtime=0)
    if name.startswith("auto"):
        if "gzip" not in accepts:
            return Reply(200, content, kind, ["Vary: Accept-Encoding"])
    if name == "deflate":
        return Reply(200, zlib.compress(content), kind, ["Content-Encoding: deflate"])
    if name == "broken":
        packed = packed[:20] + b"\xff" * 20 + packed[40:]
    if name == "cut":
        packed = packed[:-20]
    if name == "twice":
        return Reply(200, gzip.compress(packed, mtime=0), kind, ["Content-Encoding: gzip, gzip"])
    if name == "not":
        packed = content
    if name == "unknown":
        return Reply(200, content, kind, ["Content-Encoding: rot13"])
    if name == "file.tar.gz":
        kind = "application/x-gzip"
    if name == "style.gz":
        kind = "text/css"
    reply = Reply(200, packed, kind, ["Content-Encoding: " + ("x-gzip" if name == "x" else "gzip")])
    reply.chunked = name == "chunked"
    return reply


def slow(name):
    reply = Reply(200, "slowly\n" * 3)
    reply.pause, reply.piece = {"drip": (0.05, 4), "pause": (3, 10)}[name]
    return reply


def shaped(name):
    """How the body ends."""
    reply = Reply(200, pages.NUMBERS[:5000], fields=[f"Last-Modified: {MODIFIED}"])
    reply.chunked = name == "chunked"
    if name == "close":
        reply.length, reply.close = "none", True
    if name == "nothing":
        reply.content = b""
    return reply


DATES = {"future": "Fri, 01 Jan 2038 00:00:00 GMT", "rfc850": "Saturday, 01-Jan-22 12:34:56 GMT",
         "asctime": "Sat Jan  1 12:34:56 2022", "bad": "some time ago", "zero": "Thu, 01 Jan 1970 00:00:00 GMT",
         "local": "Sat, 01 Jan 2022 12:34:56 +0200", "early": "Fri, 01 Jan 1960 00:00:00 GMT"}


def echo(method, target, head, body):
    shown = re.sub(rb"(?im)^user-agent:.*\r\n", b"", head)
    return Reply(200, shown.replace(b"\r\n", b"\n") + body)


def answer(client, method, target, fields, head, body):
    path = urllib.parse.unquote(target.split("?")[0], errors="replace")
    first, _, rest = path.lstrip("/").partition("/")
    host = re.sub(r":\d+$", "", fields.get("host", ""))
    if path == "/robots.txt":
        text = pages.ROBOTS.get(host)
        return Reply(200, text) if text else Reply(404, "no rules\n")
    if path == "/r/redirected.html":
        return Reply(302, "", fields=["Location: target.html"])
    if path in pages.PAGES:
        kind, content = pages.PAGES[path]
        return file(path, content, kind, fields)
    suffix = path.rpartition(".")[2]
    if first in ("r", "s") and suffix in pages.SUFFIXES:
        return file(path, pages.SUFFIXES[suffix][1], pages.SUFFIXES[suffix][0], fields)
    if first == "status":
        return Reply(int(rest[:3]), f"status {rest}\n")
    if first == "redirect":
        return redirect(rest, client)
    if first == "echo":
        return echo(method, target, head, body)
    if first == "names":
        return Reply(200, f"{target}\n", fields=[f"Last-Modified: {MODIFIED}"])
    if first == "cd":
        return Reply(200, f"{rest}\n", fields=[f"Content-Disposition: {DISPOSITIONS[rest]}"])
    if first == "cookie":
        if rest.startswith(("show", "deep")):
            return Reply(200, f"Cookie: {fields.get('cookie', 'none')}\n")
        return Reply(200, "set\n", fields=[f"Set-Cookie: {each}" for each in COOKIES[rest]])
    if first == "auth":
        return signing.answer(Reply, rest, method, target, fields, body)
    if first == "count":
        return counted(rest, client, fields)
    if first == "coded":
        return coded(rest, fields)
    if first == "slow":
        return slow(rest)
    if first == "shape":
        return shaped(rest)
    if first == "dates":
        return file(path, b"dated\n", "text/plain", fields, DATES[rest])
    if first == "norange":
        return file(path, pages.NUMBERS, "text/plain", fields, ranges=False)
    if first == "undated":
        return Reply(200, "undated\n")
    if first == "hsts":
        return Reply(200, "safe\n", fields=["Strict-Transport-Security: max-age=31536000; includeSubDomains"])
    if first == "mirror":
        return signing.mirrored(Reply, rest, pages.NUMBERS)
    if path in ("/r", "/s", "/r/sub"):
        return Reply(301, "", fields=[f"Location: {path}/"])
    return Reply(404, "not found\n", "text/html")


def serve(name):
    def one(peer):
        client = record.Client(name, peer)
        while head := client.head():
            method, target, fields = record.parsed(head)
            if "100-continue" in fields.get("expect", ""):
                peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            octets, body = client.body(fields)
            client.note(head + octets)
            try:
                reply = answer(client, method, target, fields, head, body)
            except (KeyError, ValueError):
                reply = Reply(404, "no such case\n")
            if fields.get("connection", "").lower() == "close":
                reply.close = True
            reply.send(peer, method != "HEAD")
            if reply.close:
                break
    return one


def main():
    http, second, https, certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    for port in (http, second):
        record.listen(int(port), serve(f"site {port}"))
    record.listen(int(https), serve(f"site {https}"),
                  lambda peer: context.wrap_socket(peer, server_side=True, suppress_ragged_eofs=True))
    threading.Event().wait()


main()
