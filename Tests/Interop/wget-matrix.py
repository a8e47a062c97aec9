#!/usr/bin/env python3
"""Runs the command lines of wget-matrix/*.txt with GNU wget and with another program, and compares.

  wget-matrix.py [--subject PROGRAM] [--wget WGET] [--self] [--only REGEX] [--jobs N]
                 [--arguments "..."] [--classes CLASS,...] [--verbose] [--brief] [--slow N]
                 [--once] [--record-differences] [FILE...]

Runs inside servers/wget-bed.sh, which it starts where it has to. A line is a command for bash, run
in an empty folder with an empty HOME; `old NAME TEXT [TIME]` puts a file there first, and `rc TEXT`
a ~/.wgetrc. Compared is, each as a class of its own:

  status       how it ended
  files        all that lies in the folder and in HOME: names, modes, octets, and times where they
               are not of now
  requests     what the servers were asked: order, all lines of the heads and their order, bodies
  connections  which requests had a connection in common
  output       standard output, to the octet
  log          standard error and the files of -o and -a, where the time, rates, random marks and
               the program's name are masked (`mask`)
  time         that one did not take a second longer

A line `#~ CLASS...: REASON` says that the line below it is not the same twice there, and is not
compared in these classes; after `#=` stands what the reference is given instead of the line below.

Where swift-wget means to differ, wget-matrix/swift-wget.differences has the reason, the lines, and
how what it makes of each differs; what it does so everywhere is in `RULES`. Says how many lines are
identical, in all and by class, and how many differ by the rules and as listed, and prints the
others: what differs otherwise, and what is listed and does not differ. Exits with 0 when there are none, 1 when there are, 70 when the servers could not be
started.

The subject is the reference itself unless it is named: then all must be the same, or the masks do
not suffice. --only picks by `file:number: line`, --classes what is compared. --arguments are put
before those of each line of the subject (--jobs=1 for swift-wget, whose default is several at once).
--verbose prints what the subject made of each line, --brief only which lines differ in what, --slow
the N lines that took longest. With --once a line that differs is not run a second time, alone.
--record-differences writes how the lines differ into swift-wget.differences; the lines that were not
there get no reason, which is to be written by hand: until then they count as other differences.

By hand:  servers/wget-bed.sh bash   and then any line, as `wget http://site.test/hello.txt`.
"""
import argparse
import concurrent.futures
import difflib
import gzip
import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import time

import reasons

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(HERE, "wget-matrix")
LISTED = os.path.join(CASES, "swift-wget.differences")
CLASSES = ["status", "files", "requests", "connections", "output", "log", "time"]
NAMES = open("/mnt/names", encoding="ascii").read().split() if os.path.exists("/mnt/names") else []
# Where the folder of each run is mounted, so that both programs see the same path.
PLACE = "/mnt/w"
PRELUDE = r"""
old() {
    mkdir -p "$(dirname "$1")"
    printf '%b' "$2" >"$1"
    touch -d "${3:-2020-02-02 02:02:02 UTC}" "$1"
}
rc() { printf '%b' "$1" >~/.wgetrc; }
"""
MOUNT = r"""
mount --bind "$1" /etc/hosts && mount --bind "$2" /mnt/w && cd /mnt/w/here && exec bash -c "$3"
"""
# Longer than any line takes.
LIMIT = 40
LATE = 1.0

# --- What cannot be the same twice -------------------------------------------------------------

RATE = r"(?:[\d.,]+|--\.-) ?[KMGT]?[Bb]/s"
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def last_drawn(text):
    """Of each line that was drawn over with carriage returns, what was drawn last."""
    def line(row):
        if "%[" not in row and "[ <=>" not in row and not re.search(r"\[ +[<=>]", row):
            return row
        drawn = [part for part in row.split("\r") if part.strip()]
        # The name may be scrolling, and the arrow of an unknown length goes to and fro.
        shown = drawn[-1] if drawn else row
        shown = re.sub(r"\[[ <=>]+\]", "[(arrow)]", shown) if "%" not in shown else shown
        return re.sub(r" +(?:[\d.,]+|--\.-)[KMGT]?[Bb]/s.*$", " (rate)", shown)
    return "\n".join(line(row) for row in text.split("\n"))


