#!/usr/bin/env python3
"""Runs the command lines of dig-matrix/*.txt with BIND's dig and with another program, and compares.

  dig-matrix.py [--subject PROGRAM] [--reference DIG] [--only REGEX] [--jobs N] [--show]
                [--record] [--record-9.20] [--record-differences] [FILE...]

Runs inside servers/dig-bed.sh, which it starts where it has to. Standard output, standard error,
the exit status and the time taken must be the same, apart from what cannot be (`mask`). What is
followed is dig 9.20. Where the reference is 9.18, its words are brought there by rules
(`DIFFERENCES`); of the lines where that does not suffice, what 9.20 made is recorded in
dig-matrix/9.20.expected.

Where swift-dig means to differ, dig-matrix/swift-dig.differences has the reason, the lines, and how
what it makes of each differs. Says how many lines are identical, and how many differ as listed, and
prints the others: what differs otherwise, and what is listed and does not differ. Exits with 0 when
there are none, 1 when there are, 70 when the servers could not be started.

The subject is the reference itself unless it is named: then all must be the same, or the masks do
not suffice. --only picks by `file:number: line`. --show prints what the subject made of each line.
--record writes under each line what is remarkable of the reference (hostile.txt has that), and
--record-9.20, with 9.18 for the reference and 9.20 for the subject, writes 9.20.expected anew.
--record-differences writes how the lines differ into swift-dig.differences; the lines that were not
there get no reason, which is to be written by hand: until then they count as other differences.

By hand:  servers/dig-bed.sh bash   and then any line, as `dig @$LEAF www.plain.test`.
"""
import argparse
import concurrent.futures
import difflib
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import reasons

HERE = os.path.dirname(os.path.abspath(__file__))
# What 9.20 made of the lines of which 9.18 makes something else, where no rule says it all.
EXPECTED = os.path.join(HERE, "dig-matrix", "9.20.expected")
# Where swift-dig means to differ.
LISTED = os.path.join(HERE, "dig-matrix", "swift-dig.differences")
# A line may begin with `conf TEXT`, which is what /etc/resolv.conf then says.
PRELUDE = r"""
conf() {
    local text=$1; shift
    printf "$text" >resolv.conf
    unshare -m bash -c 'mount --bind resolv.conf /etc/resolv.conf; exec "$@"' conf "$@"
}
"""

# --- What 9.20 says otherwise than 9.18: the reason, and how the text of 9.18 is brought there ----


def words(of, became):
    return lambda text: re.sub(of, became, text, flags=re.M)


def nested_cookie(match):
    indent, octets, status = match[1], match[2], match[3]
    rows = ["COOKIE:", f"  CLIENT: {octets[:16]}"]
    rows += [f"  SERVER: {octets[16:]}"] * (len(octets) > 16)
    rows += [f"  STATUS: {status}"] * (status is not None)
    return "\n".join(indent + row for row in rows)


DIFFERENCES = [
    ("in YAML the parts of a cookie have names",
     words(r"^( +)COOKIE: ([0-9a-f]+)(?: \((\w+)\))?$", nested_cookie)),
    ("in YAML the time in words is a comment",
     words(r"^( +EXPIRE: \d+) \((.*)\)$", r"\1 # \2")),
    ("EDNS options have the names of the registry",
     words(r"^(\s*;? *)TCP KEEPALIVE:", r"\1TCP-KEEPALIVE:")),
    ("EDNS options have the names of the registry", words(r"^(\s*;? *)PAD:", r"\1PADDING:")),
    ("DAU, DHU and N3U are known", words(r"^(\s*;? *)OPT=5:", r"\1DAU:")),
    ("DAU, DHU and N3U are known", words(r"^(\s*;? *)OPT=6:", r"\1DHU:")),
    ("DAU, DHU and N3U are known", words(r"^(\s*;? *)OPT=7:", r"\1N3U:")),
    ("UPDATE-LEASE is known (the one value that hostile-dns.py sends)",
     words(r'^; OPT=2: 00 00 0e 10 \("\.\.\.\."\)', "; UPDATE-LEASE: 3600 (1 hour)")),
    ("CHAIN is known (the values that are sent here)",
     words(r'^; OPT=13: 07 63 6c 6f 73 65 73 74 .*', '; CHAIN: "closest.example"')),
    ("CHAIN is known (the values that are sent here)",
     words(r'^; OPT=13: 00 \("\."\)', '; CHAIN: "."')),
    ("CHAIN is known", words(r"^; OPT=13:$", "; CHAIN:\n")),
    ("Report-Channel is known (the one name that hostile-dns.py sends)",
     words(r'^; OPT=18: 05 61 67 65 6e 74 .*', '; Report-Channel: "agent.example"')),
    ("Report-Channel is known", words(r"^; OPT=18:$", "; Report-Channel:\n")),
    ("ZONEVERSION is known", words(r"^(\s*;? *)OPT=19:", r"\1ZONEVERSION:")),
]


