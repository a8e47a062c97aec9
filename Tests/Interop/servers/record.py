"""What the servers of wget-bed.sh share: who asks, what was asked, how often.

Several programs are compared at once, each with addresses of its own: 127.0.N.1, 127.0.N.2 and so on,
and fd77::N. So a server knows by the address that was connected to whose request it is. What it got is a line of
JSON in $STATE/N/requests; how often something happened is the size of a file in $STATE/N.
"""
import itertools
import json
import os
import re
import socket
import threading

STATE = os.environ.get("STATE", "/mnt/state")
connections = itertools.count(1)


def owner(address):
    """N of 127.0.N.M and fd77::N."""
    found = re.search(r"(?:127\.0\.(\d+)\.\d+|fd77::([0-9a-f]+))$", address)
    return "0" if not found else found[1] or str(int(found[2], 16))


class Client:
    """One connection to a server, and what is remembered of it."""

    def __init__(self, server, peer):
        self.server, self.peer, self.buffer = server, peer, b""
        self.address = peer.getsockname()[0]
        self.number = f"{os.getpid()}.{next(connections)}"
        self.folder = os.path.join(STATE, owner(self.address))
        os.makedirs(self.folder, exist_ok=True)

    def note(self, octets):
        row = json.dumps({"server": self.server, "connection": self.number,
                          "octets": octets.decode("latin-1")})
        with open(os.path.join(self.folder, "requests"), "ab", 0) as file:
            file.write(row.encode() + b"\n")

    def count(self, name):
        """How often it was counted, this time included."""
        path = os.path.join(self.folder, "count-" + re.sub(r"\W", "_", name))
        with open(path, "ab", 0) as file:
            file.write(b".")
            return file.tell()

    def more(self):
        got = self.peer.recv(65536)
        self.buffer += got
        return bool(got)

    def take(self, count):
        while len(self.buffer) < count and self.more():
            pass
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def line(self):
        while b"\n" not in self.buffer and self.more():
            pass
        return self.take(self.buffer.find(b"\n") + 1)

    def head(self):
        """The octets of a head with the empty line after it; empty at the end."""
        octets = b""
        while not octets.endswith(b"\r\n\r\n"):
            line = self.line()
            if not line:
                break
            octets += line
        return octets

    def body(self, fields):
        """A body as it came, and what it says."""
        if "chunked" in fields.get("transfer-encoding", ""):
            octets = content = b""
            while True:
                size = self.line()
                piece = self.take(int(size.split(b";")[0] or b"0", 16) + 2)
                octets, content = octets + size + piece, content + piece[:-2]
                if len(piece) <= 2:
                    return octets, content
        content = self.take(int(fields.get("content-length", 0)))
        return content, content


def parsed(head):
    """Method, target and the fields of a head; of fields with one name the last."""
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = (lines[0] + "   ").split(" ", 2)
    fields = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    return method, target, fields


def listen(port, serve, wrap=lambda peer: peer):
    """Serves each connection to a port, by IPv4 and IPv6, on a thread of its own."""
    listener = socket.create_server(
        ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128)

    def guarded(peer):
        try:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = wrap(peer)
            serve(peer)
        except (OSError, ValueError, IndexError):
            pass
        finally:
            peer.close()

    def accept():
        while True:
            threading.Thread(target=guarded, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
