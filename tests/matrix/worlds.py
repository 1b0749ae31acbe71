# SPDX-License-Identifier: Apache-2.0
"""Two hosts, a and b, that see each other, made in several ways that no program may tell apart.

    native   [ a: lo, eth0 ]----cable----[ b: lo, eth0 ]   two network namespaces, plain Linux
    others   two nodes of one lab, with one mechanism that ties programs to their node's address

A world is a context manager. command(host, argv) is the command line that runs argv on a host, and
folder(host) where it runs and may write. What is run there ends with the world at the latest.
"""

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

HOSTS = ("a", "b")


@dataclasses.dataclass(frozen=True)
class Family:
    """Of addresses. Hosts always have one of IPv4, and one of IPv6 where that is tried."""

    name: str
    addresses: dict[str, str]
    loopback: str
    wildcard: str  # as peers/README.md has it
    group: str     # what the experiment's [[group]] says for it


IPV4 = Family("IPv4", {"a": "10.1.0.1", "b": "10.1.0.2"}, "127.0.0.1", "any", "")
IPV6 = Family("IPv6", {"a": "2001:db8:1::a01:1", "b": "2001:db8:1::a01:2"}, "::1", "::",
              'prefix6 = "2001:db8:1::/64"')
FAMILIES = {family.name: family for family in (IPV4, IPV6)}

# What ties a node's programs to its address; as the experiment's [network] has it.
MECHANISMS = ("preload", "bpf", "both")

# What is tried, by ctest and so in the README's table.
TRIED = [(IPV4, "preload"), (IPV4, "bpf"), (IPV4, "both"), (IPV6, "both")]

EXPERIMENT = """
[experiment]
name = "matrix"
[network]
prefix = "10.0.0.0/8"
identity = "{identity}"
[[group]]
name = "hosts"
prefix = "10.1.0.0/24"
{group}
nodes = 2
[[workload]]
name = "a"
group = "hosts"
nodes = 1
command = ["true"]
[[workload]]
name = "b"
group = "hosts"
command = ["true"]
"""

HOSTS_FILE = "127.0.0.1 localhost\n" + "".join(
    f"{IPV4.addresses[host]} {host}\n" for host in HOSTS)


class Impossible(Exception):
    """This world cannot be made on this machine, and why."""


def run(argv, **options):
    """Its standard output; raises with what it said if it fails."""
    done = subprocess.run(argv, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, argv))}: {done.stderr or done.stdout}")
    return done.stdout


class World:
    def __init__(self, family):
        self.family = family
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pleat-matrix-"))

    def __enter__(self):
        try:
            self.make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.end()
        shutil.rmtree(self.root, ignore_errors=True)


class Native(World):
    """Programs have the environment of a node's, and no more privileges."""

    def make(self):
        self.holders = {}
        (self.root / "hosts").write_text(HOSTS_FILE)
        for host in HOSTS:
            self.folder(host).mkdir()
            self.holders[host] = self._hold(host)
        a, b = (self.holders[h].pid for h in HOSTS)
        try:
            self._in("a", "ip", "link", "add", "eth0", "type", "veth",
                     "peer", "name", "eth0", "netns", str(b))
        except RuntimeError as error:
            raise Impossible(f"no cable between two namespaces: {error}") from error
        for host in HOSTS:
            self._in(host, "sysctl", "-qw", "net.ipv4.ping_group_range=0 0",
                     "net.ipv4.ip_unprivileged_port_start=0")
            self._in(host, "ip", "link", "set", "lo", "up")
            self._in(host, "ip", "link", "set", "eth0", "addrgenmode", "none", "up")
            self._in(host, "ip", "addr", "add", IPV4.addresses[host] + "/24", "dev", "eth0")
            if self.family is IPV6:
                self._in(host, "ip", "addr", "add", IPV6.addresses[host] + "/64", "dev", "eth0",
                         "nodad")

    def end(self):
        for holder in self.holders.values():
            holder.kill()
            holder.communicate()

    def folder(self, host):
        return self.root / host

    def command(self, host, argv):
        home = str(self.folder(host))
        surroundings = ["PATH=" + os.environ["PATH"], "HOME=" + home, "TMPDIR=" + home,
                        "LANG=C.UTF-8"]
        return [*self._enter(host), "setpriv", "--no-new-privs", "--bounding-set=-all",
                "--inh-caps=-all", "env", "-i", "-C", home, *surroundings, *argv]

    def _hold(self, host):
        """A process that keeps the namespaces of a host. Both hosts share the user namespace that
        is needed where we are not root."""
        if host == "a":
            how = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        else:
            how = []
        enter = self._enter("a") if host == "b" else []
        # nosuid, as in a lab: of ping, a file with a capability that it cannot get.
        script = (f"mount --bind {self.root}/hosts /etc/hosts && "
                  "mount -o remount,bind,nosuid / && "
                  f"hostname {host} && echo held && exec cat")
        holder = subprocess.Popen(
            [*enter, "unshare", *how, "--net", "--mount", "--uts", "sh", "-c", script],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if holder.stdout.readline() != "held\n":
            raise Impossible("no namespaces: " + holder.communicate()[1])
        return holder

    def _enter(self, host):
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", str(self.holders[host].pid), *user,
                "--net", "--mount", "--uts"]

    def _in(self, host, *argv):
        run([*self._enter(host), *argv])


class Folded(World):
    """A lab of `pleat`, whose nodes a and b are tied to their addresses by a mechanism."""

    def __init__(self, family, pleat, mechanism):
        super().__init__(family)
        self.pleat = pleat
        self.mechanism = mechanism
        self.labs = self.root / "labs"
        os.environ["PLEAT_LABS"] = str(self.labs)

    def make(self):
        doctor = subprocess.run([self.pleat, "doctor"], text=True, stdout=subprocess.PIPE)
        if doctor.returncode != 0:
            raise Impossible("no lab can be made here; pleat doctor says:\n" + doctor.stdout)
        if self.mechanism != "preload" and not re.search(r"^ *ok +identity by bpf", doctor.stdout, re.M):
            raise Impossible("no identity by bpf here; pleat doctor says:\n" + doctor.stdout)
        experiment = self.root / "experiment.toml"
        experiment.write_text(EXPERIMENT.format(
            identity=self.mechanism, group=self.family.group))
        run([self.pleat, "up", experiment])
        for host in HOSTS:
            self.folder(host).mkdir(parents=True, exist_ok=True)

    def end(self):
        run([self.pleat, "down", "--all"])

    def folder(self, host):
        return self.labs / "matrix" / "nodes" / host

    def command(self, host, argv):
        return [self.pleat, "exec", "--lab", "matrix", host, "--", *argv]
