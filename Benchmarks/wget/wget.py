"""swift-wget against wget, wget2, curl and aria2c: a large file, many files, segments, a start, a mirror."""
import os
import shutil
import statistics
import subprocess
import sys

from common import BUILD, HERE, SERVER_CPU, Server, free_port, machine, measured, ratio, table, turns

ROUNDS = int(os.environ.get("ROUNDS", "5"))
LARGE = int(os.environ.get("LARGE", "1024")) << 20
FILES = int(os.environ.get("FILES", "2000"))
STARTS = int(os.environ.get("STARTS", "50"))
PAGES = int(os.environ.get("PAGES", "100000"))
PARTS = os.environ.get("PARTS", "large files slow start mirror").split()
FOLDER = os.path.join(BUILD, "wget")
OUT = os.path.join(os.environ.get("OUT", "/dev/shm"), "twine-bench-wget")
TWINE = os.environ.get("SWIFT_WGET", "none")
# What each connection gets of the slow server, and how much there is to get.
RATE, SLOW = 8 << 20, 128 << 20
# How many links a page of the mirror has.
LINKS = 20
CONFIGURATION = """
worker_processes 1; daemon off; master_process off;
pid %(folder)s/nginx/pid; error_log %(folder)s/nginx/errors;
events { worker_connections 4096; }
http {
    types { text/html html; } default_type application/octet-stream;
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
    client_body_temp_path %(folder)s/nginx/1; proxy_temp_path %(folder)s/nginx/2;
    fastcgi_temp_path %(folder)s/nginx/3; uwsgi_temp_path %(folder)s/nginx/4;
    scgi_temp_path %(folder)s/nginx/5;
    server {
        listen 127.0.0.1:%(port)d;
        listen 127.0.0.1:%(tls)d ssl;
        ssl_certificate %(folder)s/cert.pem; ssl_certificate_key %(folder)s/key.pem;
        ssl_session_cache shared:all:1m;
        location / { root %(folder)s/files; }
        location /site/ { alias %(out)s-site/; }
    }
}
"""


def path(*names):
    return os.path.join(FOLDER, *names)


class Nginx(Server):
    def __init__(self):
        port, self.tls = free_port(), free_port()
        os.makedirs(path("files"), exist_ok=True)
        os.makedirs(path("nginx"), exist_ok=True)
        if not os.path.exists(path("cert.pem")):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-keyout", path("key.pem"), "-out", path("cert.pem"), "-days", "3650", "-subj", "/CN=localhost",
                 "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        with open(path("nginx", "conf"), "w") as f:
            f.write(CONFIGURATION % {"folder": FOLDER, "port": port, "tls": self.tls, "out": OUT})
        super().__init__("nginx", ["nginx", "-c", path("nginx", "conf"), "-e", path("nginx", "errors")],
                         port, cpu=SERVER_CPU)

    def url(self, name, tls=False):
        # wget2 and wget would ask for the name server's opinion of localhost.
        return "%s://127.0.0.1:%d/%s" % ("https" if tls else "http", self.tls if tls else self.port, name)


def there(commands):
    """The commands whose program is installed, ours first."""
    return {name: command for name, command in commands.items()
            if (TWINE != "none" if command[0] == TWINE else shutil.which(command[0]))}


def empty():
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)


def rounds(title, commands, columns, check, count=ROUNDS):
    """Measures the commands in turns, in an empty folder each, and prints a table with ratios."""
    commands = there(commands)
    if not commands:
        return
    first = next(iter(commands))
    results = {name: [] for name in commands}
    for r in range(count):
        for name in turns(commands, r):
            empty()
            os.chdir(OUT)
            results[name].append(measured(commands[name], limit=1800))
            problem = check()
            if problem:
                sys.exit("%s: %s" % (name, problem))
    os.chdir(FOLDER)
    empty()
    column = lambda name, key: [result[key] for result in results[name]]
    rows = []
    for name in commands:
        row = [name]
        for key in columns:
            row.append("%.4g" % statistics.median(column(name, key)))
            row.append(ratio(column(name, key), column(first, key)))
        rows.append(row)
    head = [""] + [c for key in columns for c in (key + ("" if key == "MiB" else " s"), "it/" + first)]
    table("%s; median of %d rounds" % (title, count), head, rows)


def is_file(name, size):
    def check():
        got = os.path.getsize(name) if os.path.exists(name) else None
        return None if got == size else "%s has %s octets, not %d" % (name, got, size)
    return check


def are_files(count, size):
    def check():
        found = [os.path.getsize(n) for n in os.listdir(".")]
        return None if found == [size] * count else "%d files, %d whole" % (len(found), found.count(size))
    return check


def nothing():
    return None


def make(name, size):
    if not os.path.exists(path("files", name)) or os.path.getsize(path("files", name)) != size:
        with open(path("files", name), "wb") as f, open("/dev/urandom", "rb") as source:
            block = source.read(min(size, 1 << 20))
            for start in range(0, size, len(block) or 1):
                f.write(block[:size - start])


def trusting(command):
    """The option by which a program trusts the server."""
    name = os.path.basename(command[0])
    option = {"curl": "--cacert", "aria2c": "--ca-certificate"}.get(name, "--ca-certificate")
    return [command[0]] + ([option, path("cert.pem")] if name == "curl" else [option + "=" + path("cert.pem")]) \
        + command[1:]


def single(url, out):
    return {"twine": [TWINE, "-q", "-O", out, url], "wget": ["wget", "-q", "-O", out, url],
            "wget2": ["wget2", "-q", "-O", out, url], "curl": ["curl", "-s", "-o", out, url]}


