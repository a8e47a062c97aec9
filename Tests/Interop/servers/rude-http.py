"""rude-http.py PORT: a web server without manners; the path says how it misbehaves.

A path leads to octets that are sent as they are, and the connection is closed after them, or to a
function of the client for what takes more than that. What it is asked is kept (record.py).
"""
import socket
import struct
import sys
import threading
import time

import record

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
TEXT = b"a line of ten\n" * 1000


def reset(client):
    """The connection ends at once, and what the kernel still had is lost."""
    client.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_in_body(client):
    client.peer.sendall(OK + b"Content-Length: 14000\r\n\r\n" + TEXT[:7000])
    # The client is to have read that before the reset overtakes it.
    time.sleep(0.1)
    reset(client)


def reset_at_once(client):
    reset(client)


def silent(client):
    client.peer.recv(1)


def silent_in_head(client):
    client.peer.sendall(OK)
    client.peer.recv(1)


def silent_in_body(client):
    client.peer.sendall(OK + b"Content-Length: 14000\r\n\r\n" + TEXT[:7000])
    client.peer.recv(1)


def endless_head(client):
    """Until the client has had enough, and no longer than 64 MiB."""
    client.peer.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(65536):
        client.peer.sendall(b"X-Filler: %s\r\n" % (b"x" * 1000))


def endless_line(client):
    client.peer.sendall(b"HTTP/1.1 200 OK\r\nX-Filler: ")
    for _ in range(65536):
        client.peer.sendall(b"x" * 1024)


def drip(client):
    for octet in OK + b"Content-Length: 4\r\n\r\nslow":
        client.peer.sendall(bytes([octet]))
        time.sleep(0.002)


def late_body(client):
    """The head alone, and the body when the client is sure to have read it."""
    client.peer.sendall(OK + b"Content-Length: 5\r\n\r\n")
    time.sleep(0.05)
    client.peer.sendall(b"late\n")


def kept_and_closed(client):
    """Promises to wait for another request, and does not."""
    client.peer.sendall(OK + b"Content-Length: 5\r\nConnection: keep-alive\r\n\r\nkept\n")


def half_closed(client):
    client.peer.sendall(OK + b"\r\nhalf\n")
    client.peer.shutdown(socket.SHUT_WR)
    client.peer.recv(1)


def continued(client):
    client.peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 9\r\n\r\ncontinued")


def second(client):
    """An answer that nobody asked for behind the one that was asked for."""
    client.peer.sendall(OK + b"Content-Length: 4\r\n\r\none\n" + OK + b"Content-Length: 4\r\n\r\ntwo\n")
    client.more()


def counted(client):
    """Cut in the first answer, whole in the next; no ranges."""
    if client.count("rude") == 1:
        client.peer.sendall(OK + b"Content-Length: 14000\r\n\r\n" + TEXT[:5000])
    else:
        client.peer.sendall(OK + b"Content-Length: 14000\r\n\r\n" + TEXT)


def wrong_range(client):
    """Whatever piece is asked for: this one."""
    client.peer.sendall(b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/14\r\n"
                        b"Content-Length: 5\r\n\r\n" + TEXT[5:10])


def bare_range(client):
    client.peer.sendall(b"HTTP/1.1 206 Partial Content\r\nContent-Length: 4\r\n\r\nbare")


def chunk(*parts):
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(parts)


def status(line, fields=b"Content-Length: 5\r\n", body=b"body\n"):
    return line + b"\r\n" + fields + b"\r\n" + body


