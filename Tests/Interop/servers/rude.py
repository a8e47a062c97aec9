"""rude.py PORT: a web server without manners on 127.0.0.1; the path says how it misbehaves."""
import socket
import struct
import sys
import threading

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"


def serve(peer):
    path = peer.recv(65536).split(b" ")[1]
    if path == b"/reset":        # a reset in the middle of the body
        peer.sendall(HEAD + b"<html>" + b"x" * 5000)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif path == b"/short":      # less than was announced
        peer.sendall(HEAD + b"<html>")
    elif path == b"/head":       # the end in the middle of the head
        peer.sendall(HEAD[:30])
    elif path == b"/garbage":
        peer.sendall(b"\x15\x03\x01\x00\x02\x02\x46" * 10)
    elif path == b"/endless":    # a head that never ends
        peer.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            peer.sendall(b"X-Filler: %s\r\n" % (b"x" * 1000))
    elif path == b"/silent":     # takes the request and says nothing
        peer.recv(1)
    peer.close()


def guarded(peer):
    try:
        serve(peer)
    except (OSError, IndexError):
        peer.close()


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=99)
while True:
    threading.Thread(target=guarded, args=(listener.accept()[0],), daemon=True).start()