def large(server):
    make("large", LARGE)
    title = "%d MiB" % (LARGE >> 20)
    rounds(title + ", HTTP", single(server.url("large"), "out"), ["wall", "cpu", "MiB"], is_file("out", LARGE))
    secure = {name: trusting(command) for name, command in single(server.url("large", True), "out").items()}
    rounds(title + ", TLS", secure, ["wall", "cpu", "MiB"], is_file("out", LARGE))
    os.remove(path("files", "large"))


def files(server):
    size = 10240
    for n in range(FILES):
        make("small-%d" % n, size)
    urls = [server.url("small-%d" % n) for n in range(FILES)]
    with open(path("list"), "w") as f:
        f.writelines(url + "\n" for url in urls)
    with open(path("list.curl"), "w") as f:
        f.writelines("url = %s\noutput = small-%d\n" % each for each in zip(urls, range(FILES)))
    rounds("%d files of 10 KiB" % FILES, {
        "twine": [TWINE, "-q", "-i", path("list")],
        "wget": ["wget", "-q", "-i", path("list")],
        "wget2": ["wget2", "-q", "-i", path("list")],
        "curl --parallel": ["curl", "-s", "--parallel", "-K", path("list.curl")],
        "aria2c": ["aria2c", "-q", "-j16", "-i", path("list")],
        "twine --jobs=1": [TWINE, "-q", "--jobs=1", "-i", path("list")],
    }, ["wall", "cpu", "MiB"], are_files(FILES, size))


def slow():
    make("slow", SLOW)
    server = subprocess.Popen(
        ["taskset", "-c", SERVER_CPU, sys.executable, os.path.join(HERE, "wget", "paced.py"),
         path("files", "slow"), str(RATE)], stdout=subprocess.PIPE, text=True)
    try:
        url = "http://127.0.0.1:%s/slow" % server.stdout.readline().strip()
        rounds("%d MiB from a server that gives each connection %d MiB/s" % (SLOW >> 20, RATE >> 20), {
            "twine --segments=16": [TWINE, "-q", "--segments=16", "-O", "out", url],
            "twine": [TWINE, "-q", "-O", "out", url],
            "aria2c -x16 -s16": ["aria2c", "-q", "-x16", "-s16", "-k1M", "-o", "out", url],
            "wget": ["wget", "-q", "-O", "out", url],
        }, ["wall", "cpu", "MiB"], is_file("out", SLOW), min(ROUNDS, 3))
    finally:
        server.terminate()
        server.wait()


def start(server):
    make("tiny", 100)

    def repeated(command):
        return ["sh", "-c", 'i=0; while [ $i -lt %d ]; do "$@" || exit; i=$((i+1)); done' % STARTS, "sh"] + command

    for tls in (False, True):
        commands = there(single(server.url("tiny", tls), "out"))
        if tls:
            commands = {name: trusting(command) for name, command in commands.items()}
            # All anchors that there are, of which none is right: what the system's trust costs.
            commands |= {name + ", system's trust": [command[0], option] + command[1:]
                         for name, command in there(single(server.url("tiny", tls), "out")).items()
                         for option in ["-k" if name == "curl" else "--no-check-certificate"]}
        rounds("%d starts, one file of 100 octets each, %s" % (STARTS, "TLS" if tls else "HTTP"),
               {name: repeated(command) for name, command in commands.items()},
               ["wall", "cpu", "MiB"], is_file("out", 100))


def make_site():
    """Pages that lead to others: each to the next of a tree, and to some anywhere."""
    folder = OUT + "-site"
    shutil.rmtree(folder, ignore_errors=True)
    for n in range(PAGES):
        if n % 1000 == 0:
            os.makedirs("%s/%d" % (folder, n // 1000))
        to = [m for m in (2 * n + 1, 2 * n + 2) if m < PAGES] + [(n * 7919 + k * 104729) % PAGES for k in range(LINKS)]
        links = "".join('<p><a href="../%d/%d.html">page %d</a></p>\n' % (m // 1000, m, m) for m in to)
        with open("%s/%d/%d.html" % (folder, n // 1000, n), "w") as f:
            f.write("<html><head><title>%d</title></head><body>\n%s</body></html>\n" % (n, links))
    return folder


def mirror(server):
    folder = make_site()
    # Whoever looks for robots.txt and finds none ends with 8.
    make("robots.txt", 0)
    url = server.url("site/0/0.html")

    def check():
        found = sum(len(names) for _, _, names in os.walk("site"))
        return None if found == PAGES else "%d pages of %d" % (found, PAGES)

    options = ["-q", "-r", "-l", "inf", "-nH", url]
    try:
        rounds("a mirror of %d pages" % PAGES, {
            "twine": [TWINE] + options, "wget": ["wget"] + options, "wget2": ["wget2"] + options,
            "twine --jobs=1": [TWINE, "--jobs=1"] + options,
        }, ["wall", "cpu", "MiB"], check, 1 if PAGES > 20000 else min(ROUNDS, 3))
    finally:
        shutil.rmtree(folder)


def main():
    machine()
    os.makedirs(FOLDER, exist_ok=True)
    server = Nginx()
    try:
        for part in PARTS:
            {"large": lambda: large(server), "files": lambda: files(server), "slow": slow,
             "start": lambda: start(server), "mirror": lambda: mirror(server)}[part]()
    finally:
        server.stop()
        shutil.rmtree(OUT, ignore_errors=True)


main()
