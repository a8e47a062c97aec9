"""swift-dig against other programs: one query, batches, a far server, a zone, memory."""
import os
import statistics
import subprocess
import sys
from common import *

ROUNDS = int(os.environ.get("ROUNDS", "5"))
RECORDS = 200_000
FOLDER = os.path.join(BUILD, "dns")
TWINE = program("swift-dig")
# How many programs are started for one figure of the first table.
STARTS = 50
IN_FLIGHT = "64"
CONFIGURATION = """server:
  ip-address: 127.0.0.1@{port}
  username: ""
  zonesdir: "{folder}"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: bench.test
  zonefile: bench.zone
  provide-xfr: 127.0.0.1 NOKEY
"""


def path(name):
    return os.path.join(FOLDER, name)


def write(name, lines):
    with open(path(name), "w") as f:
        f.writelines(lines)
    return path(name)


def names(count):
    return ("h%d.bench.test A\n" % (i % RECORDS) for i in range(count))


def make_files():
    os.makedirs(FOLDER, exist_ok=True)
    write("bench.zone", ["$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n"]
          + ["h%d A 10.%d.%d.%d\n" % (i, i >> 16, i >> 8 & 255, i & 255) for i in range(RECORDS)])
    write("names", names(10_000))
    write("thousand", names(1000))
    write("million", names(1_000_000))


class NSD(Server):
    def __init__(self):
        port = free_port()
        write("nsd.conf", [CONFIGURATION.format(port=port, folder=FOLDER)])
        super().__init__("nsd", ["nsd", "-d", "-c", path("nsd.conf")], port, cpu=SERVER_CPU)
        # It listens before it has read the zone.
        subprocess.run([TWINE, "@127.0.0.1", "-p", str(port), "h1.bench.test", "+short"],
                       check=True, stdout=subprocess.DEVNULL)


def rounds(title, commands, columns, check=None, count=ROUNDS):
    """Measures the commands in turns, and prints a table with the ratios of each column."""
    results = {name: [] for name in commands}
    for r in range(count):
        for name in turns(commands, r):
            results[name].append(measured(commands[name], output=path("out." + name)))
            if check:
                check(name, path("out." + name))
    column = lambda name, key: [result[key] for result in results[name]]
    rows = []
    for name in commands:
        row = [name]
        for key in columns:
            row.append("%.4g" % statistics.median(column(name, key)))
            row.append(ratio(column(name, key), column("twine", key)))
        rows.append(row)
    head = [""] + [c for key in columns for c in (key + ("" if key == "MiB" else " s"), "it/twine")]
    table("%s; median of %d rounds" % (title, count), head, rows)


def repeated(command):
    return ["sh", "-c", 'i=0; while [ $i -lt %d ]; do "$@" >/dev/null || exit; i=$((i+1)); done' % STARTS,
            "sh"] + command


def lines(expected):
    def check(name, output):
        with open(output) as f:
            got = sum(1 for line in f if line.startswith("10.") or line.startswith("192.0.2."))
        if name in ("twine", "dig", "mdig") and got != expected:
            sys.exit("%s printed %d answers of %d" % (name, got, expected))
    return check


def zone_is_whole(name, output):
    with open(output) as f:
        records = sum(1 for line in f if not line.startswith(";") and line.strip())
    # The SOA stands at both ends.
    if records != RECORDS + 4:
        sys.exit("%s printed %d records" % (name, records))


def main():
    machine()
    make_files()
    server = NSD()
    at = ["@127.0.0.1", "-p", str(server.port)]
    try:
        one = at + ["h1.bench.test"]
        rounds("%d starts, one query each" % STARTS, {
            "twine": repeated([TWINE] + one), "kdig": repeated(["kdig"] + one),
            "dig": repeated(["dig"] + one)}, ["wall", "cpu", "MiB"])
        dnsperf = ["dnsperf", "-s", "127.0.0.1", "-p", str(server.port), "-n", "1", "-c", "1", "-T", "1"]
        rounds("10,000 names, %s in flight" % IN_FLIGHT, {
            "twine": [TWINE] + at + ["-f", path("names"), "+short",
                                "+concurrency=" + IN_FLIGHT],
            "dnsperf": dnsperf + ["-q", IN_FLIGHT, "-d", path("names")],
            "dig": ["dig"] + at + ["-f", path("names"), "+short"]},
            ["wall", "cpu", "MiB"], lines(10_000))
        rounds("a zone of %d records" % RECORDS, {
            "twine": [TWINE] + at + ["bench.test", "AXFR"],
            "kdig": ["kdig"] + at + ["bench.test", "AXFR"],
            "dig": ["dig"] + at + ["bench.test", "AXFR"]}, ["wall", "cpu", "MiB"])
        for name in "twine", "dig":
            zone_is_whole(name, path("out." + name))
        rounds("a million names", {
            "twine": [TWINE] + at + ["-f", path("million"), "+short"]},
            ["wall", "cpu", "MiB"], lines(1_000_000), 1)
    finally:
        server.stop()
    far = subprocess.Popen([sys.executable, os.path.join(HERE, "dns", "delayed.py"), "20"],
                           stdout=subprocess.PIPE, text=True)
    try:
        port = far.stdout.readline().strip()
        at = ["@127.0.0.1", "-p", port]
        rounds("1,000 names from a server 20 ms away, 128 in flight", {
            "twine": [TWINE] + at + ["-f", path("thousand"), "+short"],
            "twine, 64": [TWINE] + at + ["-f", path("thousand"), "+short", "+concurrency=64"],
            "dnsperf": ["dnsperf", "-s", "127.0.0.1", "-p", port, "-n", "1", "-c", "1", "-T", "1",
                        "-q", "128", "-d", path("thousand")],
            "mdig": ["mdig"] + at + ["+short", "-f", path("thousand")]}, ["wall"])
    finally:
        far.terminate()
        far.wait()


main()
