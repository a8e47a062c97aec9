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
    with open(os.path.join(data, name)) as file:
        return [json.loads(line) for line in file]


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
for name in ("cpython-netrc.json", "curl-netrc.json"):
    path = os.path.join(data, "..", "netrc", name)
    if os.path.exists(path):
        with open(path) as file:
            for row in json.load(file):
                put("http-netrc", row["netrc"].encode())
for choice in (b"\0", b"\1"):
    for fields in (
            b"a=b; Path=/; Domain=.example.com; Max-Age=9; Secure; HttpOnly; SameSite=Lax",
            b"__Host-a=b; Path=/; Secure\na=b; Expires=Sun, 06 Nov 2094 08:49:37 GMT",
            b"# c\n.example.com:80\tTRUE\t/\tFALSE\t4102444800\ta\tb\n#HttpOnly_[::1]:81\tFALSE\t/a"
            b"\tTRUE\t0\ta\t"):
        put("http-cookies", choice + fields)
put("http-hsts", b'max-age="31536000"; includeSubDomains; a=b')
put("http-hsts", b"# c\na.test\t0\t1\t1000\t5\nb.test 8443 0 1 9\n")
print(", ".join(f"{target}: {count}" for target, count in sorted(counts.items())))
