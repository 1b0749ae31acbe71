# SPDX-License-Identifier: Apache-2.0
"""Programs as the distribution has them, each in a case or two that show from which address it
calls, or at which it is reached."""

import re

from worlds import IPV4

# program -> title of a case -> (what it calls, a function of a stage and the reference peer)
CASES = {}

A, B = IPV4.addresses["a"], IPV4.addresses["b"]
NOTHING = "(?!)"  # a pattern: what it prints is not compared


def case(program, title, *calls):
    def enter(function):
        CASES.setdefault(program, {})[title] = (calls or (program,), function)
        return function

    return enter


def tcp_server(stage, reference, port):
    return stage.start("b", *reference, "tcp-server", "any", port, title="server", ready="^ready")


@case("curl", "fetches a page")
def curl(stage, reference):
    tcp_server(stage, reference, 8001)
    stage.run("a", "curl", "-sS", "-w", "%{local_ip} %{remote_ip}\n", f"http://{B}:8001/")


@case("wget", "fetches a page")
def wget(stage, reference):
    tcp_server(stage, reference, 8002)
    stage.run("a", "wget", "-qO-", f"http://{B}:8002/")


@case("aria2c", "fetches a page")
def aria2c(stage, reference):
    tcp_server(stage, reference, 8003)
    stage.run("a", "sh", "-c", f"aria2c -q -o page http://{B}:8003/ && cat page")


@case("iperf3", "measures over TCP")
def iperf3_tcp(stage, reference):
    iperf3(stage, 5201)


@case("iperf3", "measures over UDP")
def iperf3_udp(stage, reference):
    iperf3(stage, 5202, "-u", "-b", "10M")


def iperf3(stage, port, *how):
    names = r"(?:from|local|to) \S+ port \d+|from \S+, port \d+"
    stage.start("b", "iperf3", "-s", "-1", "-p", port, "--forceflush", title="server",
                ready="Server listening", shows=names)
    stage.run("a", "iperf3", "-c", B, "-p", port, "-n", "100K", *how, title="client", shows=names)


@case("socat", "calls over TCP")
def socat_calls(stage, reference):
    tcp_server(stage, reference, 8004)
    stage.run("a", "sh", "-c", f"echo hello | socat -t 9 - TCP:{B}:8004")


@case("socat", "listens, TCP")
def socat_listens(stage, reference):
    listens_on_both(stage, reference, "tcp-client", 8005, "TCP-LISTEN:8005")


@case("socat", "listens, UDP")
def socat_receives(stage, reference):
    listens_on_both(stage, reference, "udp-client", 8006, "UDP-RECVFROM:8006")


def listens_on_both(stage, reference, role, port, where):
    # What is not read fails socat's write, and with it sometimes the answer. "hello" has 5 bytes.
    answer = f"SYSTEM:head -c 5 >/dev/null; echo you are $SOCAT_PEERADDR $SOCAT_PEERPORT"
    for host in "ab":
        stage.start(host, "sh", "-c", f"exec socat -d -d {where} '{answer}' 2>&1", title="socat",
                    ready="listening on|receiving on", shows="(?:accepting|packet) .* from AF=2 .*")
    stage.run("a", *reference, role, B, port, title="client")
    stage.run("b", *reference, role, A, port, title="client")


@case("nc", "calls over TCP")
def nc_calls(stage, reference):
    tcp_server(stage, reference, 8007)
    stage.run("a", "sh", "-c", f"echo hello | nc -N {B} 8007")


@case("nc", "listens")
def nc_listens(stage, reference):
    for host in "ab":
        stage.start(host, "sh", "-c", "echo you called | nc -v -n -N -l 8008 2>&1", title="nc",
                    ready="Listening", shows="Connection received on .*|hello")
    stage.run("a", *reference, "tcp-client", B, 8008, title="client")
    stage.run("b", *reference, "tcp-client", A, 8008, title="client")


@case("ping", "pings another host, and 127.0.0.1")
def ping(stage, reference):
    for address in (B, "127.0.0.1"):
        stage.run("a", "ping", "-n", "-c", 1, "-W", 5, address, shows=r"from \S+: icmp_seq=\d+")


# redis-server starts a service of its own when it is installed; redis-tools has the same program.
def redis_server(stage, host, *how):
    arguments = "--save '' --daemonize no " + " ".join(how)
    return stage.start(host, "bash", "-c", f"exec -a redis-server redis-check-rdb {arguments}",
                       title="redis-server", ready="Ready to accept connections", shows=NOTHING)


