#!/usr/bin/env python3
"""Runs wget and another program in terminals of 40, 80 and 200 columns, and compares what is there.

  wget-terminal.py [--subject PROGRAM] [--wget WGET] [--arguments "..."] [--only REGEX] [--verbose]

Runs inside servers/wget-bed.sh, which it starts where it has to. Compared is what each line of the
terminal says in the end, where times and rates are masked as in wget-matrix.py; how wide the
progress is; the exit status, and wget-log where there is one. Exits with 0 when all is the same, 1 when it
is not, 70 when the servers could not be started. The subject is the reference unless it is named.
"""
import argparse
import concurrent.futures
import fcntl
import importlib.util
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 20
LONG = "n" * 60 + ".txt"
# What is run, and what happens after how many seconds: a signal, or another width.
CASES = [
    ("http://site.test/numbers.txt", None),
    ("http://site.test/hello.txt", None),
    ("http://site.test/shape/chunked", None),
    ("http://site.test/empty.txt", None),
    ("http://site.test/slow/drip", None),
    (f"http://site.test/names/{LONG}", None),
    (f"--progress=bar:noscroll http://site.test/names/{LONG}", None),
    ("http://site.test/names/caf%C3%A9%E6%97%A5%E6%9C%AC%E8%AA%9E", None),
    ("http://site.test/hello.txt http://site.test/status/404 http://site.test/numbers.txt", None),
    ("-q --show-progress http://site.test/numbers.txt http://site.test/hello.txt", None),
    ("-nv --show-progress http://site.test/numbers.txt", None),
    ("-q http://site.test/numbers.txt", None),
    ("-nv http://site.test/numbers.txt", None),
    ("--progress=dot http://site.test/numbers.txt", None),
    ("--no-show-progress http://site.test/numbers.txt", None),
    ("-O out http://site.test:85/numbers.txt", None),
    ("-r -l1 http://site.test/s/", None),
    ("--report-speed=bits http://site.test/numbers.txt", None),
    ("http://site.test:85/numbers.txt", (0.4, "columns", 100)),
    ("http://site.test:85/numbers.txt", (0.4, "columns", 30)),
    ("http://site.test:85/numbers.txt", (0.4, "signal", signal.SIGUSR1)),
    ("http://site.test:85/numbers.txt", (0.4, "signal", signal.SIGHUP)),
    ("http://site.test:85/numbers.txt", (0.4, "signal", signal.SIGINT)),
    ("http://site.test:85/numbers.txt", (0.4, "signal", signal.SIGTERM)),
]


def matrix():
    """wget-matrix.py, whose masks are used here."""
    place = importlib.util.spec_from_file_location("matrix", os.path.join(HERE, "wget-matrix.py"))
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
               if not unicodedata.combining(c))