CASES = {
    "ok": OK + b"Content-Length: 3\r\n\r\nok\n",
    # The body is not what the head says.
    "short": OK + b"Content-Length: 14000\r\n\r\n" + TEXT[:7000],
    "short-none": OK + b"Content-Length: 100\r\n\r\n",
    "long": OK + b"Content-Length: 5\r\n\r\nlonger than five\n",
    "until-close": OK + b"\r\nuntil the end\n",
    "no-body": OK + b"\r\n",
    "negative": OK + b"Content-Length: -5\r\n\r\nbody\n",
    "length-word": OK + b"Content-Length: five\r\n\r\nbody\n",
    "length-huge": OK + b"Content-Length: 99999999999999999999999\r\n\r\nbody\n",
    "length-plus": OK + b"Content-Length: +5\r\n\r\nbody\n",
    "length-empty": OK + b"Content-Length:\r\n\r\nbody\n",
    "length-twice": OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nbody\n",
    "length-two": OK + b"Content-Length: 5\r\nContent-Length: 3\r\n\r\nbody\n",
    "length-list": OK + b"Content-Length: 5, 5\r\n\r\nbody\n",
    "length-and-chunks": OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbody\n\r\n0\r\n\r\n",
    "204-body": status(b"HTTP/1.1 204 No Content"),
    "304-body": status(b"HTTP/1.1 304 Not Modified"),
    # Chunks.
    "chunk-size": chunk(b"zz\r\nbody\n\r\n0\r\n\r\n"),
    "chunk-negative": chunk(b"-5\r\nbody\n\r\n0\r\n\r\n"),
    "chunk-huge": chunk(b"fffffffffffffffff\r\nbody\n\r\n0\r\n\r\n"),
    "chunk-cut": chunk(b"5\r\nbo"),
    "chunk-no-end": chunk(b"5\r\nbody\n\r\n"),
    "chunk-no-crlf": chunk(b"5\r\nbody\n0\r\n\r\n"),
    "chunk-extension": chunk(b"5;a=b\r\nbody\n\r\n0;c\r\n\r\n"),
    "chunk-trailer": chunk(b"5\r\nbody\n\r\n0\r\nX-Trailer: yes\r\n\r\n"),
    "chunk-lf": chunk(b"5\nbody\n\n0\n\n"),
    "chunk-space": chunk(b"5 \r\nbody\n\r\n0\r\n\r\n"),
    "chunk-upper": OK + b"TRANSFER-ENCODING: CHUNKED\r\n\r\n5\r\nbody\n\r\n0\r\n\r\n",
    "chunk-1.0": b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbody\n\r\n0\r\n\r\n",
    "transfer-unknown": OK + b"Transfer-Encoding: strange\r\n\r\nbody\n",
    # The head.
    "0.9": b"just text, no head\n",
    "nothing": b"",
    "head-cut": OK[:30],
    "head-cut-line": OK,
    "lf": OK.replace(b"\r", b"") + b"Content-Length: 5\n\nbody\n",
    "folded": OK + b"X-Folded: one\r\n two\r\nContent-Length: 5\r\n\r\nbody\n",
    "no-colon": OK + b"nonsense\r\nContent-Length: 5\r\n\r\nbody\n",
    "space-colon": OK + b"Content-Length : 5\r\n\r\nbody\n",
    "no-space": OK + b"Content-Length:5\r\n\r\nbody\n",
    "lower": b"http/1.1 200 ok\r\ncontent-length: 5\r\n\r\nbody\n",
    "nul": OK + b"X-Nul: a\0b\r\nContent-Length: 5\r\n\r\nbody\n",
    "escape": OK + b"X-Escape: \x1b[31mred\x07\r\nContent-Length: 5\r\n\r\nbody\n",
    "latin": OK + b"X-Latin: caf\xe9\r\nContent-Length: 5\r\n\r\nbody\n",
    "many-fields": OK + b"".join(b"X-%d: y\r\n" % n for n in range(3000)) + b"Content-Length: 5\r\n\r\nbody\n",
    "long-field": OK + b"X-Long: " + b"x" * 50000 + b"\r\nContent-Length: 5\r\n\r\nbody\n",
    "blank-first": b"\r\n" + OK + b"Content-Length: 5\r\n\r\nbody\n",
    # The line of the status.
    "1.0": status(b"HTTP/1.0 200 OK"),
    "2.0": status(b"HTTP/2.0 200 OK"),
    "1.9": status(b"HTTP/1.9 200 OK"),
    "no-reason": status(b"HTTP/1.1 200"),
    "no-version": status(b"HTTP 200 OK"),
    "no-status": status(b"HTTP/1.1"),
    "status-word": status(b"HTTP/1.1 fine OK"),
    "status-0": status(b"HTTP/1.1 000 Zero"),
    "status-99": status(b"HTTP/1.1 99 Low"),
    "status-999": status(b"HTTP/1.1 999 High"),
    "status-1000": status(b"HTTP/1.1 1000 Long"),
    "status-299": status(b"HTTP/1.1 299 Odd"),
    "status-101": status(b"HTTP/1.1 101 Switching Protocols", b""),
    "icy": status(b"ICY 200 OK"),
    "reason-escape": status(b"HTTP/1.1 404 Not \x1b[31mFound"),
    "reason-latin": status(b"HTTP/1.1 404 Nicht gef\xfcnden"),
    "shttp": status(b"SSH-2.0-OpenSSH_9.2", b"", b""),
    # Interim answers.
    "103": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK + b"Content-Length: 5\r\n\r\nbody\n",
    "102": b"HTTP/1.1 102 Processing\r\n\r\n" * 3 + OK + b"Content-Length: 5\r\n\r\nbody\n",
    "100-only": b"HTTP/1.1 100 Continue\r\n\r\n",
    # Where to go.
    "injected": b"HTTP/1.1 302 Found\r\nLocation: /ok\rX-Injected: yes\r\nContent-Length: 0\r\n\r\n",
    "location-crlf": b"HTTP/1.1 302 Found\r\nLocation: /ok%0d%0aX-Injected:%20yes\r\nContent-Length: 0\r\n\r\n",
    "location-two": b"HTTP/1.1 302 Found\r\nLocation: /ok\r\nLocation: /long\r\nContent-Length: 0\r\n\r\n",
    "location-file": b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
    "location-self": b"HTTP/1.1 302 Found\r\nLocation: /location-self\r\nContent-Length: 0\r\n\r\n",
    "location-body": b"HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 100\r\n\r\nshort",
    "location-200": OK + b"Location: /ok\r\nContent-Length: 5\r\n\r\nbody\n",
    "refresh": OK + b"Refresh: 0; url=/ok\r\nContent-Length: 5\r\n\r\nbody\n",
    # More.
    "reset": reset_in_body, "reset-at-once": reset_at_once, "silent": silent,
    "silent-head": silent_in_head, "silent-body": silent_in_body, "endless": endless_head,
    "endless-line": endless_line, "drip": drip, "late": late_body, "kept": kept_and_closed,
    "half": half_closed, "continued": continued, "second": second, "counted": counted,
    "wrong-range": wrong_range, "bare-range": bare_range,
}


def serve(peer):
    client = record.Client("rude", peer)
    head = client.head()
    if not head:
        return
    _, target, fields = record.parsed(head)
    body, _ = client.body(fields) if "expect" not in fields else (b"", b"")
    client.note(head + body)
    case = CASES.get(target.split("?")[0][1:], b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    if isinstance(case, bytes):
        peer.sendall(case)
        # With octets of the client unread, the close would be a reset.
        peer.shutdown(socket.SHUT_WR)
        peer.settimeout(1)
        peer.recv(1)
    else:
        case(client)


record.listen(int(sys.argv[1]), serve)
threading.Event().wait()
