#!/usr/bin/env python3
"""Ends wget, its connections and its disk at the worst moments, and looks at what is left.

  wget-torture.py [PROGRAM] [--rounds N] [--seed N] [--only REGEX] [--verbose]

Runs in a network, mounts and a process table of its own (servers/sandbox.sh). What must hold:

  - status 0 means that the octets are the server's;
  - after a kill, a cut link or a full disk, -c ends with the right octets, however often that was;
  - what a try leaves is the beginning of the file, and beside it nothing but a journal, which is
    gone in the end;
  - nothing is written outside of the folder, whatever the names in URLs, heads and pages.

PROGRAM is wget where it is not named, and what wget does not have (--segments) or gets wrong (a file
that changed meanwhile) is left out then. The same seed takes the same decisions; the moments are
the machine's. Says how many of how many held, and exits with 0 when all did, 1 when not, and 70
when it could not be made.
"""
import argparse
import hashlib
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PLACE = "/mnt/torture"
PORT = 8000
LIMIT = 60
SIZE = 3_000_000
JOURNAL = re.compile(r"file\..*")


class Server(threading.Thread):
    """A server with one file, /file, which is slow, and cuts connections as it is told to."""

    def __init__(self, content):
        super().__init__(daemon=True)
        self.content, self.modified = content, "Sat, 01 Jan 2022 12:34:56 GMT"
        self.pace = 0
        # After how many octets of a body a connection is cut, and whether by a reset.
        self.cut = self.reset = None
        # What the file is after that.
        self.then = None
        # Which ranges are answered otherwise: "ignored", "shifted", "total", "wrong".
        self.ranges = "right"
        # Of which pages there are beside it.
        self.pages, self.fields = {}, {}
        self.listener = socket.create_server(("127.0.0.1", PORT), backlog=128)

    def run(self):
        while True:
            threading.Thread(target=self.guarded, args=(self.listener.accept()[0],), daemon=True).start()

    def guarded(self, peer):
        try:
            while self.serve(peer):
                pass
        except OSError:
            pass
        finally:
            peer.close()

    def serve(self, peer):
        head = b""
        while b"\r\n\r\n" not in head:
            got = peer.recv(65536)
            if not got:
                return False
            head += got
        method, target = head.split(b" ", 2)[:2]
        target = target.decode("latin-1")
        fields = dict((k.lower(), v) for k, v in re.findall(r"(?m)^([\w-]+): *(.*?)\r?$", head.decode("latin-1")))
        if target != "/file":
            content = self.pages.get(target, target.encode())
            rows = [f"Content-Length: {len(content)}", "Content-Type: text/html"] + self.fields.get(target, [])
            status = "302 Found" if any(r.startswith("Location") for r in rows) else "200 OK"
            rows.insert(0, f"HTTP/1.1 {status}")
            peer.sendall("".join(r + "\r\n" for r in rows).encode("latin-1") + b"\r\n" + content)
            return True
        return self.file(peer, fields, method != b"HEAD")

    def file(self, peer, fields, with_body):
        content = self.content
        tag = '"' + hashlib.md5(content).hexdigest() + '"'
        rows = ["Accept-Ranges: bytes", f"ETag: {tag}", f"Last-Modified: {self.modified}"]
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", fields.get("range", ""))
        status, body = "200 OK", content
        if found and self.ranges != "ignored" and fields.get("if-range", tag) in (tag, self.modified):
            first, last = int(found[1]), min(int(found[2] or len(content)), len(content) - 1)
            if first >= len(content):
                peer.sendall(f"HTTP/1.1 416 No\r\nContent-Range: bytes */{len(content)}\r\n"
                             "Content-Length: 0\r\n\r\n".encode())
                return True
            status, body = "206 Partial Content", content[first:last + 1]
            total = len(content)
            if self.ranges == "shifted":
                first, body = first + 7, content[first + 7:last + 1]
            if self.ranges == "total" and first > 0:
                total += 1000
            rows.append(f"Content-Range: bytes {first}-{last}/{total}")
        rows.append(f"Content-Length: {len(body)}")
        peer.sendall((f"HTTP/1.1 {status}\r\n" + "".join(r + "\r\n" for r in rows) + "\r\n").encode())
        if not with_body:
            return True
        cut = random.randrange(self.cut) if self.cut else len(body) + 1
        for start in range(0, len(body), 20000):
            if start >= cut:
                if self.then:
                    # From here on it is another file, and comes whole.
                    self.content, self.then, self.cut = self.then, None, None
                if self.reset:
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            time.sleep(self.pace)
            peer.sendall(body[start:min(start + 20000, cut)])
        return cut > len(body)


