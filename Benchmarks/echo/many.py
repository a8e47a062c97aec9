"""100,000 connections at once: the workers of one swift-echo, and load from six addresses of loopback."""
import json
import os
import subprocess
import sys
import time

from common import Server, machine, program

CONNECTIONS = int(os.environ.get("CONNECTIONS", "100000"))
SECONDS = os.environ.get("SECONDS", "60")
PROCESSES = 6


def memory(pids):
    """Private octets of all of them: what they share is counted for none."""
    total = 0
    for pid in pids:
        with open("/proc/%d/smaps_rollup" % pid) as f:
            total += sum(int(line.split()[1]) for line in f if line.startswith("Private"))
    return total * 1024


def descriptors(pids):
    return [len(os.listdir("/proc/%d/fd" % pid)) for pid in pids]


def main():
    machine()
    server = Server("many", [program("swift-echo"), "--quiet", "--drain", "0", "--idle-timeout", "60",
                             "--workers", str(PROCESSES), "tcp:{port}"])
    try:
        # One has answered; the others are there soon.
        time.sleep(1)
        with open("/proc/%d/task/%d/children" % ((server.process.pid,) * 2)) as f:
            workers = [int(pid) for pid in f.read().split()]
        before, open_before = memory(workers), descriptors(workers)
        each = CONNECTIONS // PROCESSES
        load = [subprocess.Popen(
            [program("loadgen"), "ping", str(server.port), "-a", "127.0.0.%d" % (2 + i), "-n", str(each),
             "-s", "64", "-d", SECONDS, "-w", "1", "-h"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for i in range(PROCESSES)]
        for process in load:
            process.stdout.readline()
        print("%d connections in workers that hold %s descriptors; %.0f octets of memory a connection"
              % (each * PROCESSES, descriptors(workers), (memory(workers) - before) / (each * PROCESSES)), flush=True)
        for process in load:
            process.stdin.write("go\n")
            process.stdin.flush()
        results = [json.loads(process.communicate(timeout=600)[0].split(" ", 1)[1]) for process in load]
        print("%d messages in %s s on all of them, %d errors, %d lost"
              % (sum(r["msgs"] for r in results), SECONDS, sum(r["errors"] for r in results),
                 sum(r["lost"] for r in results)))
        time.sleep(2)
        after = descriptors(workers)
        print("descriptors once all have gone: %s, before: %s" % (after, open_before))
        print("memory that is kept: %.1f MiB" % ((memory(workers) - before) / 2**20))
        if after != open_before or any(r["errors"] or r["lost"] for r in results):
            sys.exit("this is not as it should be")
    finally:
        server.stop()


main()
