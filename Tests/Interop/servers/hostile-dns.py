"""hostile-dns.py ADDRESS OTHER SILENT: name servers without manners, at port 53 of UDP and TCP.

The first label of the name that is asked for says how ADDRESS and OTHER misbehave: a method of
`Manners` below, its dashes written as underscores (`wrong-id.rude.test` is `wrong_id`). A word and
a number, as in `rcode-5`, call the method of the word with the number. SILENT takes everything and
answers nothing. At OTHER, three ports more misbehave before anybody asked for anything: 5301
answers at once, 5302 closes, 5303 resets when the first octet comes. Says "ready" when it listens.
"""
import socket
import struct
import sys
import threading
import time

A, NS, CNAME, SOA, MX, TXT, AAAA, OPT, TSIG, IXFR, AXFR = 1, 2, 5, 6, 15, 16, 28, 41, 250, 251, 252
RESPONSE, AUTHORITATIVE, TRUNCATED, RECURSION = 0x8000, 0x0400, 0x0200, 0x0100
FORMERR, SERVFAIL, NOTIMP = 1, 2, 4
PROXY = b"\r\n\r\n\0\r\nQUIT\n"  # how a header of PROXYv2 begins
HERE = b"\xc0\x0c"  # a pointer to the name of the question


def name(text):
    return b"".join(bytes([len(l)]) + l.encode() for l in text.split(".") if l) + b"\0"


def record(owner, kind, data, ttl=300, of_class=1):
    return owner + struct.pack(">HHIH", kind, of_class, ttl & 0xFFFFFFFF, len(data)) + data


def address(last, owner=HERE):
    return record(owner, A, bytes([192, 0, 2, last]))


def soa(serial, owner=HERE):
    return record(owner, SOA, name("ns.rude.test") + HERE + struct.pack(">5I", serial, 5, 4, 3, 2))


def opt(options=b"", extended=0, version=0, size=1232, owner=b"\0"):
    return owner + struct.pack(">HHBBHH", OPT, size, extended, version, 0, len(options)) + options


def option(code, data=b""):
    return struct.pack(">HH", code, len(data)) + data


class Query:
    """What was asked; its octets, and the parts that answers need."""

    def __init__(self, octets, over_tcp, proxy=b""):
        if octets.startswith(PROXY):
            end = 16 + struct.unpack(">H", octets[14:16])[0]
            proxy, octets = octets[:end], octets[end:]
        self.octets, self.over_tcp, self.proxy = octets, over_tcp, proxy
        self.id, self.flags, _, _, _, extra = struct.unpack(">6H", octets[:12])
        at, labels = 12, []
        while octets[at]:
            labels.append(octets[at + 1:at + 1 + octets[at]])
            at += 1 + octets[at]
        self.question = octets[12:at + 5]
        self.kind = struct.unpack(">H", octets[at + 1:at + 3])[0]
        self.label = labels[0].decode("latin-1").lower() if labels else ""
        self.edns, self.version, self.cookie = False, 0, b""
        at += 5
        while extra and at + 11 <= len(octets):
            kind, _, _, version, _, length = struct.unpack(">HHBBHH", octets[at + 1:at + 11])
            if octets[at] == 0 and kind == OPT:
                self.edns, self.version = True, version
                self.options(octets[at + 11:at + 11 + length])
            at += 11 + length
            extra -= 1

    def options(self, data):
        while len(data) >= 4:
            code, length = struct.unpack(">HH", data[:4])
            if code == 10:
                self.cookie = data[4:4 + length]
            data = data[4 + length:]

    def reply(self, answers=(), extra=(), rcode=0, flags=AUTHORITATIVE, question=None, count=None,
              id=None, questions=1, authority=()):
        head = struct.pack(
            ">6H", self.id if id is None else id,
            RESPONSE | flags | self.flags & RECURSION | self.flags & 0x7800 | rcode,
            questions, len(answers) if count is None else count, len(authority), len(extra))
        return head + (self.question if question is None else question) \
            + b"".join(answers) + b"".join(authority) + b"".join(extra)

    def plain(self, last=1):
        return self.reply([address(last)], [opt()] if self.edns else [])


