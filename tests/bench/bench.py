# SPDX-License-Identifier: Apache-2.0
"""make bench: requests/s and CPU per request of Wall's routes, as ratios to httpd's static 1 kB file in the
same run, beside the same reads in PHP-FPM + PDO; and the time from asking for an app to a worker's start.

CPU is user + system time of every process of the stack – httpd, MariaDB, Redis, PHP-FPM – read from
/proc/PID/stat before and after; the load generator (wrk) is left out. Rounds are interleaved, medians reported.
Numbers of different machines do not compare; the ratios do."""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

# pylint: disable=wrong-import-position
from tests.stack import TOP, Stack, eventually, free_port  # noqa: E402
from tests.stack.client import Client  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
HERE = os.path.join(TOP, "tests", "bench")

REFERENCE_HOST = """
LoadModule proxy_module {modules}/mod_proxy.so
LoadModule proxy_fcgi_module {modules}/mod_proxy_fcgi.so
Listen 127.0.0.1:{port}
<Directory "@DIR@/reference">
    Require all granted
</Directory>
<VirtualHost *:{port}>
    ServerName localhost:{port}
    DocumentRoot "@DIR@/reference"
    ProxyFCGISetEnvIf "true" WALL_DB_SOCKET "@DIR@/run/mysql.sock"
    ProxyPassMatch "^/(wall\\.php)$" "unix:@DIR@/run/php.sock|fcgi://localhost@DIR@/reference/$1" enablereuse=on
</VirtualHost>
"""

PHP_FPM = """[global]
error_log = {folder}/log/php.log
daemonize = no
[wall]
user = {user}
group = {user}
listen = {folder}/run/php.sock
listen.mode = 0660
listen.owner = {user}
pm = static
pm.max_children = 16
php_admin_value[opcache.enable] = 1
php_admin_value[opcache.validate_timestamps] = 0
"""


def descendants(pids):
    """The processes `pids` and all below them."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                    parents[int(entry)] = int(stat.read().rpartition(") ")[2].split()[1])
            except OSError:
                pass
    found = {pid for pid in pids if pid}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found


def cpu_seconds(pids):
    """User and system time of `pids` and of their children that have ended."""
    ticks = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
                fields = stat.read().rpartition(") ")[2].split()
            ticks += sum(map(int, fields[11:15]))
        except OSError:
            pass
    return ticks / TICK


class Php:
    """PHP-FPM of our own, ended by pid."""

    def __init__(self, stack):
        program = next((p for p in ("php-fpm8.2", "php-fpm8.3", "php-fpm8.4", "php-fpm") if shutil.which(p)), None)
        self.process = None
        if not program:
            print("PHP-FPM is not installed (Debian: php-fpm php-mysql): without the PHP page", file=sys.stderr)
            return
        config = os.path.join(stack.folder, "etc", "php-fpm.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(PHP_FPM.format(folder=stack.folder, user=stack.settings["RUN_USER"]))
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen([program, "-F", "-y", config], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(lambda: os.path.exists(os.path.join(stack.folder, "run", "php.sock")), what="PHP-FPM")

    def close(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)


def wrk(url, seconds, connections, headers=(), script=None):
    """(requests, requests/s); fails on any answer that is not 2xx."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
    for header in headers:
        command += ["-H", header]
    if script:
        command += ["-s", script]
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in text:
        raise RuntimeError(f"{url}: {text}")
    return int(re.search(r"(\d+) requests in", text)[1]), float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def prepare(stack):
    """A wall with 25 posts, one of them with a finished app; the targets as {name: (url, headers, script)}"""
    user = Client(stack, None)
    user.register()
    made = user.generate("A timer for tea")
    user.wait_job(made["job"]["job_id"], until=("completed",))
    for number in range(24):
        user.write(f"Post {number}. " + "The quick brown fox jumps over the lazy dog. " * 4)
    post, wall = made["post"]["post_id"], user.me["wall"]["wall_id"]
    cookie = f"Cookie: wall={user.token}"
    script = os.path.join(stack.folder, "login.lua")
    with open(script, "w", encoding="utf-8") as file:
        file.write('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
                   f'wrk.body = \'{{"login":"{user.me["username"]}","password":"{user.password}"}}\'\n')
    api, php = stack.base_url + "/api/v1", stack.reference_url + "/wall.php"
    return {
        "static file, 1 kB": (stack.reference_url + "/1k.txt", (), None),
        "constant JSON (GET /health)": (api + "/health", (), None),
        "GET /posts/{id}, anonymous": (f"{api}/posts/{post}", (), None),
        "GET /posts/{id}, signed in": (f"{api}/posts/{post}", (cookie,), None),
        "GET /walls/{id}/posts, 20": (f"{api}/walls/{wall}/posts", (), None),
        "POST /auth/login": (api + "/auth/login", (), script),
        "PHP: one post, anonymous": (f"{php}?post={post}", (), None),
        "PHP: one post, signed in": (f"{php}?post={post}", (cookie,), None),
        "PHP: 20 posts": (f"{php}?wall={wall}", (), None),
    }


