"""Messages by dnspython: `make FILE` writes them, `measure FILE` parses and prints them again."""
import struct
import sys
import time
import dns.flags
import dns.message
import dns.rrset

KEY = "AwEAAb+8lGNCxJgLS8rYVer6EnHVuIkQDghdjdtewDzU3G5R7PbMbKVRvH2Ma7pQyYceoaqWZQirSj72euPWfPxQnMy9"
RECORDS = [
    [("A", "192.0.2.%d" % i) for i in range(1, 5)],
    [("AAAA", "2001:db8::%x" % i) for i in range(1, 5)],
    [("CNAME", "other.example.org.")],
    [("MX", "10 mail.example.org."), ("MX", "20 mail2.example.org.")],
    [("NS", "ns%d.example.net." % i) for i in range(4)],
    [("TXT", '"v=spf1 include:_spf.example.org ~all"'), ("TXT", '"%s"' % ("x" * 200))],
    [("SOA", "ns1.example.org. hostmaster.example.org. 2024010101 7200 3600 1209600 300")],
    [("SRV", "10 60 5060 sip.example.org.")],
    [("DNSKEY", "256 3 8 " + KEY), ("RRSIG", "DNSKEY 8 2 3600 20300101000000 20240101000000 12345 example.org. " + KEY)],
    [("DS", "12345 13 2 " + "AB" * 32)],
    [("NSEC3", "1 0 10 AABBCCDD 8FPNS2UCT7FBS643THP2B77PEQ77K6IU A NS SOA MX AAAA RRSIG")],
    [("HTTPS", '1 . alpn="h2,h3" ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1')],
    [("CAA", '0 issue "ca.example.org"')],
    [("NAPTR", '100 10 "u" "E2U+sip" "!^.*$!sip:info@example.org!" .')],
]


def make(path):
    with open(path, "wb") as out:
        for i in range(1400):
            records = RECORDS[i % len(RECORDS)]
            name = "host%d.example.org." % i
            query = dns.message.make_query(name, records[0][0], use_edns=0, want_dnssec=True, id=i)
            reply = dns.message.make_response(query, recursion_available=True)
            for kind, text in records:
                reply.answer.append(dns.rrset.from_text(name, 300, "IN", kind, text))
            wire = reply.to_wire()
            out.write(struct.pack("!H", len(wire)) + wire)


def measure(path):
    with open(path, "rb") as file:
        octets = file.read()
    messages = []
    while octets:
        length = struct.unpack("!H", octets[:2])[0]
        messages.append(octets[2:2 + length])
        octets = octets[2 + length:]
    for name, work in (
            ("parse", lambda m: len(dns.message.from_wire(m).answer)),
            ("parse-print", lambda m: len(dns.message.from_wire(m).to_text())),
            ("parse-serialize", lambda m: len(dns.message.from_wire(m).to_wire()))):
        start, rounds, total = time.perf_counter(), 0, 0
        while time.perf_counter() - start < 1:
            total += sum(map(work, messages))
            rounds += 1
        each = (time.perf_counter() - start) / rounds / len(messages)
        print("RESULT %s %f %d" % (name, each * 1e6, total / rounds))


{"make": make, "measure": measure}[sys.argv[1]](sys.argv[2])