def mask(text):
    def sub(pattern, to):
        nonlocal text
        text = re.sub(pattern, to, text, flags=re.M)

    text = last_drawn(text)
    sub(r"127\.0\.\d+\.(\d+)", r"127.0.0.\1")
    sub(r"fd77::[0-9a-f]+", "fd77::1")
    sub(r"\bswift-wget\b", "wget")
    sub(r"^--" + TIME + "--", "--(time)--")
    sub(r"^FINISHED --" + TIME + "--", "FINISHED --(time)--")
    sub(r"^" + TIME, "(time)")
    # wget converts in the order of a hash table.
    text = re.sub(r"(?:^Converting links in .*\.\.\. .*\n(?:\d+-\d+\n)?)+", lambda m: "".join(
        sorted(re.findall(r"Converting.*\n(?:\d+-\d+\n)?", m[0]))), text, flags=re.M)
    sub(r"^(Converted links in \d+ files in )\S+( seconds)", r"\1(n)\2")
    sub(r"0x[0-9a-f]{8,}", "(place)")
    sub(r"\(" + RATE + r"\)", "(rate)")
    sub(r"^(Total wall clock time: ).*", r"\1(time)")
    sub(r"^(Downloaded: .*) in [\d.]+(?:s|m \d+s) \(.*\)$", r"\1 in (time)")
    # The rates and times behind a row of dots.
    sub(r"^( *\d+K(?: [ .,]*[.,]| *?)(?: *\d+%)?) +(?:[\d.]+|--\.-) ?[KMGT]?b?[ =]*[\d.smhd ]*$",
        r"\1 (rate)")
    sub(r"( (?:Date|  Date): ).*", r"\1(date)")
    sub(r'((?:c?nonce|response)=")[^"]*"', r'\1(random)"')
    sub(r"\b\d{4}-\d\d-\d\d \d\d:\d\d UTC$", "(time)")
    sub(r"^(Continuing in background, pid )\d+", r"\1(n)")
    return text


def mask_request(text):
    text = re.sub(r"(?im)^(user-agent: ).*?(\r?)$", r"\1(name)\2", text)
    text = re.sub(r'((?:cnonce|response)=")[^"]*"', r'\1(random)"', text)
    # Of Apache, whose nonce is of now.
    text = re.sub(r'(nonce=")[^"]{40,}"', r'\1(random)"', text)
    text = re.sub(r"127\.0\.\d+\.(\d+)", r"127.0.0.\1", text)
    return re.sub(r"fd77::[0-9a-f]+", "fd77::1", text)


def archive(octets):
    """What records a WARC has."""
    if octets.startswith(b"\x1f\x8b"):
        try:
            octets = gzip.decompress(octets)
        except (OSError, EOFError):
            return "broken"
    rows = []
    for record in re.split(rb"^(?=WARC/1\.[01]\r\n)", octets, flags=re.M)[1:]:
        head, _, rest = record.partition(b"\r\n\r\n")
        fields = dict(re.findall(r"^([\w-]+): *(.*?)\r?$", head.decode("utf-8", "replace"), re.M))
        kind = fields.get("WARC-Type")
        row = [kind, fields.get("WARC-Target-URI", ""), fields.get("Content-Type", "")]
        if kind in ("response", "revisit"):
            row += [fields.get("Content-Length", ""), fields.get("WARC-Payload-Digest", "")]
        if kind in ("warcinfo", "metadata", "resource"):
            row[1] = re.sub(r"[0-9a-f-]{36}", "(id)", row[1])
        rows.append(" ".join(row))
    return "".join(row + "\n" for row in rows) or "no records"


