"""A small page and files of three sizes, by HTTP and HTTPS: ours and nginx in turns."""
import os
import re
import statistics
import subprocess
import sys

from common import SERVER_CPU, Server, free_port, machine, program, ratio, table, turns

FOLDER = sys.argv[1]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SLICE = os.environ.get("SLICE", "2")
CONNECTIONS = os.environ.get("CONNECTIONS", "64")
CONFIGURATION = """
worker_processes 1; daemon off; master_process off;
pid %(folder)s/nginx/pid; error_log %(folder)s/nginx/errors;
events { worker_connections 4096; }
http {
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
    client_body_temp_path %(folder)s/nginx/1; proxy_temp_path %(folder)s/nginx/2;
    fastcgi_temp_path %(folder)s/nginx/3; uwsgi_temp_path %(folder)s/nginx/4;
    scgi_temp_path %(folder)s/nginx/5;
    server {
        listen 127.0.0.1:%(port)d;
        listen 127.0.0.1:%(tls)d ssl;
        ssl_certificate %(folder)s/cert.pem; ssl_certificate_key %(folder)s/key.pem;
        location = /hello { default_type text/plain; return 200 "hello, world\n"; }
        location / { root %(folder)s/files; }
    }
}
"""


def cpu(pid):
    """Seconds that a process has worked."""
    total = 0
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/schedstat" % (pid, task)) as f:
            total += int(f.read().split()[0])
    return total / 1e9


def ask(server, url, connections):
    before = cpu(server.process.pid)
    output = subprocess.run(
        ["taskset", "-c", SERVER_CPU, "wrk", "-t1", "-c" + connections, "-d" + SLICE + "s", "--timeout", "20s", url],
        capture_output=True, text=True, check=True).stdout
    requests, octets = re.search(r"(\d+) requests in [\d.]+\w+, ([\d.]+\w+) read", output).groups()
    unit = {"KB": 2**10, "MB": 2**20, "GB": 2**30}[octets[-2:]]
    return {
        "count": int(requests), "mib": float(octets[:-2]) * unit / 2**20,
        "cpu": cpu(server.process.pid) - before,
        "errors": len(re.findall("Non-2xx|Socket errors", output)),
    }


def main():
    machine()
    tls_ours, tls_nginx, port = free_port(), free_port(), free_port()
    with open(FOLDER + "/nginx/conf", "w") as f:
        f.write(CONFIGURATION % {"folder": FOLDER, "port": port, "tls": tls_nginx})
    hello = Server("hello", [program("hello-server"), "{port}"])
    serve = Server("serve", [
        program("swift-serve"), "--quiet", "--drain", "0", "--listen", "tcp:{port}:interface=127.0.0.1",
        "--listen", "tls:%d:interface=127.0.0.1:certKey=%s/cert.pem:privateKey=%s/key.pem"
        % (tls_ours, FOLDER, FOLDER), FOLDER + "/files"])
    nginx = Server("nginx", ["nginx", "-c", FOLDER + "/nginx/conf"], port)
    rows = []
    try:
        for title, path, ours in [
                ("a page of 13 octets", "/hello", hello), ("1 KiB", "/1k", serve),
                ("64 KiB", "/64k", serve), ("large", "/large", serve),
                ("1 KiB, TLS", "/1k", serve), ("64 KiB, TLS", "/64k", serve),
                ("large, TLS", "/large", serve)]:
            secure = title.endswith("TLS")
            urls = {
                "twine": (ours, "http://127.0.0.1:%d" % ours.port),
                "nginx": (nginx, "http://127.0.0.1:%d" % port)}
            if secure:
                urls = {"twine": (ours, "https://127.0.0.1:%d" % tls_ours),
                        "nginx": (nginx, "https://127.0.0.1:%d" % tls_nginx)}
            large = path == "/large"
            rounds = {name: [] for name in urls}
            for r in range(ROUNDS):
                for name in turns(urls, r):
                    server, url = urls[name]
                    result = ask(server, url + path, "4" if large else CONNECTIONS)
                    # Of a large file, whole answers are too few to be counted.
                    work = result["mib"] if large else result["count"]
                    result["rate"] = work / float(SLICE)
                    result["cost"] = result["cpu"] * 1e6 / max(work, 1)
                    rounds[name].append(result)
            column = lambda name, key: [x[key] for x in rounds[name]]
            rows.append([
                title, "MiB" if large else "request"]
                + ["%.0f" % statistics.median(column(n, "rate")) for n in urls]
                + ["%.1f" % statistics.median(column(n, "cost")) for n in urls]
                + [ratio(column("nginx", "rate"), column("twine", "rate")),
                   ratio(column("twine", "cost"), column("nginx", "cost")),
                   sum(column("twine", "errors") + column("nginx", "errors"))])
    finally:
        for server in (hello, serve, nginx):
            server.stop()
    table("each request on one of %s kept connections (4 for the large file); median of %d rounds"
          % (CONNECTIONS, ROUNDS),
          ["", "unit", "twine/s", "nginx/s", "twine CPU us", "nginx CPU us", "rate: nginx/twine",
           "CPU: twine/nginx", "errors"], rows)


main()