def follow(text):
    for _, rule in DIFFERENCES:
        text = rule(text)
    return text


# --- What cannot be the same twice -------------------------------------------------------------


def resolves(line):
    """Whether a resolver answers, so that there is a cache."""
    return re.search(r"\$(RESOLVER|UNBOUND|DNS64)|127\.53\.0\.(10|30)", line) or "@" not in line


def dump(match):
    """The octets of a message without its id and cookies, if they are printed as dig does.

    The letters at the right leave out the space and the tilde.
    """
    text = match[0]
    octets = bytes.fromhex("".join(row[:48].replace(" ", "") for row in text.splitlines()))

    def printed(octets):
        rows = [octets[n:n + 16] for n in range(0, len(octets), 16)]
        return "".join(
            "".join(f"{o:02x} " for o in row).ljust(48) + " " * 9
            + "".join(chr(o) if 32 < o < 126 else "." for o in row) + "\n" for row in rows)

    if printed(octets) != text:
        return text
    masked = b"ID" + octets[2:]
    masked = re.sub(rb"(\0\x0a\0[\x08\x18])[^\0].{7}(.{16})?",
                    lambda m: m[1] + b"(cookie)", masked, flags=re.S)
    return printed(masked)


def mask(text, line):
    def sub(pattern, to):
        nonlocal text
        text = re.sub(pattern, to, text, flags=re.M)

    sub(r"\bswift-dig\b", "dig")
    sub(r"0{200,}", lambda m: f"({len(m[0])} zeros)")
    sub(r"<<>> [^<>\n]+ <<>>", "<<>> (version) <<>>")
    sub(r"^(DiG|dig) \d\S*$", "(version)")
    if "qid=" not in line:
        sub(r"\bid: \d+", "id: (id)")
    sub(r"^;; Query time: \d+ ([mu]sec)$", r";; Query time: (n) \1")
    sub(r"^;; WHEN: [A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}$", ";; WHEN: (time)")
    sub(r" !!timestamp \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}){1,2}Z$", " !!timestamp (time)")
    sub(r" in \d+ ([mu]s\.?)$", r" in (n) \1")

    sub(r"^\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3} ", "(time) ")
    if "qid=" not in line:
        sub(r"expected ID \d+, got \d+$", "expected ID (id), got (id)")

    def cookie(match):
        octets = match[2]
        client = octets[:16] if octets[:16] in line.lower() else "(client)"
        return match[1] + client + f" and {len(octets) - 16} digits" * (len(octets) > 16)

    text = re.sub(r"(COOKIE: |CLIENT: )([0-9a-f]{8,})", cookie, text)
    sub(r"^( +SERVER: )([0-9a-f]{16,})$", lambda m: f"{m[1]}{len(m[2])} digits")
    text = re.sub(r"(?:^(?:[0-9a-f]{2} ){1,16} +.{1,16}\n)+", dump, text, flags=re.M)
    # The time, the code and the id of a signature.
    sub(r"(\bTSIG\s+\S+ )\d+( \d+ \d+ )([^\n]*?(?:\n\s+[^\n]*?\) )?)\d+ ([A-Z]+ \d+)",
        lambda m: f"{m[1]}(time){m[2]}{'(code) ' if m[3] else ''}(id) {m[4]}")
    # Records of a cache grow old.
    if resolves(line):
        sub(r"^([^;\s]\S*\t+)\d+(\s)", r"\1(ttl)\2")
        sub(r"^(\s+- '\S+ )\d+( [A-Z])", r"\1(ttl)\2")
    # Any of the servers is asked, and the answers of all come in any order.
    if "+tra" in line:
        sub(r" (bytes from|from server) \S+ ", r" \1 (server) ")
        sub(r"^;; SERVER: .*\) \(", ";; SERVER: (server) (")
        sub(r"^(    response_address: ).*", r"\1(server)")
    if "+nss" in line:
        text = "".join(sorted(text.splitlines(keepends=True)))
    return text


# --- Running -------------------------------------------------------------------------------------


