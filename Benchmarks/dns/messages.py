"""DNS messages against dnspython: microseconds to parse, print and write one."""
import os
import statistics
import subprocess
from common import *

ROUNDS = int(os.environ.get("ROUNDS", "5"))
MESSAGES = os.path.join(BUILD, "messages")
PEER = [PYTHON, os.path.join(HERE, "dns", "messages_peers.py")]
PEERS = {
    "twine": [program("dns-text"), MESSAGES],
    "dnspython": PEER + ["measure", MESSAGES],
}


def main():
    peers = chosen(PEERS)
    machine()
    subprocess.run(PEER + ["make", MESSAGES], check=True)
    results = {}
    for r in range(ROUNDS):
        for name in turns(peers, r):
            ended = pinned(PEERS[name], timeout=300)
            lines = [l.split() for l in ended.stdout.splitlines() if l.startswith("RESULT ")]
            if not lines or ended.returncode:
                raise SystemExit("%s ended with %d: %s" % (name, ended.returncode, ended.stderr[-500:]))
            for _, what, micros, _ in lines:
                results.setdefault(what, {}).setdefault(name, []).append(float(micros))
    rows = [[what] + ["%.2f" % statistics.median(times[n]) for n in peers]
            + [ratio(times[n], times["twine"]) for n in peers if n != "twine"]
            for what, times in results.items()]
    table("a message of up to five records, microseconds; median of %d rounds" % ROUNDS,
          [""] + list(peers) + ["%s/twine" % n for n in peers if n != "twine"], rows)


main()
