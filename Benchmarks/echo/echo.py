"""Echo servers in turn: ping-pong, bulk, and the memory of connections that do nothing."""
import json
import os
import statistics
import subprocess
import time

from common import HERE, PYTHON, SERVER_CPU, Server, chosen, machine, program, ratio, table, turns

PEERS = {
    "twine": [program("swift-echo"), "--quiet", "--drain", "0", "tcp:{port}:interface=127.0.0.1"],
    "C": [program("echo_epoll"), "{port}"],
    "io_uring": [program("echo_uring"), "{port}"],
    "io_uring-edge": [program("echo_uring"), "{port}", "edge"],
    "io_uring-level": [program("echo_uring"), "{port}", "level"],
    "libuv": [program("echo_uv"), "{port}"],
    "SwiftNIO": [program("nio-echo"), "{port}"],
    "uvloop": [PYTHON, os.path.join(HERE, "echo", "echo_asyncio.py"), "{port}", "uvloop"],
    "asyncio": [PYTHON, os.path.join(HERE, "echo", "echo_asyncio.py"), "{port}"],
    "Twisted": [PYTHON, os.path.join(HERE, "echo", "echo_twisted.py"), "{port}"],
}
UDP_PEERS = {
    "twine": [program("swift-echo"), "--quiet", "--drain", "0", "tcp:{port}:interface=127.0.0.1",
              "udp:{port}:interface=127.0.0.1"],
    "C, recvfrom": [program("echo_udp"), "{port}"],
    "C, recvmmsg": [program("echo_udp"), "{port}", "batch"],
}
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SLICE = os.environ.get("SLICE", "0.5")
CONNECTIONS = [int(n) for n in os.environ.get("CONNECTIONS", "64 1000").split()]
SOCKETS = [int(n) for n in os.environ.get("SOCKETS", "1 64").split()]
BULK = [int(n) for n in os.environ.get("BULK", "1 16").split()]
IDLE = int(os.environ.get("IDLE", "10000"))


def load(server, arguments, idle=None):
    """One run of the load generator, on the other CPU; `idle` is called when all is connected."""
    command = ["taskset", "-c", SERVER_CPU, program("loadgen"), arguments[0], str(server.port)]
    command += arguments[1:] + ["-p", str(server.process.pid)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as p:
        result = json.loads(p.stdout.readline().split(" ", 1)[1])
        if idle:
            time.sleep(0.2)
            result["idle"] = idle()
        result.update(json.loads(p.communicate("go\n", timeout=90)[0].split(" ", 1)[1]))
    return result


def column(rounds, key):
    return [r[key] for r in rounds]


def compare(title, servers, arguments, unit, cost):
    rounds = {name: [] for name in servers}
    for r in range(ROUNDS):
        for name in turns(servers, r):
            rounds[name].append(load(servers[name], arguments))
    ours, rows = rounds["twine"], []
    for name in servers:
        mine = rounds[name]
        rows.append([
            name, "%.0f" % statistics.median(column(mine, "rate")),
            "%.2f" % statistics.median(column(mine, cost)),
            ratio(column(mine, "rate"), column(ours, "rate")),
            ratio(column(mine, cost), column(ours, cost)),
            sum(column(mine, "errors")) + sum(r.get("lost", 0) for r in mine)])
    table("%s; median of %d rounds" % (title, ROUNDS),
          ["", unit + "/s", "CPU us/" + unit, unit + "/s: it/twine", "CPU: it/twine", "errors"], rows)


def idle(peers):
    rows = []
    for name, command in peers.items():
        server = Server(name.replace(" ", ""), command)
        try:
            before = server.memory()
            result = load(
                server, ["ping", "-n", str(IDLE), "-s", "64", "-d", "2", "-w", "0.3", "-h"], server.memory)
        finally:
            server.stop()
        rows.append([name, "%.1f" % (before / 2**20), "%.0f" % ((result["idle"] - before) / IDLE),
                     "%.0f" % result["rate"], "%.2f" % result["srv_us_per_msg"],
                     result["errors"] + result["lost"]])
    table("%d connections on a fresh server: each has echoed one message and waits; then all of them go on" % IDLE,
          ["", "MiB before", "octets a connection", "messages/s", "CPU us/message", "errors"], rows)


def running(peers, measure):
    """Measures with all of them running."""
    servers = {name: Server(name.replace(" ", ""), command) for name, command in peers.items()}
    try:
        measure(servers)
    finally:
        for server in servers.values():
            server.stop()


def streams(servers):
    for n in CONNECTIONS:
        compare("64 octets there and back on %d connections" % n, servers,
                ["ping", "-n", str(n), "-s", "64", "-d", SLICE, "-w", "0.1"], "message", "srv_us_per_msg")
    for n in BULK:
        compare("64 KiB at a time, 256 KiB under way, on %d connections" % n, servers,
                ["bulk", "-n", str(n), "-s", "65536", "-d", SLICE, "-w", "0.1"], "MiB", "srv_us_per_mib")


def datagrams(servers):
    for n in SOCKETS:
        compare("datagrams of 64 octets there and back, one under way on each of %d sockets" % n, servers,
                ["ping", "-n", str(n), "-s", "64", "-d", SLICE, "-w", "0.1", "-u"], "datagram", "srv_us_per_msg")


def main():
    peers = chosen(PEERS)
    machine()
    running(peers, streams)
    running(UDP_PEERS, datagrams)
    if IDLE:
        idle(peers)


main()