@case("redis", "serves another host", "redis-check-rdb", "redis-cli")
def redis(stage, reference):
    servers = [redis_server(stage, host, "--port 8009 --bind 0.0.0.0 --protected-mode no")
               for host in "ab"]
    stage.run("a", "redis-cli", "-h", B, "-p", 8009, "client", "list", title="redis-cli",
              shows=r"l?addr=\S+")
    stage.run("b", "redis-cli", "-h", A, "-p", 8009, "client", "list", title="redis-cli",
              shows=r"l?addr=\S+")
    for server in servers:
        server.stop()


@case("redis", "serves its own host only, as Debian configures it", "redis-check-rdb", "redis-cli")
def redis_at_home(stage, reference):
    servers = [redis_server(stage, host, "--port 8010 --bind 127.0.0.1 -::1") for host in "ab"]
    for command in (("set", "host", "{host}"), ("get", "host")):
        for host in "ab":
            stage.run(host, "redis-cli", "-p", 8010, *(word.format(host=host) for word in command),
                      title="redis-cli")
    for server in servers:
        server.stop()


@case("dnsmasq", "answers another host", "dnsmasq", "perl")
def dnsmasq(stage, reference):
    servers = [
        stage.start(host, "sh", "-c",
                    "exec dnsmasq -d -C /dev/null --port=8011 --no-resolv --no-hosts --log-queries "
                    f"--address=/x.test/192.0.2.{number} 2>&1",
                    title="dnsmasq", ready="started", shows=r"query\S* \S+ from \S+")
        for number, host in enumerate("ab", 1)]
    # A query for the IPv4 address of x.test; the answer ends with it.
    ask = (r'$s = IO::Socket::IP->new(PeerHost => shift, PeerPort => 8011, Proto => "udp");'
           r'$s->send(pack "n6 C/a C/a C n2", 1, 256, 1, 0, 0, 0, "x", "test", 0, 1, 1);'
           r'$s->recv($answer, 512); print join(".", unpack "C4", substr $answer, -4), "\n"')
    stage.run("a", "perl", "-MIO::Socket::IP", "-e", ask, B, title="asks")
    stage.run("b", "perl", "-MIO::Socket::IP", "-e", ask, A, title="asks")
    for server in servers:
        server.stop()


@case("transmission-cli", "announces itself to a tracker, and is reached by peers",
      "transmission-cli", "mktorrent")
def transmission(stage, reference):
    torrent(stage, reference, 8012, "transmission-cli", "-w", ".", "-p", 8013, "x.torrent",
            reached=8013)


@case("aria2c", "announces itself to a tracker, and is reached by peers", "aria2c", "mktorrent")
def aria2c_torrent(stage, reference):
    torrent(stage, reference, 8014, "aria2c", "--enable-dht=false", "--listen-port=8015",
            "x.torrent", reached=8015)


def torrent(stage, reference, tracker, *client, reached):
    folder = f"{client[0]}.d"
    stage.run("a", "sh", "-c", f"mkdir {folder} && echo content > {folder}/x && cd {folder} && "
              f"mktorrent -o x.torrent -a http://{B}:{tracker}/announce x && rm x",
              title="mktorrent", shows=NOTHING)
    server = tcp_server(stage, reference, tracker)
    started = stage.start("a", "env", "-C", folder, *client, title=client[0], shows=NOTHING)
    server.wait_for("^peer", stage.patience)
    stage.run("b", *reference, "reach", A, reached, title="peer")
    started.stop()


@case("dhtnode", "finds another node, and is found")
def dhtnode(stage, reference):
    ask = "for i in $(seq 99); do echo lr; sleep 0.2; done"  # for its routing table
    nodes = [stage.start(host, "sh", "-c", f"({ask}) | dhtnode -p 8016 {how}", title="dhtnode")
             for host, how in (("b", ""), ("a", f"-b {B}:8016"))]
    for node, other in zip(nodes, (A, B)):
        node.wait_for(f"Node .* {re.escape(other)}:", stage.patience)
    for node in nodes:
        node.stop()
        node.lines = sorted(set(re.findall(r"10[.][0-9.]+:\d+", "\n".join(node.lines))))