class Screen:
    """What a program left in a terminal."""

    def __init__(self, program, arguments, columns, event, masks):
        with tempfile.TemporaryDirectory() as folder:
            octets, self.status = self.run(program, arguments, columns, event, folder)
            log = os.path.join(folder, "wget-log")
            self.log = ""
            if os.path.exists(log):
                with open(log, encoding="utf-8", errors="backslashreplace") as file:
                    # How much the log has of the progress depends on when the signal came.
                    self.log = re.sub(r"(?m)^( *\d*K?[ .,]*\d*%? \(rate\)|.*\d%.*(\(rate\)|B/s).*)\n", "",
                                      masks.mask(file.read()))
        text = octets.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        self.widths, rows = set(), []
        for row in text.split("\n"):
            drawn = [part for part in row.split("\r") if part]
            if len(drawn) > 1 or re.search(r"B/s|b/s", row) and "\r" in row:
                self.widths |= {width(part) for part in drawn}
            rows.append(self.masked(drawn[-1]) if drawn else "")
            if event and event[1] == "signal":
                # How far it had come is not the same each time.
                rows[-1] = re.sub(r" +\d+%(\[.*\])? +[\d.]+K (?=\(rate\)$)",
                                  lambda m: f" [{len(m[1] or '')}] ", rows[-1])
        self.rows = masks.mask("\n".join(rows))

    @staticmethod
    def masked(row):
        """Without the rate and the times; of the bar it counts how long it is."""
        if not re.search(r"[KMGT ](?:B|b)/s", row) or re.search(r"\([\d.,]+ [KMGT]?[Bb]/s\)", row):
            return row
        row = re.sub(r"(?:[\d.,]+|--\.-) ?[KMGT]?[Bb]/s.*$", "(rate)", row)
        row = re.sub(r"\[[ <=>]*\](?=.*\(rate\)$)", lambda m: f"[{len(m[0])}]", row) if "%" not in row else row
        return re.sub(r" +\(rate\)$", " (rate)", row)

    def run(self, program, arguments, columns, event, folder):
        main, terminal = pty.openpty()
        resize = lambda to: fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, to, 0, 0))
        resize(columns)
        child = os.fork()
        if child == 0:
            os.setsid()
            fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
            for number in (0, 1, 2):
                os.dup2(terminal, number)
            os.closerange(3, 100)
            os.chdir(folder)
            os.execve(program, ["wget"] + arguments, {
                "PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8", "TERM": "xterm", "TZ": "UTC"})
        octets, begin = b"", time.monotonic()
        status = None
        while time.monotonic() - begin < LIMIT:
            due = max(0, event[0] - (time.monotonic() - begin)) if event else 0.1
            if select.select([main], [], [], min(due, 0.1))[0]:
                octets += os.read(main, 65536)
            elif status is not None:
                break
            if event and time.monotonic() - begin >= event[0]:
                if event[1] == "signal":
                    os.kill(child, event[2])
                else:
                    resize(event[2])
                    os.kill(child, signal.SIGWINCH)
                event = None
            if status is None:
                ended, code = os.waitpid(child, os.WNOHANG)
                if ended:
                    status = os.waitstatus_to_exitcode(code)
        if status is None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            status = f"it had not ended after {LIMIT} s"
        os.close(main)
        os.close(terminal)
        return octets, status

    def text(self):
        return (f"status {self.status}\nwidths {sorted(self.widths)[-1:]}\n{self.rows}"
                f"{'--- wget-log' if self.log else ''}\n{self.log}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wget", default=shutil.which("wget"))
    parser.add_argument("--subject")
    parser.add_argument("--arguments")
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if "STATE" not in os.environ:
        bed = os.path.join(HERE, "servers", "wget-bed.sh")
        os.environ.update(WORKERS="2", SERVERS="nginx")
        os.execv(bed, [bed, sys.executable, os.path.abspath(__file__)]
                 + [os.path.abspath(a) if os.path.exists(a) else a for a in sys.argv[1:]])
    subject = os.path.abspath(options.subject or options.wget)
    before = options.arguments
    if before is None:
        before = "" if subject == os.path.abspath(options.wget) else "--jobs=1"
    masks = matrix()
    asked = [(arguments, event, columns,
              f"{columns} columns: {arguments}" + (f" {event}" if event else ""))
             for arguments, event in CASES for columns in (40, 80, 200)]
    asked = [each for each in asked if re.search(options.only, each[3])]

    def both(each):
        arguments, event, columns, _ = each
        shown = arguments.split()
        return (Screen(options.wget, shown, columns, event, masks).text(),
                Screen(subject, before.split() + shown, columns, event, masks).text())

    same = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for each, (theirs, ours) in zip(asked, pool.map(both, asked)):
            if theirs != ours:
                # Once more, alone: the machine may have been busy.
                theirs, ours = both(each)
            same += theirs == ours
            if options.verbose:
                print(f"=== {each[3]}\n{ours}")
            if theirs != ours:
                print(f"=== {each[3]}")
                print("\n".join(masks.difflib.unified_diff(
                    theirs.split("\n"), ours.split("\n"), lineterm="", n=1)))
    print(f"{same} of {len(asked)} identical")
    sys.exit(same != len(asked))


if __name__ == "__main__":
    main()