class Result:
    """What a program made of a line."""

    def __init__(self, program, line, is_9_18):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(program, os.path.join(folder, "dig"))
            environment = dict(os.environ, PATH=folder + ":" + os.environ["PATH"])
            start = time.monotonic()
            process = subprocess.Popen(
                ["bash", "-c", PRELUDE + line], cwd=folder, env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                start_new_session=True)
            try:
                output, errors = process.communicate(timeout=45)
                self.status = process.returncode
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                output, errors = process.communicate()
                self.status = "it had not ended after 45 s"
            self.took = time.monotonic() - start
        texts = [t.decode("utf-8", "backslashreplace") for t in (output, errors)]
        if is_9_18 and "dig -h" not in line:
            texts = [follow(t) for t in texts]
        self.output, self.errors = [mask(t, line) for t in texts]
        if "dig -h" in line:
            # Which options there are is another matter than what they do.
            self.output = self.output.splitlines()[0] + "\n(and so on)\n"

    def text(self):
        parts = [f"exit status {self.status}", "--- output", self.output, "--- errors", self.errors]
        # Whether a text ends with the end of a line is to be seen.
        return "".join(part if part.endswith("\n") or not part else part + "\n" if n != 2 and n != 4
                       else part + "(no end of line)\n" for n, part in enumerate(parts))


    def summary(self):
        """What is remarkable, in one line: the status, and what dig said beside the message."""
        usual = re.compile(
            r";; (Got answer|->>HEADER|flags:|global options|OPT PSEUDO|\S+ SECTION|Query time|"
            r"SERVER|WHEN|MSG SIZE|XFR size|TSIG PSEUDO|Sending|QUERY SIZE|Received|"
            r"WARNING: recursion requested)|;; \S+ PSEUDOSECTION")
        said = [row for row in (self.output + self.errors).splitlines()
                if re.match(r";; |; Transfer|dig: |\(time\) ", row) and not usual.match(row)]
        runs = [(row, len(list(group))) for row, group in itertools.groupby(said)]
        return " | ".join([str(self.status)] + [
            row + f" ({count} times)" * (count > 1) for row, count in runs])


class Expected:
    """What 9.20 made of a line, as it was recorded."""

    def __init__(self, text):
        self.recorded, self.took = text, 0

    def text(self):
        return self.recorded

    def summary(self):
        return None


class Listed:
    """How what swift-dig makes of a line is meant to differ."""

    def __init__(self, reason, text):
        self.line, *rows = text.rstrip("\n").split("\n")
        self.reason, self.like = reason, self.line
        if rows and rows[0].startswith("like: "):
            # What dig makes of another line is what it is like.
            self.like = rows.pop(0).removeprefix("like: ")
        self.difference = "".join(row + "\n" for row in rows)

    def text(self):
        like = f"like: {self.like}\n" if self.like != self.line else ""
        return f"{self.line}\n{like}{self.difference}"


def compare(line, options):
    like = options.listed[line].like if line in options.listed else line
    reference = Result(options.reference, like, options.is_9_18[options.reference])
    subject = Result(options.subject, line, options.is_9_18[options.subject])
    if options.is_9_18[options.reference] and not options.is_9_18[options.subject]:
        expected = options.expected.get(like)
        if expected is not None:
            return expected == subject.text(), Expected(expected), subject
    same = reference.text() == subject.text() and abs(reference.took - subject.took) < 0.8
    return same, reference, subject


def difference(result):
    """How what the subject made differs, in rows of which each has its mark."""
    _, reference, subject = result
    rows = difflib.unified_diff(
        reference.text().splitlines(), subject.text().splitlines(), lineterm="", n=1)
    # The places would change with each line that dig and swift-dig both print.
    text = "".join(re.sub(r"^@@ .*", "@@", row) + "\n" for row in list(rows)[2:])
    if isinstance(reference, Result) and abs(reference.took - subject.took) >= 0.8:
        text += f"ends {'sooner' if subject.took < reference.took else 'later'}\n"
    return text


def times(result):
    return f"(took {result[2].took:.1f} s, the reference {result[1].took:.1f} s)\n"


def lines(files, only):
    for path in files:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                line = line.rstrip("\n")
                place = f"{os.path.splitext(os.path.basename(path))[0]}:{number}"
                if line and not line.startswith("#") and re.search(only, f"{place}: {line}"):
                    yield place, line


def record(path, summaries):
    """Puts what dig said of each line under it, as `#= STATUS | WORDS...`."""
    with open(path, encoding="utf-8") as file:
        rows = [row.rstrip("\n") for row in file if not row.startswith("#= ")]
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(row + "\n")
            if row in summaries:
                file.write(f"#= {summaries[row]}\n")


