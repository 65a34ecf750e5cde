"""What the measuring scripts share: the daemon, an upstream, load, and readings from /proc.

Everything listens on loopback at ports the kernel chooses, and is stopped when the script ends.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRIVERS = ["io_uring", "epoll"]


class Report:
    """Prints each figure against its bar and remembers whether all were met."""

    def __init__(self, title):
        self.title = title
        self.is_good = True

    def figure(self, name, value, bar=None, unit=""):
        """A bar is a number that the value may reach, or nothing: then it is only told."""
        digits = 5 if value < 0.1 else 2
        shown = f"{value:.{digits}f}" if isinstance(value, float) else f"{value}"
        verdict = "" if bar is None else f" (at most {bar}{unit}): {self._judge(value <= bar)}"
        print(f"{self.title:9} {name}: {shown}{unit}{verdict}", flush=True)

    def fact(self, name, holds, details=""):
        print(f"{self.title:9} {name}: {self._judge(holds)} {details}".rstrip(), flush=True)

    def _judge(self, holds):
        self.is_good = self.is_good and bool(holds)
        return "ok" if holds else "FAILS"


def main(description, checks, options=()):
    """Runs checks by name on each driver: `check(folder, arguments, report, driver, tool)`, where
    `tool` is the compiled `load.c`. The exit code says whether all is well."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--binary", default=str(ROOT / ".build/release/plimsoll"))
    parser.add_argument("--driver", choices=DRIVERS, action="append", help="both when not given")
    parser.add_argument("--only", choices=checks, action="append", help="all when not given")
    for name, settings in options:
        parser.add_argument(name, **settings)
    arguments = parser.parse_args()
    arguments.binary = os.path.abspath(arguments.binary)
    raise_descriptors()
    is_good = True
    with tempfile.TemporaryDirectory(prefix="plimsoll-measure-") as place:
        # The daemon gives up root, and a reload must still find its file.
        os.chmod(place, 0o755)
        tool = build_load(pathlib.Path(place))
        for driver in arguments.driver or DRIVERS:
            report = Report(driver)
            for name in arguments.only or checks:
                folder = pathlib.Path(place) / f"{driver}-{name}"
                folder.mkdir()
                try:
                    checks[name](folder, arguments, report, driver, tool)
                except (OSError, EOFError, AssertionError, subprocess.SubprocessError) as error:
                    report.fact(name, False, f"{type(error).__name__}: {error}")
            is_good = is_good and report.is_good
    print("all ok" if is_good else "FAILS")
    sys.exit(0 if is_good else 1)


def raise_descriptors():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def wait_until(holds, seconds=20, step=0.002):
    """Whether `holds()` came true in time; its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(step)
    return holds()


def free_port():
    """A port that nobody listened at just now, for tests that need the same one twice."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """plimsoll with a configuration, from its start until the `with` block ends."""

    def __init__(self, folder, binary, text, descriptors=None):
        self.file = folder / "plimsoll.toml"
        self.log = folder / "plimsoll.log"
        self.admin_path = folder / "admin.sock"
        self.binary = binary
        self.descriptors = descriptors
        self.write(text)

    def write(self, text):
        self.file.write_text(text.replace("@ADMIN@", f"unix:{self.admin_path}"))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Starts it and waits until it serves; the seconds from exec to that."""
        def limit():
            if self.descriptors is not None:
                resource.setrlimit(resource.RLIMIT_NOFILE, (self.descriptors, self.descriptors))

        # Standard error is a file, so that a full pipe cannot hold the daemon up.
        with open(self.log, "wb") as log:
            begin = time.monotonic()
            self.process = subprocess.Popen(
                [self.binary, "run", "--config", self.file], stderr=log,
                stdin=subprocess.DEVNULL,
                preexec_fn=None if self.descriptors is None else limit)
        self.pid = self.process.pid
        wait_until(lambda: "serving" in self.text() or self.process.poll() is not None, step=0.0003)
        seconds = time.monotonic() - begin
        assert "serving" in self.text(), f"it did not start:\n{self.text()}"
        return seconds

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for line in self.text().splitlines():
            if "Fatal error" in line or "precondition" in line.lower():
                print(line)

    def text(self):
        return self.log.read_text(errors="replace")

    def port(self, listener):
        found = re.search(rf"listening listener={listener} address=127\.0\.0\.1:(\d+)", self.text())
        assert found, f"no listener {listener}:\n{self.text()}"
        return int(found.group(1))

    def reload(self, text):
        """Writes another configuration and waits until it is in force; the generation."""
        before = self.text().count("the configuration is in force")
        self.write(text)
        os.kill(self.pid, signal.SIGHUP)
        assert wait_until(
            lambda: self.text().count("the configuration is in force") > before
        ), f"the reload did not come into force:\n{self.text()[-2000:]}"

    def admin(self, path):
        """The admin server's answer: status and body."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(self.admin_path))
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n".encode())
            answer = read_until_end(connection)
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head[9:12] or b"0"), body.decode()

    def metric(self, name):
        """The sum of a metric over its labels."""
        _, text = self.admin("/metrics")
        rows = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE)
        return sum(float(value) for value in rows)

    # What /proc says about it.

    def cpu_seconds(self):
        """Time on a processor of all its threads, in nanosecond steps."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def resident_bytes(self):
        text = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return int(re.search(r"^Rss:\s+(\d+) kB", text, re.MULTILINE).group(1)) * 1024

    def descriptor_count(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))


def build_load(folder):
    """Compiles the C program that is upstream and clients; its path."""
    tool = folder / "load"
    subprocess.run(
        ["cc", "-O2", "-Wall", "-Wextra", "-o", tool, ROOT / "scripts/load/load.c"], check=True)
    return tool


class Upstream:
    """The C program as an upstream; its head says what a path asks for."""

    def __init__(self, tool):
        self.process = subprocess.Popen(
            [tool, "upstream"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def load(tool, *words, timeout=300):
    """Runs the C program as clients; its findings."""
    done = subprocess.run(
        [tool, *map(str, words)], stdout=subprocess.PIPE, text=True, timeout=timeout, check=True)
    return json.loads(done.stdout)


# A small HTTP client.

def connect(port, timeout=10):
    connection = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def request(path="/0/5/1", method="GET", fields=""):
    return f"{method} {path} HTTP/1.1\r\nHost: upstream.test\r\n{fields}\r\n".encode()


def read_answer(connection):
    """One whole answer with a Content-Length: status, head, and the size of the body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise EOFError(f"the connection ended within an answer, after {data!r}")
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: *(\d+)", head, re.IGNORECASE).group(1))
    count = len(body)
    while count < length:
        piece = connection.recv(1 << 20)
        if not piece:
            raise EOFError(f"the connection ended after {count} of {length} bytes of a body")
        count += len(piece)
    return int(head[9:12]), head.decode(), count


def read_until_end(connection):
    data = b""
    while True:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece


def ask(port, path="/0/5/1"):
    """The status of one request on a connection of its own."""
    with connect(port) as connection:
        connection.sendall(request(path))
        return read_answer(connection)[0]


def readable(connections, seconds):
    """Which of many connections have something to read within a time."""
    poll = select.poll()
    by_descriptor = {connection.fileno(): connection for connection in connections}
    for descriptor in by_descriptor:
        poll.register(descriptor, select.POLLIN)
    return [by_descriptor[descriptor] for descriptor, _ in poll.poll(seconds * 1000)]