def content(name, octets, now):
    """How a file is shown: as text where it is short, and by its length and digest."""
    if re.search(r"\.warc(\.gz)?$", name):
        return archive(octets)
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        text = None
    if text is not None:
        text = re.sub(r"^(# HTTP Cookie File|# Generated by Wget on ).*", r"\1", text, flags=re.M)
        text = re.sub(r"^(CDX .*|http\S+ )\d{14} ", r"\1(time) ", text, flags=re.M)
        if name.endswith(".wget-hsts"):
            text = re.sub(r"\t(\d{10})\t", "\t(now)\t", text)
        if re.match("# (HTTP Cookie File|HSTS 1.0 Known)", text):
            # The lines come in the order of a hash table.
            rows = text.split("\n")
            text = "\n".join([r for r in rows if r[:1] in ("#", "")] + sorted(r for r in rows if r[:1] not in ("#", "")))
        if name.endswith(".cdx"):
            text = re.sub(r"<urn:uuid:.*?>", "(id)", text)
            # Where a record starts depends on how well those before it are compressed.
            text = re.sub(r" \d+ (\S+\.warc\.gz) ", r" (n) \1 ", text)
        # Times that are seconds after now.
        text = re.sub(r"\b1[789]\d{8}\b",
                      lambda m: f"(now{round((int(m[0]) - now) / 100) * 100:+d})", text)
        text = re.sub(r"127\.0\.\d+\.(\d+)", r"127.0.0.\1", text)
    if text is not None and len(text) < 6000 and "\0" not in text:
        return "".join(f"  | {row!r}\n" if re.search(r"[^\x20-\uffff\t]", row) else f"  | {row}\n"
                       for row in text.split("\n"))
    return f"  {len(octets)} octets {hashlib.sha256(octets).hexdigest()[:16]}\n"


# --- What swift-wget always does otherwise, and means to --------------------------------------


# The reason, the class, and how what wget made and what swift-wget made are brought together.
RULES = [
    ("GnuTLS says otherwise than OpenSSL what is wrong with a certificate", "log",
     lambda text: re.sub(
         r"(?:^(?:(?:ERROR|WARNING): The certificate of ‘.*’ .*|The certificate's owner does not match .*|"
         r"The certificate has (?:expired|not yet been activated))\n)+"
         r"|(?:^(?:ERROR|WARNING): cannot verify .*'s certificate(?:, issued by .*)?:\n  .*\n)+"
         r"(?:To connect to .* insecurely, use `--no-check-certificate'\.\n)?",
         "(a certificate is not trusted)\n", text, flags=re.M)),
    ("RFC 7616 has no quotation marks around an algorithm", "requests",
     lambda text: re.sub(r'algorithm="([\w-]+)"', r"algorithm=\1", text)),
    ("who goes on with a file says which it was (If-Range), so that two are never mixed", "requests",
     lambda text: re.sub(r'(?m)^  If-Range: .*\n', "", text)),
]


# --- Running -------------------------------------------------------------------------------------


