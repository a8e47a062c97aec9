"""tap.py PORT=BACKEND... [proxy:PORT] [proxy-basic:PORT] [names:PORT]: between clients and servers.

At PORT it passes everything on to BACKEND on 127.0.0.1 and back, and records the requests
(record.py). `proxy:PORT` is itself a proxy, plain and CONNECT, whose names all lead to the client's
own address (record.py says why); `proxy-basic:PORT` wants user and pass first. `names:PORT` is a name
server to which no name exists.
"""
import base64
import re
import socket
import sys
import threading

import record

WANTED = "Basic " + base64.b64encode(b"user:pass").decode()


def copy(source, sink):
    """Copies until the end of one side, which the other then gets."""
    try:
        while octets := source.recv(65536):
            sink.sendall(octets)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for each in (source, sink):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def tunnel(client, server):
    """Everything from now on, both ways."""
    server.sendall(client.buffer)
    back = threading.Thread(target=copy, args=(server, client.peer), daemon=True)
    back.start()
    copy(client.peer, server)
    back.join()


def passing(client, server):
    """Passes requests on, and notes each."""
    threading.Thread(target=copy, args=(server, client.peer), daemon=True).start()
    while head := client.head():
        method, _, fields = record.parsed(head)
        # The client may have gone when the answer has come, and then the note must have been made.
        if "content-length" not in fields and "transfer-encoding" not in fields:
            client.note(head)
            server.sendall(head)
        else:
            server.sendall(head)
            body, _ = client.body(fields)
            client.note(head + body)
            server.sendall(body)
        if method == "CONNECT":
            return tunnel(client, server)
    server.shutdown(socket.SHUT_WR)


def tap(port, backend):
    def serve(peer):
        client = record.Client(f"port {port}", peer)
        with socket.create_connection(("127.0.0.1", backend), 5) as server:
            passing(client, server)
    return serve


def proxy(port, wanted=None):
    def refuse(client, status, field=""):
        text = f"{status}\n"
        client.peer.sendall((f"HTTP/1.1 {status}\r\n{field}Content-Length: {len(text)}\r\n"
                             f"Connection: close\r\n\r\n{text}").encode())

    def serve(peer):
        client = record.Client(f"proxy {port}", peer)
        head = client.head()
        if not head:
            return
        method, target, fields = record.parsed(head)
        body, _ = client.body(fields)
        client.note(head + body)
        if wanted and fields.get("proxy-authorization") != wanted:
            return refuse(client, "407 Proxy Authentication Required",
                          'Proxy-Authenticate: Basic realm="proxy"\r\n')
        place = re.match(r"(?:http://)?(\[[^]]*\]|[^:/]*)(?::(\d+))?", target)
        if place[1].startswith("denied"):
            return refuse(client, "403 Forbidden")
        try:
            address = client.address.removeprefix("::ffff:")
            server = socket.create_connection((address, int(place[2] or 80)), 5)
        except OSError:
            return refuse(client, "502 Bad Gateway")
        with server:
            if method == "CONNECT":
                client.peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                return tunnel(client, server)
            first, rest = head.split(b"\r\n", 1)
            first = re.sub(rb"http://[^/ ]*", b"", first)
            rest = re.sub(rb"(?im)^(proxy-[^:]*|connection):.*\r\n", b"", rest)
            server.sendall(first + b"\r\nConnection: close\r\n" + rest + body)
            copy(server, peer)
    return serve


def names(port):
    """Answers every question with NXDOMAIN."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", port))
    while True:
        query, peer = listener.recvfrom(4096)
        end = query.index(b"\0", 12) + 5
        listener.sendto(query[:2] + b"\x81\x83" + query[4:6] + b"\0" * 6 + query[12:end], peer)


last = None
for argument in sys.argv[1:]:
    kind, _, port = argument.partition(":")
    if kind == "proxy":
        record.listen(int(port), proxy(port))
    elif kind == "proxy-basic":
        record.listen(int(port), proxy(port, WANTED))
    elif kind == "names":
        threading.Thread(target=names, args=(int(port),), daemon=True).start()
    else:
        port, backend = argument.split("=")
        record.listen(int(port), tap(int(port), int(backend)))
threading.Event().wait()
