"""A real cluster of OpenSearch on this machine, for tests and trials, one process a node.

    python tools/cluster.py run -- pytest tests    starts one node, runs a command, ends the node
    python tools/cluster.py start --nodes 3        leaves them running
    python tools/cluster.py kill 2                 kills one of them as a lost machine would
    python tools/cluster.py stop

Maven fetches the server, and Java 17 runs it. DROINDEX_CLUSTER tells the command where it is. Nodes
listen on this machine alone, and keep what they need in one folder, which may be deleted.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

VERSION = "2.19.6"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy"
SERVER = "org.opensearch.distribution.integ-test-zip:opensearch:{}:zip"  # without any plugin
ANALYSIS = "analysis-common"  # the module that cuts texts at blanks; the zip lacks it
PATIENCE_S = 300  # for a cluster to form on a busy machine
ACCOUNT = "nobody"  # runs the nodes where root starts them: the server refuses root
SETTINGS = """\
cluster.name: droindex
node.name: node{number}
network.host: 127.0.0.1
http.port: {http}
transport.port: {transport}
path.data: {home}/data
path.logs: {home}/logs
discovery.seed_hosts: [{seeds}]
cluster.initial_cluster_manager_nodes: [{names}]
action.auto_create_index: false
cluster.routing.allocation.disk.threshold_enabled: false
"""


def main() -> int:
    """Do what the command line says."""
    options = _options()
    nodes = [Node(options.folder.resolve(), n, options) for n in range(1, options.nodes + 1)]
    if options.action == "kill":
        Node(options.folder.resolve(), options.node, options).end(signal.SIGKILL)
        return 0
    if options.action == "stop":
        _stop(options)
        return 0
    _start(nodes, options)
    address = f"opensearch://{','.join(f'127.0.0.1:{node.http}' for node in nodes)}"
    if options.action == "start":
        print(address)
        return 0
    try:
        told = {**os.environ, "DROINDEX_CLUSTER": address}
        return subprocess.run(options.command, env=told, check=False).returncode  # noqa: S603 - what was asked for
    finally:
        _stop(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "droindex-cluster"
    )
    parser.add_argument("--nodes", type=int, default=1)
    parser.add_argument("--port", type=int, default=9210, help="of the first node")
    parser.add_argument("--heap", default="256m", help="memory of each node for its data")
    parser.add_argument("--version", default=VERSION)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("start")
    actions.add_parser("stop")
    actions.add_parser("kill").add_argument("node", type=int)
    actions.add_parser("run").add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.action == "run":
        options.command = [word for word in options.command if word != "--"] or ["true"]
    return options


class Node:
    """One process of the cluster.

    Args:
        folder: Where the cluster keeps what it needs.
        number: Of the node, from 1.
        options: Ports, memory, number of nodes.
    """

    def __init__(self, folder: Path, number: int, options: argparse.Namespace) -> None:
        self.home = folder / f"node{number}"
        self.number = number
        self.http = options.port + number - 1
        self._options = options

    @property
    def pid(self) -> int | None:
        """The process, if it runs: another one that has its number by chance does not count."""
        try:
            pid = int((self.home / "pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self.home).encode() in command else None

    def start(self, server: Path) -> None:
        """Start the process; nothing where it runs."""
        if self.pid is not None:
            return
        for name in ("config", "data", "logs", "tmp"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        config = self.home / "config"
        numbers = range(1, self._options.nodes + 1)
        first = self._options.port + 100
        settings = SETTINGS.format(
            number=self.number,
            http=self.http,
            transport=first + self.number - 1,
            home=self.home,
            seeds=", ".join(f"127.0.0.1:{first + n - 1}" for n in numbers),
            names=", ".join(f"node{n}" for n in numbers),
        )
        (config / "opensearch.yml").write_text(settings)
        (config / "jvm.options").write_text(_jvm_options(server, self._options.heap))
        shutil.copy(server / "config" / "log4j2.properties", config)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", ACCOUNT, self.home], check=True)  # noqa: S603, S607 - our own folder
        environ = {
            **os.environ,
            "OPENSEARCH_PATH_CONF": str(config),
            "OPENSEARCH_TMPDIR": str(self.home / "tmp"),
            "OPENSEARCH_JAVA_OPTS": "-XX:TieredStopAtLevel=1",  # starts in half the time
            "OPENSEARCH_JAVA_HOME": str(_java()),
        }
        with (self.home / "out").open("wb") as out:
            subprocess.Popen(  # noqa: S603 - the server that was fetched
                [server / "bin" / "opensearch", "-p", self.home / "pid"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environ,
                cwd=self.home,
                start_new_session=True,
                user=ACCOUNT if os.getuid() == 0 else None,
            )

    def end(self, how: int = signal.SIGTERM) -> None:
        """End the process, and return when it is gone."""
        if (pid := self.pid) is None:
            return
        os.kill(pid, how)
        while self.pid is not None and not _is_dead(pid):
            time.sleep(0.2)


def _is_dead(pid: int) -> bool:
    """Whether a process is gone, or waits for nothing but to be noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _jvm_options(server: Path, heap: str) -> str:
    """Return the options of Java: those that come with the server, with less memory."""
    lines = (server / "config" / "jvm.options").read_text().splitlines()
    dropped = re.compile(r"#|-Xm[sx]|.*G1|.*InitiatingHeap|.*gc[*]|.*HeapDump|.*ErrorFile|$")
    kept = [line for line in lines if not dropped.match(line)]
    return "\n".join([*kept, f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC", ""])


def _java() -> Path:
    found = shutil.which("java")
    if found is None:
        sys.exit("java is not installed; OpenSearch 2.19 needs Java 17 or newer.")
    return Path(found).resolve().parents[1]


def _start(nodes: list[Node], options: argparse.Namespace) -> None:
    server = _server(options)
    for node in nodes:
        node.start(server)
    wanted = f"wait_for_status=green&wait_for_nodes={len(nodes)}&timeout=5s"
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if _is_green(f"http://127.0.0.1:{nodes[0].http}/_cluster/health?{wanted}"):
            return
        time.sleep(0.5)
    said = "\n".join((node.home / "out").read_text()[-2_000:] for node in nodes)
    sys.exit(f"No cluster within {PATIENCE_S} s.\n{said}")


def _is_green(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - on this machine
            return not json.load(answer)["timed_out"]
    except (OSError, ValueError):
        return False


def _stop(options: argparse.Namespace) -> None:
    for home in sorted(options.folder.resolve().glob("node*")):
        Node(home.parent, int(home.name.removeprefix("node")), options).end()


def _server(options: argparse.Namespace) -> Path:
    """Return the folder of the server, fetched and unpacked whole, or not at all."""
    found: Path = options.folder.resolve() / f"opensearch-{options.version}"
    if found.is_dir():
        return found
    found.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=found.parent) as passing:
        here = Path(passing)
        _fetch(SERVER.format(options.version), here)
        with zipfile.ZipFile(next(here.glob("*.zip"))) as packed:
            packed.extractall(here)  # from the repository that Maven trusts
        server = here / found.name
        for program in (server / "bin").iterdir():
            program.chmod(0o755)
        module = server / "modules" / ANALYSIS
        _fetch(f"org.opensearch.plugin:{ANALYSIS}:{options.version}:jar", module)
        (module / "plugin-descriptor.properties").write_text(_descriptor(module, options.version))
        server.rename(found)
    subprocess.run(["chmod", "-R", "a+rX", found], check=True)  # noqa: S603, S607 - our own folder
    return found


def _fetch(artifact: str, folder: Path) -> None:
    command = ["mvn", "-q", "-B", COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
    try:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - as above
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"Maven could not fetch {artifact}: {error}")


def _descriptor(module: Path, version: str) -> str:
    """Return what tells the server of a module that came as a jar alone."""
    with zipfile.ZipFile(next(module.glob("*.jar"))) as jar:
        names = [name for name in jar.namelist() if re.fullmatch(r"org/[\w/]+Plugin\.class", name)]
    facts = {
        "name": ANALYSIS,
        "description": ANALYSIS,
        "version": version,
        "opensearch.version": version,
        "java.version": "11",
        "classname": names[0].removesuffix(".class").replace("/", "."),
        "extended.plugins": "",
        "has.native.controller": "false",
    }
    return "".join(f"{key}={value}\n" for key, value in facts.items())


if __name__ == "__main__":
    sys.exit(main())