class Result:
    """What a program made of a line."""

    def __init__(self, program, arguments, line, worker):
        self.state = os.path.join(os.environ["STATE"], str(worker))
        shutil.rmtree(self.state, ignore_errors=True)
        os.makedirs(self.state)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("here", "home", "bin"):
                os.mkdir(os.path.join(folder, name))
            self.run(program, arguments, line, worker, folder)
            self.logs = []
            self.files = "".join(sorted(self.tree(folder)))
        self.ask()

    def run(self, program, arguments, line, worker, folder):
        path = os.path.join(folder, "bin", "wget")
        if arguments:
            with open(path, "w", encoding="utf-8") as file:
                file.write(f'#!/bin/sh\nexec {program} {arguments} "$@"\n')
            os.chmod(path, 0o755)
        else:
            os.symlink(program, path)
        hosts = os.path.join(folder, "hosts")
        with open(hosts, "w", encoding="ascii") as file:
            # site.test and both.test are at .1, and each other host has an address of its own.
            file.writelines(f"127.0.{worker}.{number} {name}\n" for number, name in enumerate(NAMES, 1))
            file.write(f"127.0.{worker}.1 both.test alias.test\nfd77::{worker:x} six.test both.test\n")
        environment = {
            "PATH": f"{PLACE}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": f"{PLACE}/home",
            "LC_ALL": "C.UTF-8", "TZ": "UTC", "KEYS": os.environ["KEYS"],
            "IP": f"127.0.{worker}.1", "IP6": f"fd77::{worker:x}",
        }
        self.began = time.time()
        start = time.monotonic()
        process = subprocess.Popen(
            ["unshare", "-m", "bash", "-c", MOUNT, "mount", hosts, folder, PRELUDE + line],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        try:
            output, errors = process.communicate(timeout=LIMIT)
            self.status = str(process.returncode)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            output, errors = process.communicate()
            self.status = f"it had not ended after {LIMIT} s"
        self.took = time.monotonic() - start
        self.output = re.sub(r"127\.0\.\d+\.(\d+)", r"127.0.0.\1", output.decode("utf-8", "backslashreplace"))
        if re.search("^--" + TIME + "--|^Continuing in background, pid", self.output, re.M):
            # What goes to standard error is here this time.
            self.output = mask(self.output)
        if len(self.output) > 20000:
            self.output = f"{len(output)} octets {hashlib.sha256(output).hexdigest()[:16]}\n"
        self.errors = mask(errors.decode("utf-8", "backslashreplace"))

    def tree(self, folder):
        for root, folders, names in os.walk(folder):
            for name in folders + names:
                path = os.path.join(root, name)
                shown = os.path.relpath(path, folder)
                if shown in ("here", "home", "hosts") or shown.split("/")[0] == "bin":
                    continue
                shown = os.fsencode(shown).decode("utf-8", "backslashreplace")
                shown = re.sub(r"127\.0\.\d+\.(\d+)", r"127.0.0.\1", shown)
                about = os.lstat(path)
                if os.path.islink(path):
                    yield f"{shown} -> {os.readlink(path)}\n"
                elif os.path.isdir(path):
                    yield f"{shown}/ {about.st_mode & 0o777:o}\n"
                else:
                    when = "now" if abs(about.st_mtime - self.began) < 300 else time.strftime(
                        "%Y-%m-%d %H:%M:%S", time.gmtime(about.st_mtime))
                    if not os.access(path, os.R_OK):
                        yield f"{shown} {about.st_mode & 0o7777:o} {when}\n"
                        continue
                    with open(path, "rb") as file:
                        octets = file.read()
                    row = f"{shown} {about.st_mode & 0o7777:o} {when}\n"
                    if re.search(rb"^--" + TIME.encode() + rb"--|^" + TIME.encode() + rb" (URL|ERROR)",
                                 octets, re.M) and not shown.endswith((".warc", ".warc.gz")):
                        # What it says counts as a log.
                        text = mask(octets.decode("utf-8", "backslashreplace"))
                        self.logs.append(f"--- log in {shown}\n{text}")
                        yield row + "  (a log)\n"
                    else:
                        yield row + content(shown, octets, self.began)

    def ask(self):
        """What the servers were asked."""
        self.requests, numbers, order = "", {}, []
        path = os.path.join(self.state, "requests")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for row in file:
                    row = json.loads(row)
                    octets = row["octets"].encode("latin-1").decode("utf-8", "backslashreplace")
                    if not octets:
                        continue
                    octets = mask_request(octets)
                    if len(octets) > 6000:
                        octets = octets[:2000] + f"\n({len(octets)} octets)"
                    text = octets.replace("\r\n", "\n").rstrip("\n")
                    self.requests += f"{row['server']}: " + text.replace("\n", "\n  ") + "\n"
                    numbers.setdefault(row["connection"], len(numbers) + 1)
                    order.append(str(numbers[row["connection"]]))
        self.connections = " ".join(order) + "\n" if order else ""

    def parts(self):
        """By class; the time stands for itself."""
        return {"status": f"exit status {self.status}\n", "files": self.files,
                "requests": self.requests, "connections": self.connections, "output": self.output,
                "log": self.errors + "".join(sorted(self.logs))}

    def text(self, classes):
        shown = []
        for name, part in self.parts().items():
            if name in classes:
                end = "" if part.endswith("\n") or not part else "\n(no end of line)\n"
                shown.append(f"--- {name}\n{part}{end}")
        return "".join(shown)


class Case:
    """A line, where it stands, and what of it is compared."""

    def __init__(self, place, line, like, unstable):
        self.place, self.line, self.like = place, line, like
        self.classes = [name for name in CLASSES if name not in unstable]


def cases(files, only, classes):
    for path in files:
        name = os.path.splitext(os.path.basename(path))[0]
        with open(path, encoding="utf-8") as file:
            left_out = [c for c in CLASSES if c not in classes]
            unstable, like = (), None
            for number, row in enumerate(file, 1):
                row = row.rstrip("\n")
                if row.startswith("#~ "):
                    unstable = re.split(r"[ ,]+", row[3:].split(":")[0])
                    unknown = set(unstable) - set(CLASSES)
                    if unknown:
                        sys.exit(f"{name}:{number}: no such class: {' '.join(unknown)}")
                elif row.startswith("#= "):
                    like = row[3:]
                elif row and not row.startswith("#"):
                    if re.search(only, f"{name}:{number}: {row}"):
                        yield Case(f"{name}:{number}", row, like or row, [*unstable, *left_out])
                    unstable, like = (), None


class Compared:
    """What both made of a case."""

    def __init__(self, case, options, worker):
        self.case = case
        self.reference = Result(options.wget, "", case.like, worker)
        self.subject = Result(options.subject, options.arguments, case.line, worker)
        self.by_rules = options.is_ours and self.follow()
        theirs, ours = self.reference.parts(), self.subject.parts()
        self.differing = [name for name in case.classes if name != "time" and theirs[name] != ours[name]]
        if "time" in case.classes and abs(self.reference.took - self.subject.took) >= LATE:
            self.differing.append("time")

    def follow(self):
        """Applies the rules where there is a difference, and says whether one mattered."""
        used = False
        for _, name, rule in RULES:
            field = {"log": "errors", "requests": "requests"}[name]
            theirs, ours = getattr(self.reference, field), getattr(self.subject, field)
            if name in self.case.classes and theirs != ours and (rule(theirs) != theirs or rule(ours) != ours):
                setattr(self.reference, field, rule(theirs))
                setattr(self.subject, field, rule(ours))
                used = True
        return used

    def difference(self):
        """How what the subject made differs, in rows of which each has its mark."""
        rows = []
        theirs, ours = self.reference.parts(), self.subject.parts()
        for name in self.differing:
            rows.append(f"--- {name}\n")
            if name == "time":
                rows.append(f"ends {'sooner' if self.subject.took < self.reference.took else 'later'}\n")
                continue
            found = difflib.unified_diff(
                theirs[name].split("\n"), ours[name].split("\n"), lineterm="", n=1)
            # The places would change with each line that both print.
            rows += [re.sub(r"^@@ .*", "@@", row) + "\n" for row in list(found)[2:]]
        return "".join(rows)

    def times(self):
        return f"(took {self.subject.took:.1f} s, the reference {self.reference.took:.1f} s)\n"


# --- What is meant to differ --------------------------------------------------------------------


class Listed:
    """How what swift-wget makes of a line is meant to differ."""

    def __init__(self, reason, text):
        self.line, self.difference = text.split("\n", 1)
        self.reason = reason

    def text(self):
        return f"{self.line}\n{self.difference}"

    def of(self, classes):
        """What it says of these classes."""
        parts = re.split(r"(?m)^(?=--- )", self.difference)
        return "".join(part for part in parts if part[4:].split("\n")[0] in classes)


# --- The whole -----------------------------------------------------------------------------------


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wget", default=shutil.which("wget"))
    parser.add_argument("--subject")
    parser.add_argument("--self", dest="itself", action="store_true")
    parser.add_argument("--arguments")
    parser.add_argument("--only", default="")
    parser.add_argument("--classes", default=",".join(CLASSES))
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--slow", type=int, default=0)
    parser.add_argument("--record-differences", action="store_true")
    parser.add_argument("files", nargs="*",
                        default=[os.path.join(CASES, f) for f in sorted(os.listdir(CASES))
                                 if f.endswith(".txt")])
    return parser, parser.parse_args()


def main():
    parser, options = arguments()
    if "STATE" not in os.environ:
        bed = os.path.join(HERE, "servers", "wget-bed.sh")
        os.environ["WORKERS"] = str(options.jobs + 2)
        os.execv(bed, [bed, sys.executable, os.path.abspath(__file__)]
                 + [os.path.abspath(a) if os.path.exists(a) else a for a in sys.argv[1:]])
    if options.wget is None:
        sys.exit("there is no wget to compare with")
    if options.itself or options.subject is None:
        options.subject, options.arguments = options.wget, options.arguments or ""
    for program in (options.wget, options.subject):
        if not os.access(program, os.X_OK):
            sys.exit(f"{program} is no program")
    options.wget, options.subject = os.path.abspath(options.wget), os.path.abspath(options.subject)
    is_ours = options.is_ours = options.subject != options.wget
    if options.arguments is None:
        options.arguments = "--jobs=1" if is_ours else ""
    head, entries = reasons.read(LISTED, Listed) if is_ours else ("", {})
    every = [case for case in cases(options.files, options.only, options.classes.split(","))
             if is_ours or case.like == case.line]
    workers = queue.SimpleQueue()
    for number in range(1, options.jobs + 1):
        workers.put(number)

    def compare(case):
        worker = workers.get()
        try:
            return Compared(case, options, worker)
        finally:
            workers.put(worker)

    def is_expected(result):
        entry = entries.get(result.case.line)
        if entry is None:
            return not result.differing
        return entry.reason != reasons.NONE and entry.of(case_classes(result)) == result.difference()

    def case_classes(result):
        return result.case.classes if options.classes != ",".join(CLASSES) else CLASSES

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(compare, every))
    as_listed, by_rules, differing = 0, 0, {}
    for number, first in enumerate(results):
        case, result = first.case, first
        # Once more, alone: the machine may have been busy.
        if not is_expected(first) and not options.once:
            result = results[number] = compare(case)
        if options.verbose:
            print(f"=== {case.place}: {case.line}\n{result.subject.text(case.classes)}")
        if result.differing:
            differing[case.line] = result
            as_listed += is_expected(result)
        else:
            by_rules += result.by_rules
        if not is_expected(first):
            again = "(only the first time) " if is_expected(result) else ""
            shown = first if again else result
            print(f"{again}=== {case.place}: {case.line}")
            if options.brief:
                print("    " + " ".join(shown.differing))
                continue
            if case.line in entries:
                print(f"(listed: {entries[case.line].reason}{entries[case.line].difference})")
            print((shown.difference() or "identical\n") + shown.times(), end="")
    same = len(every) - len(differing)
    ended = same + as_listed == len(every) and all(map(is_expected, results))
    if not options.only and options.files == parser.get_default("files"):
        for line in sorted(entries.keys() - {case.line for case in every}):
            print(f"=== {line}\nlisted, and in no file")
            ended = False
    if options.record_differences:
        for line, result in differing.items():
            entry = entries.setdefault(line, Listed(reasons.NONE, line + "\n"))
            entry.difference = result.difference()
        same_now = {case.line for case in every} - differing.keys()
        reasons.write(LISTED, head, [e for e in entries.values() if e.line not in same_now])
    if options.slow:
        for result in sorted(results, key=lambda r: -r.reference.took)[:options.slow]:
            print(f"{result.times().strip()} {result.case.place}: {result.case.line}")
    for name in CLASSES:
        compared = [result for result in results if name in result.case.classes]
        print(f"{name}: {sum(name not in r.differing for r in compared)} of {len(compared)}")
    print(f"{same - by_rules} identical, {by_rules} by the rules and {as_listed} as listed, of {len(every)}")
    sys.exit(not ended)


if __name__ == "__main__":
    main()