class Torture:
    def __init__(self, options):
        self.options = options
        self.program = os.path.abspath(options.program)
        self.held = self.total = 0
        random.seed(options.seed)
        self.server = Server(random.randbytes(SIZE))
        self.server.start()
        asked = subprocess.run([self.program, "--help"], capture_output=True, text=True, check=False)
        self.has_segments = "--segments" in asked.stdout
        self.here = os.path.join(PLACE, "deep", "here")

    # --- What all of them need ---

    def fresh(self):
        """An empty folder, and a server that does all right."""
        shutil.rmtree(PLACE, ignore_errors=True)
        os.makedirs(self.here)
        os.makedirs(os.path.join(PLACE, "home"))
        os.makedirs(os.path.join(PLACE, "tmp"))
        for name in ("up", "deep/up"):
            with open(os.path.join(PLACE, name), "w", encoding="ascii") as file:
                file.write("untouched")
        s = self.server
        s.pace, s.cut, s.reset, s.then, s.ranges, s.pages, s.fields = 0, None, None, None, "right", {}, {}

    def start(self, *arguments, cwd=None, before=()):
        return subprocess.Popen(
            [*before, self.program, *arguments], cwd=cwd or self.here, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            env={"PATH": os.environ["PATH"], "HOME": os.path.join(PLACE, "home"), "LC_ALL": "C.UTF-8",
                 "TMPDIR": os.path.join(PLACE, "tmp")})

    def run(self, *arguments, **options):
        process = self.start(*arguments, **options)
        try:
            self.said = process.communicate(timeout=LIMIT)[0].decode("utf-8", "backslashreplace")
        except subprocess.TimeoutExpired:
            process.kill()
            self.said = process.communicate()[0].decode("utf-8", "backslashreplace")
            return f"it had not ended after {LIMIT} s"
        return process.returncode

    def left(self, name="file"):
        path = os.path.join(self.here, name)
        if not os.path.exists(path):
            return b""
        with open(path, "rb") as file:
            return file.read()

    def check(self, name, *problems):
        """Counts one statement; each problem is a text, or None."""
        problems = [p for p in problems if p]
        self.total += 1
        self.held += not problems
        if problems or self.options.verbose:
            print(f"{'BROKEN' if problems else 'held'}: {name}" + "".join(f"\n    {p}" for p in problems))
            if problems:
                print("    " + self.said[-600:].replace("\n", "\n    "))

    def whole(self):
        got = self.left()
        if hashlib.sha256(got).digest() == hashlib.sha256(self.server.content).digest():
            return None
        same = next((n for n in range(0, min(len(got), SIZE), 1000)
                     if got[n:n + 1000] != self.server.content[n:n + 1000]), len(got))
        return f"{len(got)} octets of {len(self.server.content)}, right up to {same}"

    def alone(self, *also):
        """That nothing lies beside the file."""
        others = [n for n in os.listdir(self.here) if n != "file" and n not in also]
        return f"left behind: {others}" if others else None

    def status(self, got, *wanted):
        return None if got in wanted else f"status {got}, not {' or '.join(map(str, wanted))}"

    def prefix(self):
        """That the octets so far are right (with segments, holes are allowed: a journal knows them)."""
        got = self.left()
        return None if self.server.content.startswith(got) else "what is left is not the beginning"

    # --- Kills and cuts ---

    def kill(self, segments):
        """Kill -9 at random moments, and -c, until one of them was quick enough."""
        for number in range(self.options.rounds):
            self.fresh()
            # 3 MB in 0.3 s.
            self.server.pace = 0.002
            problems, kills = [], random.randint(1, 4)
            for _ in range(kills):
                process = self.start("-q", "-c", *segments, f"http://127.0.0.1:{PORT}/file")
                time.sleep(random.uniform(0.005, 0.3) * random.random() ** 0.5)
                process.kill()
                process.communicate()
                if not segments:
                    problems += [self.prefix(), self.alone()]
                else:
                    extra = [n for n in os.listdir(self.here) if n != "file" and not JOURNAL.match(n)]
                    problems.append(f"left behind: {extra}" if extra else None)
            self.server.pace = 0
            status = self.run("-c", *segments, f"http://127.0.0.1:{PORT}/file")
            self.check(f"killed {kills} times, then -c {' '.join(segments)} ({number})",
                       self.status(status, 0), self.whole(), self.alone(), *problems)

    def terminate(self, segments):
        self.fresh()
        self.server.pace = 0.002
        for sent in (signal.SIGINT, signal.SIGTERM):
            process = self.start("-q", "-c", *segments, f"http://127.0.0.1:{PORT}/file")
            time.sleep(0.15)
            process.send_signal(sent)
            process.communicate()
        status = self.run("-c", *segments, f"http://127.0.0.1:{PORT}/file")
        self.check(f"SIGINT and SIGTERM, then -c {' '.join(segments)}", self.status(status, 0), self.whole(),
                   self.alone())

    def mixed(self):
        """A journal of segments, and then one that takes no segments, and the other way round."""
        for first, then in (("--segments=4", "--segments=1"), ("--segments=1", "--segments=4"),
                            ("--segments=2", "--segments=8")):
            self.fresh()
            self.server.pace = 0.002
            process = self.start("-q", "-c", first, f"http://127.0.0.1:{PORT}/file")
            time.sleep(0.1)
            process.kill()
            process.communicate()
            status = self.run("-c", then, f"http://127.0.0.1:{PORT}/file")
            self.check(f"killed with {first}, then -c {then}", self.status(status, 0), self.whole(), self.alone())
        for arguments in ((), ("-c",), ("-N",), ("-O", "file")):
            self.fresh()
            self.server.pace = 0.002
            process = self.start("-q", "--segments=4", f"http://127.0.0.1:{PORT}/file")
            time.sleep(0.1)
            process.kill()
            process.communicate()
            self.server.pace = 0
            if os.path.exists(os.path.join(self.here, "file")):
                os.remove(os.path.join(self.here, "file"))
            status = self.run(*arguments, f"http://127.0.0.1:{PORT}/file")
            self.check(f"killed with --segments=4, its file removed, then {' '.join(arguments) or 'as usual'}",
                       self.status(status, 0), self.whole(), self.alone())

    def journal(self):
        """Journals that were cut, or lie."""
        for number in range(self.options.rounds):
            self.fresh()
            self.server.pace = 0.004
            process = self.start("-q", "-c", "--segments=4", f"http://127.0.0.1:{PORT}/file")
            time.sleep(0.15)
            process.kill()
            process.communicate()
            found = [n for n in os.listdir(self.here) if n != "file"]
            what = "none"
            for name in found:
                path = os.path.join(self.here, name)
                with open(path, "rb") as file:
                    octets = file.read()
                what = random.choice(["cut", "empty", "random", "gone"])
                if what == "gone":
                    os.remove(path)
                    continue
                with open(path, "wb") as file:
                    file.write({"cut": octets[:random.randint(0, len(octets))], "empty": b"",
                                "random": random.randbytes(len(octets))}[what])
            self.server.pace = 0
            status = self.run("-c", "--segments=4", f"http://127.0.0.1:{PORT}/file")
            if what == "gone":
                # Nobody knows the holes any more; but the size may say that all is there.
                continue
            self.check(f"a journal that is {what} ({number})", self.status(status, 0), self.whole(), self.alone())

    def cuts(self, segments):
        for reset in (False, True):
            for number in range(max(1, self.options.rounds // 2)):
                self.fresh()
                self.server.cut, self.server.reset = SIZE // 2, reset
                status = self.run("-c", "-t0", "--waitretry=0", "-T5", *segments, f"http://127.0.0.1:{PORT}/file")
                self.check(f"{'resets' if reset else 'closes'} {' '.join(segments)} ({number})",
                           self.status(status, 0), self.whole(), self.alone())
        self.fresh()
        self.server.cut = SIZE // 2
        status = self.run("-t2", "--waitretry=0", *segments, f"http://127.0.0.1:{PORT}/file")
        if status == 0:
            self.check(f"two tries {' '.join(segments)}", self.whole())
        else:
            self.server.cut = None
            again = self.run("-c", *segments, f"http://127.0.0.1:{PORT}/file")
            self.check(f"two tries, then -c {' '.join(segments)}", self.status(status, 4),
                       self.status(again, 0), self.whole(), self.alone())

    def changed(self, segments):
        """The file is another one when it goes on: after a kill the journal knows, after a cut the program."""
        before, modified = self.server.content, self.server.modified
        self.fresh()
        other = random.randbytes(SIZE)
        if segments:
            self.server.pace = 0.004
            process = self.start("-q", "-c", *segments, f"http://127.0.0.1:{PORT}/file")
            time.sleep(0.15)
            process.kill()
            process.communicate()
            self.server.content, self.server.pace = other, 0
        else:
            self.server.cut, self.server.then = SIZE // 2, other
        self.server.modified = "Sun, 02 Jan 2022 12:34:56 GMT"
        status = self.run("-c", "-t3", "--waitretry=0", *segments, f"http://127.0.0.1:{PORT}/file")
        self.check(f"changed meanwhile, then -c {' '.join(segments)}", self.whole() if status == 0 else None)
        self.server.content, self.server.modified = before, modified

    def liars(self):
        """Servers that answer a range with something else."""
        for ranges in ("ignored", "shifted", "total"):
            self.fresh()
            self.server.ranges = ranges
            status = self.run("-t2", "--waitretry=0", "-T5", "--segments=4", f"http://127.0.0.1:{PORT}/file")
            self.check(f"ranges {ranges}, --segments 4", self.whole() if status == 0 else None,
                       self.status(status, 0) if ranges == "ignored" else None)

    # --- Disks ---

    def mount(self, options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.here], check=True)

    def full(self, segments):
        ballast = os.path.join(self.here, "ballast")
        for room in (65_536, 1_048_576, 2_900_000):
            self.fresh()
            self.mount("size=8m")
            with open(ballast, "wb") as file:
                file.write(bytes((8 << 20) - room))
            status = self.run("-t2", "--waitretry=0", *segments, f"http://127.0.0.1:{PORT}/file")
            problems = [self.status(status, 3)]
            if not segments:
                problems.append(self.prefix())
            os.remove(ballast)
            again = self.run("-c", *segments, f"http://127.0.0.1:{PORT}/file")
            self.check(f"a disk with room for {room}, then -c {' '.join(segments)}", *problems,
                       self.status(again, 0), self.whole(), self.alone())
            subprocess.run(["umount", self.here], check=True)
        self.fresh()
        self.mount("size=1m")
        with open(os.path.join(self.here, "kept"), "wb") as file:
            file.write(b"x" * 1_000_000)
        status = self.run("-t1", *segments, f"http://127.0.0.1:{PORT}/file")
        with open(os.path.join(self.here, "kept"), "rb") as file:
            kept = file.read() == b"x" * 1_000_000
        self.check(f"no room at all {' '.join(segments)}", self.status(status, 3), None if kept else "lost")
        subprocess.run(["umount", self.here], check=True)
        if segments:
            return
        # The signal ends it, as it ends wget; what may be there is there.
        self.fresh()
        status = self.run(f"http://127.0.0.1:{PORT}/file", before=["prlimit", "--fsize=2000000"])
        left = os.path.getsize(os.path.join(self.here, "file"))
        self.check("a limit of 2,000,000 octets a file", self.status(status, -signal.SIGXFSZ, 153), self.prefix(),
                   None if left == 2_000_000 else f"{left} octets are there")

    # What a sandbox does that knows no splice(2).
    SANDBOX = '''
        #include <errno.h>
        long splice(int from, long *a, int to, long *b, unsigned long count, unsigned flags) { errno = %s; return -1; }
    '''

    def forbidden(self):
        compiler = shutil.which("cc") or shutil.which("clang")
        if not compiler:
            print("no C compiler: no sandbox without splice(2) was tried")
            return
        for name in ("ENOSYS", "EPERM"):
            self.fresh()
            library = os.path.join(PLACE, "sandbox.so")
            subprocess.run([compiler, "-shared", "-fPIC", "-xc", "-", "-o", library], check=True,
                           input=self.SANDBOX % name, text=True)
            status = self.run(f"http://127.0.0.1:{PORT}/file", before=["env", f"LD_PRELOAD={library}"])
            self.check(f"a sandbox where splice gives {name}", self.status(status, 0), self.whole(), self.alone())

    def shut(self):
        self.fresh()
        self.mount("size=16m")
        subprocess.run(["mount", "-o", "remount,bind,ro", self.here], check=True)
        for arguments in ((), ("-c",), ("-O", "out"), ("-x",), ("-P", "sub"), ("-N",)):
            status = self.run(*arguments, f"http://127.0.0.1:{PORT}/file")
            self.check(f"a disk that is read only {' '.join(arguments)}",
                       self.status(status, *((1, 3) if "-O" in arguments else (3,))), self.alone())
        if self.has_segments:
            status = self.run("--segments=4", f"http://127.0.0.1:{PORT}/file")
            self.check("a disk that is read only --segments=4", self.status(status, 3), self.alone())
        subprocess.run(["umount", self.here], check=True)
        self.fresh()
        os.chmod(self.here, 0o555)
        os.chmod(PLACE, 0o755)
        drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all",
                "--bounding-set=-all"]
        # Who may not become somebody else tests no permissions.
        if subprocess.run([*drop, "true"], capture_output=True, check=False).returncode == 0:
            status = self.run("-q", f"http://127.0.0.1:{PORT}/file", before=drop)
            self.check("a folder of somebody else", self.status(status, 3), self.alone())
        os.chmod(self.here, 0o755)

    # --- Names ---

    NAMES = [
        "../up", "..%2Fup", "%2e%2e/up", "%2e%2e%2fup", "..%2f..%2fup", "../../../../../../mnt/torture/up",
        "..", "%2e%2e", "../", "a/../../up", "a/%2e%2e/%2e%2e/up", "%00", "a%00b", "..%00/up", "%2Fmnt%2Ftorture%2Fup",
        "//mnt/torture/up", "/mnt/torture/up", "..%5cup", "..\\up", "%0a", "a%0d%0ab", "n" * 255, "n" * 256, "n" * 300,
        "n" * 250 + ".html", "n" * 3000, "caf\u00e9" * 80, "%C3%A9" * 150, "%FF" * 200, "%c0%ae%c0%ae/up",
        "x?" + "../" * 5 + "up", "x?..%2Fup", "x?" + "q" * 300, "x#../up", ".", "./..", "a/b/c/" + "d/" * 60 + "e",
        "~root/up", "-rf", "--help", "%2e%2e%2f" * 10 + "up", "....//up", "..;/up", "con", "a:b", "a|b", "*", "?",
    ]
    FIELDS = [
        'filename="../../up"', 'filename="../up"', 'filename=".."', 'filename="/mnt/torture/up"', 'filename="."',
        'filename="..\\\\..\\\\up"', "filename*=UTF-8''..%2F..%2Fup", "filename*=UTF-8''%2Fmnt%2Ftorture%2Fup",
        "filename*=UTF-8''a%00b", "filename*=UTF-8''..", 'filename="a/../../../up"', 'filename="' + "n" * 300 + '"',
        "filename*=UTF-8''" + "%C3%A9" * 200, 'filename=""', 'filename="/"', 'filename="../"', 'filename="a\tb"',
        'filename="-rf"', "filename=../up", 'filename="\x01\x02"', 'filename="up/../../up"', 'filename=".../../up"',
    ]

    def outside(self):
        """What changed outside of the folder."""
        found = []
        for root, folders, names in os.walk(PLACE):
            if root == self.here:
                folders.clear()
                continue
            for name in names:
                path = os.path.join(root, name)
                shown = os.path.relpath(path, PLACE)
                if shown == "home/.wget-hsts":
                    continue
                with open(path, "rb") as file:
                    if shown not in ("up", "deep/up") or file.read() != b"untouched":
                        found.append(shown)
        return f"outside: {found}" if found else None

    def inside(self):
        """That all that is there is of a kind that should be."""
        for root, _, names in os.walk(self.here):
            for name in names:
                if os.path.islink(os.path.join(root, name)):
                    return f"a link: {name}"
        return None

    def names(self):
        ways = [(), ("-x",), ("-r", "-l1"), ("-x", "--cut-dirs=1", "-nH"), ("-P", "sub"),
                ("--restrict-file-names=nocontrol",), ("--restrict-file-names=windows", "-x"), ("-E", "-x")]
        for name in self.NAMES:
            way = ways[self.total % len(ways)]
            self.fresh()
            status = self.run("-nv", "-t1", "-T5", *way, f"http://127.0.0.1:{PORT}/{name}")
            self.check(f"{' '.join(way)} /{name[:60]}", self.outside(), self.inside(),
                       self.status(status, *range(9)))
        for field in self.FIELDS:
            way = ways[self.total % 6]
            self.fresh()
            self.server.fields["/cd"] = ["Content-Disposition: attachment; " + field]
            status = self.run("-nv", "-t1", "-T5", "--content-disposition", *way, f"http://127.0.0.1:{PORT}/cd")
            self.check(f"{' '.join(way)} {field[:60]!r}", self.outside(), self.inside(),
                       self.status(status, *range(9)))
        for name in self.NAMES:
            if "\u00e9" in name or len(name) > 2000:
                continue
            self.fresh()
            self.server.fields["/to"] = [f"Location: /{name}"]
            status = self.run("-nv", "-t1", "-T5", "--trust-server-names", f"http://127.0.0.1:{PORT}/to")
            self.check(f"--trust-server-names, to /{name[:60]}", self.outside(), self.inside(),
                       self.status(status, *range(9)))
        self.fresh()
        self.server.pages["/"] = "".join(
            f'<a href="{name}">x</a>\n<img src="/{name}">\n' for name in self.NAMES).encode()
        for way in ((), ("-k",), ("-nd",), ("-p", "-k", "-K"), ("-nH", "--cut-dirs=3"), ("-E", "-k", "-N")):
            status = self.run("-q", "-r", "-l1", "-t1", "-T5", "-e", "robots=off", *way, f"http://127.0.0.1:{PORT}/")
            self.check(f"a page with all these names, -r {' '.join(way)}", self.outside(), self.inside(),
                       self.status(status, *range(9)))
            shutil.rmtree(self.here)
            os.makedirs(self.here)
        for name in ("../up", "/mnt/torture/up", "a/../../up", "..", "a/b", ".", "a\\..\\..\\up"):
            self.fresh()
            with open(os.path.join(self.here, "m.meta4"), "w", encoding="utf-8") as file:
                file.write(f'<?xml version="1.0"?><metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="{name}">'
                           f'<url>http://127.0.0.1:{PORT}/x</url></file></metalink>')
            status = self.run("-nv", "-t1", "--input-metalink=m.meta4")
            self.check(f"Metalink, {name}", self.outside(), self.inside(), self.status(status, *range(9)))

    def links(self):
        """Where somebody put links to elsewhere: what wget writes goes through them, and no further."""
        self.fresh()
        os.symlink(os.path.join(PLACE, "up"), os.path.join(self.here, "x"))
        status = self.run("-nv", f"http://127.0.0.1:{PORT}/x")
        self.check("a link of that name", self.outside(), self.status(status, 0))

    def all(self):
        segments = [()] + [("--segments=4",)] * self.has_segments
        parts = {"kill": lambda: [self.kill(s) for s in segments],
                 "terminate": lambda: [self.terminate(s) for s in segments],
                 "cuts": lambda: [self.cuts(s) for s in segments],
                 "full": lambda: [self.full(s) for s in segments], "forbidden": self.forbidden,
                 "shut": self.shut, "names": self.names, "links": self.links}
        if self.has_segments:
            parts |= {"mixed": self.mixed, "journal": self.journal, "liars": self.liars,
                      "changed": lambda: [self.changed(s) for s in segments]}
        for name, part in parts.items():
            if re.search(self.options.only, name):
                part()
        print(f"{self.held} of {self.total} held (seed {self.options.seed})")
        return self.held == self.total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?", default=shutil.which("wget"))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if not os.access(options.program, os.X_OK):
        sys.exit(f"{options.program} is no program")
    if "TORTURE" not in os.environ:
        sandbox = os.path.join(HERE, "servers", "sandbox.sh")
        os.environ["TORTURE"] = "inside"
        os.execv(sandbox, [sandbox, sys.executable, os.path.abspath(__file__), os.path.abspath(options.program)]
                 + [a for a in sys.argv[1:] if a != options.program])
    try:
        subprocess.run("mount -t tmpfs tmpfs /mnt && ip link set lo up", shell=True, check=True)
    except subprocess.CalledProcessError as error:
        print(f"wget-torture.py: {error}", file=sys.stderr)
        sys.exit(70)
    sys.exit(not Torture(options).all())


if __name__ == "__main__":
    main()