class Manners:
    """Each takes a query, and gives what is sent back: the messages, one after the other.

    Instead of octets it may give a word that `UDP.send` or `TCP.send` knows.
    """

    def ok(self, q): return [q.plain()]
    def silence(self, q): return []
    def ns(self, q, n): return [q.reply([record(HERE, A, bytes([127, 53, 0, 59 + n]))])]

    def proxy(self, q):
        text = q.proxy[12:].hex().encode() or b"no proxy"
        return self.data(q, TXT, bytes([len(text)]) + text)

    # --- Too little, too much, something else ---
    def short(self, q): return [q.plain()[:5]]
    def eleven(self, q): return [q.plain()[:11]]
    def head(self, q): return [q.reply(question=b"", questions=0)]
    def cut(self, q): return [q.plain()[:-20] if q.edns else q.plain()[:-9]]
    def cut_question(self, q): return [q.plain()[:20]]
    def trailing(self, q): return [q.plain() + b"trailer"]
    def empty(self, q): return [b"", q.plain()]
    def garbage(self, q): return [q.octets[:2] + bytes(range(128, 228))]
    def echo(self, q): return [q.octets]
    def count_more(self, q): return [q.reply([address(1)], count=5)]
    def count_less(self, q): return [q.reply([address(1), address(2)], count=1)]
    def count_most(self, q): return [q.reply([address(1)], count=65535)]

    # --- Names ---
    def loop(self, q): return [q.reply([address(1, b"\xc0" + bytes([12 + len(q.question)]))])]
    def loop_two(self, q):
        at = 12 + len(q.question)
        return [q.reply([address(1, b"\x01a\xc0" + bytes([at]))])]
    def forward(self, q): return [q.reply([address(1, b"\xc0\xf0"), address(2)])]
    def beyond(self, q): return [q.reply([address(1, b"\xff\xff")])]
    def label_type(self, q): return [q.reply([address(1, b"\x41\x01\x02")])]
    def long_name(self, q): return [q.reply([address(1, (b"\x3f" + b"x" * 63) * 4 + b"\0")])]
    def longest_name(self, q):
        return [q.reply([address(1, (b"\x3f" + b"x" * 63) * 3 + b"\x3d" + b"y" * 61 + b"\0")])]
    def other_owner(self, q): return [q.reply([address(1, name("another.example"))])]
    def root_owner(self, q): return [q.reply([address(1, b"\0")])]

    # --- Another answer than to this query ---
    def wrong_id(self, q): return [q.reply([address(9)], id=q.id ^ 0x5555), q.plain()]
    def never_right_id(self, q): return [q.reply([address(9)], id=q.id ^ 0x5555)]
    def flood(self, q): return [q.reply([address(9)], id=q.id ^ n) for n in range(1, 50)] + [q.plain()]
    def wrong_question(self, q):
        return [q.reply([address(9)], question=name("other.rude.test") + q.question[-4:])]
    def wrong_type(self, q): return [q.reply([address(9)], question=q.question[:-4] + b"\0\x10\0\1")]
    def wrong_class(self, q): return [q.reply([address(9)], question=q.question[:-4] + b"\0\1\0\3")]
    def wrong_then_right(self, q): return self.wrong_question(q) + [q.plain()]
    def no_question(self, q): return [q.reply([address(1, name("no-question.rude.test"))], question=b"", questions=0)]
    def two_questions(self, q): return [q.reply([address(1)], question=q.question * 2, questions=2)]
    def other_case(self, q): return [q.reply([address(1)], question=q.question.upper()[:-4] + q.question[-4:])]
    def opcode(self, q): return [q.reply([address(1)], flags=AUTHORITATIVE | 4 << 11)]
    def query(self, q):
        octets = bytearray(q.plain())
        octets[2] &= 0x7F
        return [bytes(octets)]
    def twice(self, q): return [q.plain(), q.plain(2)]
    def wrong_source(self, q): return ["from elsewhere", q.plain(9), "from here", q.plain()]
    def wrong_source_only(self, q): return ["from elsewhere", q.plain(9)]
    def wrong_port(self, q): return ["from another port", q.plain(9), "from here", q.plain()]
    seen = {}

    def second_try(self, q):
        first = time.monotonic() - self.seen.get(q.id, -9) > 4
        self.seen[q.id] = time.monotonic()
        return [] if first else [q.plain()]

    # --- Data of records ---
    def data(self, q, kind, octets, **rest): return [q.reply([record(HERE, kind, octets, **rest)])]
    def bad_a(self, q): return self.data(q, A, b"\xc0\0\2")
    def long_a(self, q): return self.data(q, A, b"\xc0\0\2\1\1")
    def bad_aaaa(self, q): return self.data(q, AAAA, b"\x20\1")
    def bad_cname(self, q): return self.data(q, CNAME, b"\x05abc")
    def bad_mx(self, q): return self.data(q, MX, b"\0")
    def bad_soa(self, q): return self.data(q, SOA, b"\0\0\0\0")
    def bad_txt(self, q): return self.data(q, TXT, b"\x09abc")
    def empty_txt(self, q): return self.data(q, TXT, b"")
    def empty_a(self, q): return self.data(q, A, b"")
    def good_then_bad(self, q): return [q.reply([address(1), record(HERE, A, b"\1"), address(2)])]
    def long_data(self, q): return [q.reply([address(1)])[:-6] + b"\xff\xff\1\2\3\4"]
    def ttl(self, q): return self.data(q, A, b"\xc0\0\2\1", ttl=0xFFFFFFFF)
    def chaos(self, q): return self.data(q, TXT, b"\4text", of_class=3)
    def kind(self, q, n): return self.data(q, n, b"\1\2\3")
    def controls(self, q): return self.data(q, TXT, b"\x0b\x1b[31m\n\r\t\0\x7f\xff\"\\")
    def many(self, q): return [q.reply([address(n) for n in range(250)])] if q.over_tcp else self.tc(q)

    # --- Response codes, bits and EDNS ---
    def rcode(self, q, n): return [q.reply(rcode=n & 15, extra=[opt(extended=n >> 4)] if q.edns else [])]
    def flags(self, q, n): return [q.reply([address(1)], flags=n)]
    def tc(self, q): return [q.plain() if q.over_tcp else q.reply(flags=TRUNCATED)]
    def tc_always(self, q): return [q.reply([address(1)], flags=TRUNCATED)]
    def tc_close(self, q): return ["close"] if q.over_tcp else [q.reply(flags=TRUNCATED)]
    def tc_reset(self, q): return ["reset"] if q.over_tcp else [q.reply(flags=TRUNCATED)]
    def tc_silence(self, q): return [] if q.over_tcp else [q.reply(flags=TRUNCATED)]
    def formerr(self, q): return [q.reply(rcode=FORMERR) if q.edns else q.plain()]
    def formerr_head(self, q): return [q.reply(rcode=FORMERR, question=b"", questions=0) if q.edns else q.plain()]
    def formerr_always(self, q): return [q.reply(rcode=FORMERR)]
    def notimp(self, q): return [q.reply(rcode=NOTIMP) if q.edns else q.plain()]
    def servfail_edns(self, q): return [q.reply(rcode=SERVFAIL) if q.edns else q.plain()]
    def no_edns(self, q): return [q.reply([address(1)])]
    def badvers(self, q): return [q.reply(extra=[opt(extended=1)])]
    def badvers_high(self, q): return [q.reply(extra=[opt(extended=1)]) if q.version else q.plain()]
    def version(self, q, n): return [q.reply([address(1)], extra=[opt(version=n)])]
    def badcookie(self, q):
        good = len(q.cookie) > 8
        cookie = option(10, q.cookie[:8] + b"serverscookie!!!")
        return [q.reply([address(1)] if good else [], [opt(cookie, 0 if good else 1)],
                        rcode=0 if good else 7)]
    def badcookie_always(self, q):
        return [q.reply(extra=[opt(option(10, q.cookie[:8] + b"serverscookie!!!"), 1)], rcode=7)]
    def cookie_wrong(self, q): return [q.reply([address(1)], [opt(option(10, b"notyours" + b"s" * 16))])]
    def cookie_short(self, q): return [q.reply([address(1)], [opt(option(10, b"1234"))])]
    def cookie_client(self, q): return [q.reply([address(1)], [opt(option(10, q.cookie[:8]))])]
    def two_opt(self, q): return [q.reply([address(1)], [opt(), opt()])]
    def opt_answer(self, q): return [q.reply([address(1), opt()])]
    def opt_owner(self, q): return [q.reply([address(1)], [opt(owner=HERE)])]
    def opt_cut(self, q): return [q.reply([address(1)], [opt(b"\0\3\0\x09ab")])]
    def tsig(self, q):
        data = name("hmac-sha256") + bytes(6) + struct.pack(">HH", 300, 4) + b"mac!" + struct.pack(">3H", q.id, 0, 0)
        return [q.reply([address(1)], [record(name("key"), TSIG, data, 0, 255)])]
    def tsig_error(self, q, n):
        data = name("hmac-sha256") + bytes(6) + struct.pack(">HHHHH", 300, 0, q.id, n, 0)
        return [q.reply([], [record(name("sha256.key"), TSIG, data, 0, 255)], rcode=9)]
    def tsig_inside(self, q):
        return [q.reply([record(name("key"), TSIG, name("hmac-sha256") + bytes(16), 0, 255), address(1)])]

    # What options look like that no server at hand sends. The number is the code.
    VALUES = {
        1: b"\0\1\0\1\0\0" + bytes(range(8)) + b"\0\0\x0e\x10", 2: struct.pack(">I", 3600),
        3: b"ns\0\xff", 5: b"\x08\x0d", 6: b"\1\2", 7: b"\1", 8: b"\0\1\x18\x18\xc0\0\2",
        9: struct.pack(">I", 86400), 10: bytes(range(24)), 11: b"\0\x64", 12: bytes(5),
        13: name("closest.example"), 14: b"\x4a\x5c\x4f\x66", 15: b"\0\x16some text \xc3\xa9",
        16: b"\0\1", 17: b"\0\2", 18: name("agent.example"), 19: b"\2\0\0\0\0\1", 20: b"\1",
        65001: b"private \0\1", 26946: b"device-id",
    }
    def option(self, q, n): return [q.reply([address(1)], [opt(option(n, self.VALUES.get(n, b"")))])]
    def option_empty(self, q, n): return [q.reply([address(1)], [opt(option(n))])]
    def option_odd(self, q, n): return [q.reply([address(1)], [opt(option(n, b"\xff\0\xfe"))])]
    def ede(self, q, n): return [q.reply([], [opt(option(15, struct.pack(">H", n)))], rcode=SERVFAIL)]
    def ede_text(self, q, n):
        return [q.reply([], [opt(option(15, struct.pack(">H", n) + b"why \"it\" is\n\xc3\xa9"))], rcode=SERVFAIL)]
    def ede_bad(self, q, n):
        return [q.reply([], [opt(option(15, struct.pack(">H", n) + b"why\xff"))], rcode=SERVFAIL)]
    def all_options(self, q):
        return [q.reply([address(1)], [opt(b"".join(option(c, v) for c, v in self.VALUES.items()))])]

    # --- TCP ---
    def close(self, q): return ["close"]
    def reset(self, q): return ["reset"]
    def frame_cut(self, q): return ["frame", struct.pack(">H", 100) + q.plain()[:20], "close"]
    def frame_half(self, q): return ["frame", b"\0", "close"]
    def frame_empty(self, q): return ["frame", b"\0\0", q.plain()]
    def frame_silent(self, q): return ["frame", struct.pack(">H", 100) + q.plain()[:20], "wait"]
    def frame_reset(self, q): return ["frame", struct.pack(">H", 100) + q.plain()[:20], "pause", "reset"]
    def drip(self, q): return ["drip", q.plain()]
    def largest(self, q):
        head = q.reply(count=4095)
        room = 65535 - len(head)
        answers = b"".join(address(n % 256) for n in range(room // 16 - 20))
        n, room = room // 16 - 20, room - 16 * (room // 16 - 20)
        filler = b"\xc8" + b"z" * 200
        filler = (b"\xc8" + b"z" * 200 + bytes([room - 12 - 201 - 1]) + b"y" * (room - 12 - 202))
        return [q.reply([answers, record(HERE, TXT, filler)], count=n + 1)]

    # --- Zone transfers ---
    def part(self, q, *records, **rest): return q.reply(list(records), **rest)
    def axfr_good(self, q): return [self.part(q, soa(1), address(1)), self.part(q, address(2), soa(1))]
    def axfr_single(self, q): return [self.part(q, r) for r in (soa(1), address(1), address(2), soa(1))]
    def axfr_bare(self, q):
        return [self.part(q, soa(1)), self.part(q, address(1, name("a.rude.test")), question=b"", questions=0),
                self.part(q, soa(1, name("axfr-bare.rude.test")), question=b"", questions=0)]
    def axfr_endless(self, q):
        return [self.part(q, soa(1))] + [self.part(q, address(n)) for n in range(20)] + ["wait"]
    def axfr_close(self, q): return [self.part(q, soa(1), address(1)), self.part(q, address(2)), "close"]
    def axfr_reset(self, q): return [self.part(q, soa(1), address(1)), "pause", "reset"]
    def axfr_serial(self, q): return [self.part(q, soa(1), address(1)), self.part(q, address(2), soa(2)), "close"]
    def axfr_headless(self, q): return [self.part(q, address(1), soa(1)), self.part(q, soa(1)), "close"]
    def axfr_empty(self, q): return [q.reply()]
    def axfr_refused(self, q): return [q.reply(rcode=5)]
    def axfr_late_refusal(self, q): return [self.part(q, soa(1), address(1)), q.reply(rcode=5), "close"]
    def axfr_id(self, q): return [self.part(q, soa(1), address(1)), self.part(q, address(2), soa(1), id=q.id ^ 1), "close"]
    def axfr_more(self, q): return [self.part(q, soa(1), address(1), soa(1), address(2)), self.part(q, address(3))]
    def axfr_bad(self, q): return [self.part(q, soa(1), address(1)), self.part(q, record(HERE, A, b"\1"), soa(1)), "close"]
    def axfr_cut(self, q): return [self.part(q, soa(1), address(1)), "frame", b"\0\x64abc", "close"]
    def axfr_tc(self, q): return [self.part(q, soa(1), address(1), flags=TRUNCATED), self.part(q, soa(1))]
    def axfr_only(self, q): return [self.part(q, soa(1)), "wait"]
    def ixfr_current(self, q): return [self.part(q, soa(3))]
    def ixfr_full(self, q): return [self.part(q, soa(3), address(1)), self.part(q, address(2), soa(3))]
    def ixfr_steps(self, q):
        return [self.part(q, soa(3), soa(1), address(1), soa(2), address(2)), self.part(q, soa(2), address(2), soa(3), address(3), soa(3))]
    def ixfr_close(self, q): return [self.part(q, soa(3), soa(1), address(1)), "close"]
    def ixfr_tc(self, q): return self.ixfr_steps(q) if q.over_tcp else [self.part(q, soa(3), flags=TRUNCATED)]

    def answer(self, q):
        word, _, number = q.label.rpartition("-")
        if word and number.isdigit():
            return getattr(self, word.replace("-", "_"))(q, int(number))
        return getattr(self, q.label.replace("-", "_"))(q)


manners = Manners()


def udp(here, elsewhere):
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.bind((here, 53))
    other_port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other_port.bind((here, 0))
    sources = {"from here": own, "from elsewhere": elsewhere, "from another port": other_port}

    def run():
        while True:
            octets, peer = own.recvfrom(65535)
            try:
                sender = own
                for part in manners.answer(Query(octets, False)):
                    if isinstance(part, bytes):
                        sender.sendto(part, peer)
                    else:
                        sender = sources.get(part, sender)
            except Exception as error:  # whatever it was, the next query is another one
                print(here, repr(error), file=sys.stderr, flush=True)
    return own, run


def exactly(peer, count):
    octets = b""
    while len(octets) < count:
        more = peer.recv(count - len(octets))
        if not more:
            raise EOFError
        octets += more
    return octets


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def converse(peer):
    proxy = b""
    while True:
        length = exactly(peer, 2)
        if length == PROXY[:2]:
            proxy = length + exactly(peer, 14)
            proxy += exactly(peer, struct.unpack(">H", proxy[14:])[0])
            length = exactly(peer, 2)
        q = Query(exactly(peer, struct.unpack(">H", length)[0]), True, proxy)
        framed, drip = True, False
        for part in manners.answer(q):
            if part == "close":
                return peer.close()
            elif part == "reset":
                return reset(peer)
            elif part == "wait":
                exactly(peer, 65536)
            elif part == "pause":
                time.sleep(0.1)
            elif part == "frame":
                framed = False
            elif part == "drip":
                drip = True
            elif isinstance(part, bytes):
                octets = struct.pack(">H", len(part)) + part if framed else part
                framed = True
                for piece in [octets[n:n + 1] for n in range(len(octets))] if drip else [octets]:
                    peer.sendall(piece)
                    time.sleep(0.001 if drip else 0)


def tcp(here, port, talk):
    listener = socket.create_server((here, port), backlog=64)

    def guarded(peer):
        try:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            talk(peer)
        except Exception as error:
            if not isinstance(error, (EOFError, OSError)):
                print(here, repr(error), file=sys.stderr, flush=True)
        peer.close()

    def run():
        while True:
            threading.Thread(target=guarded, args=(listener.accept()[0],), daemon=True).start()
    return run


def early(peer):
    """Answers to the id 0 and the name early.rude.test, before it was asked."""
    question = name("early.rude.test") + b"\0\1\0\1"
    octets = struct.pack(">6H", 0, 0x8500, 1, 1, 0, 0) + question + address(1)
    peer.sendall(struct.pack(">H", len(octets)) + octets)
    exactly(peer, 65536)


def main():
    here, other, silent = sys.argv[1:4]
    nobody = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    nobody.bind((silent, 53))
    second, run_second = udp(other, None)
    _, run_first = udp(here, second)
    loops = [run_first, run_second]
    for at in (here, other):
        loops.append(tcp(at, 53, converse))
    loops.append(tcp(silent, 53, lambda peer: exactly(peer, 1 << 20)))
    loops.append(tcp(other, 5301, early))
    loops.append(tcp(other, 5302, lambda peer: peer.shutdown(socket.SHUT_WR) or exactly(peer, 65536)))
    loops.append(tcp(other, 5303, lambda peer: peer.recv(1) and reset(peer)))
    for loop in loops:
        threading.Thread(target=loop, daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


main()
