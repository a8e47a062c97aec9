"""paced.py FILE RATE: serves a file with ranges, each connection at RATE octets a second; says its port."""
import os
import re
import socket
import sys
import threading
import time

PIECE = 65536


def serve(peer, path, rate):
    with open(path, "rb") as file, peer:
        size = os.fstat(file.fileno()).st_size
        while True:
            head = b""
            while b"\r\n\r\n" not in head:
                got = peer.recv(65536)
                if not got:
                    return
                head += got
            found = re.search(rb"(?i)\r\nrange: *bytes=(\d+)-(\d*)", head)
            first, last = (int(found[1]), int(found[2] or size - 1)) if found else (0, size - 1)
            last = min(last, size - 1)
            row = f"Content-Range: bytes {first}-{last}/{size}\r\n" if found else ""
            status = "206 Partial Content" if found else "200 OK"
            peer.sendall((f"HTTP/1.1 {status}\r\nContent-Length: {last + 1 - first}\r\n{row}Accept-Ranges: bytes\r\n"
                          'ETag: "paced"\r\nLast-Modified: Sat, 01 Jan 2022 12:34:56 GMT\r\n\r\n').encode())
            if head.startswith(b"HEAD"):
                continue
            begin, sent, left = time.monotonic(), 0, last + 1 - first
            while left:
                count = os.sendfile(peer.fileno(), file.fileno(), first + sent, min(PIECE, left))
                sent, left = sent + count, left - count
                time.sleep(max(0, begin + sent / rate - time.monotonic()))


def guarded(*arguments):
    try:
        serve(*arguments)
    except OSError:
        pass


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)
    while True:
        peer = listener.accept()[0]
        threading.Thread(target=guarded, args=(peer, sys.argv[1], int(sys.argv[2])), daemon=True).start()


main()