def expected():
    """What `--record-9.20` wrote: the line, and all that came of it."""
    with open(EXPECTED, encoding="utf-8") as file:
        entries = re.split(r"^=== ", file.read(), flags=re.M)[1:]
    return dict(entry.split("\n", 1) for entry in entries)


def recorded(files):
    """What `record` wrote: the line, and what was said of it."""
    found = {}
    for path in files:
        with open(path, encoding="utf-8") as file:
            before = ""
            for row in file:
                if row.startswith("#= "):
                    found[before] = row[3:].rstrip("\n")
                before = row.rstrip("\n")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reference", default=shutil.which("dig"))
    parser.add_argument("--subject")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--record-9.20", dest="record_920", action="store_true")
    parser.add_argument("--record-differences", action="store_true")
    folder = os.path.join(HERE, "dig-matrix")
    parser.add_argument("files", nargs="*",
                        default=[os.path.join(folder, f) for f in sorted(os.listdir(folder))
                                 if f.endswith(".txt")])
    options = parser.parse_args()
    if "LEAF" not in os.environ:
        bed = os.path.join(HERE, "servers", "dig-bed.sh")
        os.execv(bed, [bed, sys.executable, os.path.abspath(__file__)]
                 + [os.path.abspath(a) if os.path.exists(a) else a for a in sys.argv[1:]])
    options.subject = os.path.abspath(options.subject or options.reference)
    for program in (options.reference, options.subject):
        # The shell would find another dig, which is the same as itself.
        if not os.access(program, os.X_OK):
            sys.exit(f"{program} is no program")
    versions = {}
    for program in (options.reference, options.subject):
        asked = subprocess.run([program, "-v"], capture_output=True, text=True)
        versions[program] = asked.stdout + asked.stderr
    options.is_9_18 = {program: "9.18" in version for program, version in versions.items()}
    head, options.listed = reasons.read(LISTED, Listed) if "swift-dig" in versions[options.subject] else ("", {})
    options.expected = {} if options.record_920 else expected()
    notes = {} if options.record else recorded(options.files)
    every = list(lines(options.files, options.only))
    # What a cache holds should not depend on who asks first.
    for _, line in every:
        if resolves(line):
            subprocess.run(["bash", "-c", PRELUDE + line], stdin=subprocess.DEVNULL,
                           capture_output=True, timeout=60)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda each: compare(each[1], options), every))
    same, as_listed, differing = 0, 0, {}
    for (place, line), first in zip(every, results):
        entry = options.listed.get(line)

        def is_expected(result):
            if entry is None:
                return result[0]
            return entry.reason != reasons.NONE and entry.difference == difference(result)

        # Once more, alone: the machine may have been busy.
        result = first if is_expected(first) else compare(line, options)
        if options.show:
            print(f"=== {place}: {line}\n{result[2].text()}")
        is_same = result[0] and (entry is None or entry.like == line)
        if not is_same:
            differing[line] = result
        if is_expected(result):
            same += is_same
            as_listed += not is_same
        if not is_expected(first):
            again = "(only the first time) " if is_expected(result) else ""
            print(f"{again}=== {place}: {line}")
            if entry is not None:
                print(f"(listed: {entry.reason}{entry.difference})")
            print((difference(first) or "identical\n") + times(first), end="")
    ended = same + as_listed == len(every)
    if not options.only and options.files == parser.get_default("files"):
        for line in sorted(options.listed.keys() - {line for _, line in every}):
            print(f"=== {line}\nlisted, and in no file")
            ended = False
    if options.record_differences:
        for line, result in differing.items():
            entry = options.listed.setdefault(line, Listed(reasons.NONE, line))
            entry.difference = difference(result)
        same_now = {line for _, line in every} - differing.keys()
        reasons.write(LISTED, head, [e for e in options.listed.values() if e.line not in same_now])
    if options.record:
        said = {line: result[1].summary() for (_, line), result in zip(every, results)}
        for path in options.files:
            record(path, said)
    if options.record_920:
        with open(EXPECTED, "w", encoding="utf-8") as file:
            for line, result in differing.items():
                file.write(f"=== {line}\n{result[2].text()}")
    for (place, line), result in zip(every, results):
        if isinstance(result[1], Expected) or not options.is_9_18[options.reference]:
            continue
        if line in options.listed and options.listed[line].like != line:
            continue
        if notes.get(line, result[1].summary()) != result[1].summary():
            print(f"(this dig differs from the recorded one) {place}: {line}\n"
                  f"- {notes[line]}\n+ {result[1].summary()}")
    print(f"{same} identical, {as_listed} differ as listed, of {len(every)}")
    sys.exit(not ended)


if __name__ == "__main__":
    main()
