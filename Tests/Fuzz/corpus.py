#!/usr/bin/env python3
"""corpus.py DATA OUT: inputs for the fuzz targets from conformance data, a folder a target."""
import json, os, sys

data, out = sys.argv[1:3]
counts = {}


def put(target, octets):
    folder = os.path.join(out, target)
    os.makedirs(folder, exist_ok=True)
    number = counts[target] = counts.get(target, 0) + 1
    with open(os.path.join(folder, f"{number:05}"), "wb") as file:
        file.write(octets)


def lines(name):
    with open(os.path.join(data, "dns", name)) as file:
        return [json.loads(line) for line in file]


def cases(name):
    with open(os.path.join(data, name)) as file:
        return json.load(file)


def message(records):
    """A response of records without owners: type, rdata."""
    answer = b"".join(
        b"\0" + number.to_bytes(2, "big") + b"\0\1\0\0\0\1" + len(rdata).to_bytes(2, "big") + rdata
        for number, rdata in records)
    return bytes.fromhex("000180000000") + len(records).to_bytes(2, "big") + bytes(4) + answer


numbers = {}
for row in lines("all-rr.jsonl"):
    number, rdata = row["typenum"], bytes.fromhex(row["hex"])
    numbers[row["type"]] = number
    put("dns-message", message([(number, rdata)]))
    if number < 512:
        put("dns-rdata", number.to_bytes(2, "big") + b"\0" + rdata)
        for text in (row["dig"], row["rfc3597"]):
            put("dns-record", number.to_bytes(2, "big") + text.encode())
    put("dns-zone", f"a 60 IN {row['type']} {row['dig']}\n".encode())
for row in lines("bind-rdata-cases.jsonl"):
    number = numbers.get(row["type"])
    if number and number < 512:
        if row.get("hex"):
            put("dns-rdata", number.to_bytes(2, "big") + b"\0" + bytes.fromhex(row["hex"]))
        if row.get("in"):
            put("dns-record", number.to_bytes(2, "big") + row["in"].encode())
for row in lines("rr-text.jsonl"):
    number = numbers.get(row["type"])
    if number and number < 512:
        put("dns-record", number.to_bytes(2, "big") + row["rdata"].encode())
for row in lines("edns-messages.jsonl"):
    put("dns-message", bytes.fromhex(row["hex"]))
for row in lines("knot-zscanner.jsonl"):
    put("dns-zone", row["zone"].encode("utf-8", "surrogateescape"))
put("dns-zone", b"$TTL 1h\n$ORIGIN a.\n$GENERATE 1-10/3 h${1,3,x} A 192.0.2.$\n$INCLUDE f b.\n")
pages = ["<!doctype html><base href=/x/><link rel=stylesheet href=a.css><style>@import 'b';c{d:url(e)}</style>",
         "\0<meta http-equiv=refresh content=\"0;url='a'\"><img srcset='b 1x, c&amp;d 2x' src=e lowsrc=f>",
         "\1<!-- a -- b --><script><!-- <script></script> --></script><textarea><a href=c></textarea>",
         "\4<svg><style><![CDATA[a{b:url(c)}]]></style><use href='d#e'/></svg><p style=\"f:url(&quot;g&quot;)\">",
         "\14<meta charset=latin1><a href=\xe9&copy=1&eacute;#x><form action><input formaction=a>"]
for page in pages:
    put("html-links", page.encode("latin1"))
for sheet in ["@import url(a) print;@import 'b';@namespace url(c);/*url(d)*/e{f:url( \"g\\\"h\" )}",
              "a{b:image-set('c' 1x, type('d'))}e{f:u\\72l(g\\)h#i)}@media x{j{k:url(data:,l)}}"]:
    put("css-links", sheet.encode())
for name in ("cpython-netrc.json", "curl-netrc.json"):
    for case in cases("netrc/" + name):
        put("http-netrc", case["netrc"].encode())
for choice in (b"\0", b"\1"):
    for fields in (
            b"a=b; Path=/; Domain=.example.com; Max-Age=9; Secure; HttpOnly; SameSite=Lax",
            b"__Host-a=b; Path=/; Secure\na=b; Expires=Sun, 06 Nov 2094 08:49:37 GMT",
            b"# c\n.example.com:80\tTRUE\t/\tFALSE\t4102444800\ta\tb\n#HttpOnly_[::1]:81\tFALSE\t/a"
            b"\tTRUE\t0\ta\t"):
        put("http-cookies", choice + fields)
put("http-hsts", b'max-age="31536000"; includeSubDomains; a=b')
put("http-hsts", b"# c\na.test\t0\t1\t1000\t5\nb.test 8443 0 1 9\n")
for case in cases("content-disposition/jshttp.json"):
    put("http-disposition", case["header"].encode())
for case in cases("digest/digest.json"):
    put("http-fields", "\n".join(case["challenges"]).encode())
put("http-fields", b"<https://a/b>; rel=duplicate; pri=1; geo=de, </c>; rel=\"describedby\"; type=\"a/b\"")
put("http-fields", b"MD5=HUXZLQLMuI/KZ5KDcJPcOA==,sha-256=:" + b"A" * 43 + b"=:")
put("http-fields", b"%s  a\nSHA1 (b) = %s\n\\%s *c\\n" % (b"0" * 64, b"1" * 40, b"2" * 32))
for case in cases("robots/google-robotstxt.json"):
    path = case["url"].split("/", 3)[-1]
    text = case["robots_txt"].replace(case["user_agent"] or "FooBot", "wget")
    put("http-robots", f"/{path}\n{text}".encode("latin1"))
put("metalink", b"""<metalink xmlns="urn:ietf:params:xml:ns:metalink"><origin dynamic="true">a</origin>
<file name="a/b"><size>5</size><hash type="sha-256">aa</hash><pieces length="2" type="sha-1"><hash>bb</hash>
</pieces><url location="de" priority="1">http://a/&amp;</url><metaurl mediatype="torrent">b</metaurl>
<signature mediatype="application/pgp-signature">c</signature></file></metalink>""")
put("metalink", b"""<metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="a"><verification>
<hash type="md5">aa</hash><pieces length="2" type="sha1"><hash piece="0">bb</hash></pieces></verification>
<resources><url type="http" preference="90">c</url></resources></file></files></metalink>""")
print(", ".join(f"{target}: {count}" for target, count in sorted(counts.items())))