def measure(stack, php, targets, rounds, seconds, connections):
    """{name: [(requests/s, CPU µs a request)]}"""
    results = {name: [] for name in targets}
    for number in range(rounds + 1):  # the first warms up
        for name, (url, headers, script) in targets.items():
            roots = [stack.pid(service) for service in ("httpd", "mariadb", "redis")]
            roots.append(php.process.pid if php.process else None)
            pids = descendants(roots)
            before = cpu_seconds(pids)
            # Hashing a password takes long on purpose: fewer at once, and time for some to finish.
            requests, rate = wrk(url, max(seconds, 5) if script else seconds, 2 if script else connections, headers,
                                 script)
            if not requests:
                raise RuntimeError(f"{name}: not one answer in {seconds} s; the machine is too busy to measure")
            spent = cpu_seconds(pids | descendants(roots)) - before
            if number:
                results[name].append((rate, spent / requests * 1e6))
        print(f"round {number}{'' if number else ' (warm-up)'} done", file=sys.stderr)
    return results


def enqueue_to_start(stack, count):
    """Milliseconds from the job's row to a worker's claim, sorted."""
    times = []
    for number in range(count):
        if number % 8 == 0:
            user = Client(stack, None)
            user.register()
        job = user.generate("Dice for a game")["job"]["job_id"]
        user.wait_job(job, until=("completed",))
        times.append(stack.number("SELECT TIMESTAMPDIFF(MICROSECOND, created_at, started_at) "
                                  "FROM ai_generation_jobs WHERE job_id = ?", job) / 1000)
    return sorted(times)


PAIRS = {"GET /posts/{id}, anonymous": "PHP: one post, anonymous",
         "GET /posts/{id}, signed in": "PHP: one post, signed in", "GET /walls/{id}/posts, 20": "PHP: 20 posts"}


def table(results, times):
    middle = {name: tuple(statistics.median(column) for column in zip(*rows)) for name, rows in results.items()}
    base_rate, base_cpu = middle["static file, 1 kB"]
    lines = ["| | requests/s | of static | CPU µs | × static | × PHP |", "|---|--:|--:|--:|--:|--:|"]
    for name, (rate, cpu) in middle.items():
        php = middle.get(PAIRS.get(name))
        lines.append(f"| {name} | {rate:.0f} | {rate / base_rate:.2f} | {cpu:.0f} | {cpu / base_cpu:.2f} | "
                     f"{f'{cpu / php[1]:.2f}' if php else ''} |")
    if times:
        lines += ["", f"From asking to a worker's start ({len(times)} jobs, one at a time): "
                      f"p50 {times[len(times) // 2]:.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms."]
    return "\n".join(lines)


def spends(stack):
    """Spends of the ledger beside updates of one row, like by like: each as one statement that commits itself, and
    each in a transaction that is begun and committed. On the stack's own server (tests/db/spend)."""
    params = f"sock={stack.folder}/run/mysql.sock user={stack.settings['DB_ADMIN']} dbname={stack.settings['DB_NAME']}"
    columns = (("updates", "one-row updates/s", None), ("movements", "movements/s", "updates"),
               ("updates_in_tx", "one-row transactions/s", None), ("spends", "spends/s", "updates_in_tx"),
               ("spends_one_account", "of one account/s", "updates_in_tx"),
               ("holds_used", "holds used/s", "updates_in_tx"),
               ("holds_used_one_account", "of one account/s", "updates_in_tx"))
    heads = ["connections"] + [head for _, title, of in columns for head in ([title, "ratio"] if of else [title])]
    lines = ["", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for threads in (1, 4, 16):
        done = subprocess.run([os.path.join(stack.build, "tests", "db", "spend"), "bench", "7", str(threads)],
                              env={**os.environ, "WALL_TEST_DB_PARAMS": params}, capture_output=True, text=True,
                              check=True)
        got = json.loads(done.stdout)
        cells = [f"{threads}"]
        for name, _, of in columns:
            cells.append(f"{got[name]:.0f}")
            if of:
                cells.append(f"{got[name] / got[of]:.2f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--jobs", type=int, default=100)
    chosen = options.parse_args()
    modules = subprocess.run(["apxs", "-q", "LIBEXECDIR"], capture_output=True, text=True, check=True).stdout.strip()
    port = free_port()
    stack = Stack(options=["--set", "WallRateFactor 1000000", "--rate", "100000"])
    os.makedirs(os.path.join(stack.folder, "reference"))
    shutil.copy(os.path.join(HERE, "php", "wall.php"), os.path.join(stack.folder, "reference"))
    with open(os.path.join(stack.folder, "reference", "1k.txt"), "w", encoding="ascii") as file:
        file.write("0123456789abcde\n" * 64)
    with open(os.path.join(stack.folder, "reference.conf"), "w", encoding="utf-8") as file:
        file.write(REFERENCE_HOST.format(modules=modules, port=port))
    stack.options += ["--extra", os.path.join(stack.folder, "reference.conf")]
    stack.reference_url = f"http://127.0.0.1:{port}"
    with stack:
        php = Php(stack)
        try:
            targets = prepare(stack)
            if not php.process:
                targets = {name: target for name, target in targets.items() if not name.startswith("PHP")}
            results = measure(stack, php, targets, chosen.rounds, chosen.seconds, chosen.connections)
            text = table(results, enqueue_to_start(stack, chosen.jobs)) + "\n" + spends(stack)
        finally:
            php.close()
    print(text)
    with open(os.path.join(HERE, "results.md"), "w", encoding="utf-8") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"({time.monotonic() - started:.0f} s)", file=sys.stderr)
