# SPDX-License-Identifier: Apache-2.0
"""What a peer in any language is tried with: peers/README.md. Every case is a function of a stage,
the peer, and the reference that the peer talks to, which is the one in C. Ports differ between
cases, so that they can be played side by side."""


def tcp_client(stage, peer, reference):
    stage.start("b", *reference, "tcp-server", stage.wildcard, 4001, title="server", ready="^ready")
    stage.run("a", *peer, "tcp-client", stage.addresses["b"], 4001)


def tcp_server(stage, peer, reference):
    """Each host has a server on the port, and is reached at its own address."""
    for host in "ab":
        stage.start(host, *peer, "tcp-server", stage.wildcard, 4002, ready="^ready")
    stage.run("a", *reference, "tcp-client", stage.addresses["b"], 4002, title="client")
    stage.run("b", *reference, "tcp-client", stage.addresses["a"], 4002, title="client")


def udp_client(stage, peer, reference):
    stage.start("b", *reference, "udp-server", stage.wildcard, 4003, title="server", ready="^ready")
    stage.run("a", *peer, "udp-client", stage.addresses["b"], 4003)


def udp_server(stage, peer, reference):
    for host in "ab":
        stage.start(host, *peer, "udp-server", stage.wildcard, 4004, ready="^ready")
    stage.run("a", *reference, "udp-client", stage.addresses["b"], 4004, title="client")
    stage.run("b", *reference, "udp-client", stage.addresses["a"], 4004, title="client")


def own_loopback(stage, peer, reference):
    """Both hosts have a server on the same port of 127.0.0.1, and each client finds its own."""
    for host in "ab":
        stage.start(host, *peer, "tcp-server", stage.loopback, 4005, title="server", ready="^ready")
    for host in "ab":
        stage.run(host, *peer, "tcp-client", stage.loopback, 4005, title="client")


def own_loopback_by_udp(stage, peer, reference):
    for host in "ab":
        stage.start(host, *peer, "udp-server", stage.loopback, 4008, title="server", ready="^ready")
    for host in "ab":
        stage.run(host, *peer, "udp-client", stage.loopback, 4008, title="client")


def wildcard_at_home(stage, peer, reference):
    """A server on the wildcard is also called by a neighbour on its own host."""
    stage.start("a", *peer, "tcp-server", stage.wildcard, 4006, ready="^ready")
    stage.run("a", *reference, "tcp-client", stage.loopback, 4006, title="client")


def own_address(stage, peer, reference):
    stage.run("a", *peer, "own", stage.addresses["b"], 4007)


def names(stage, peer, reference):
    stage.run("a", *peer, "lookup", "b")


def interfaces(stage, peer, reference):
    actor = stage.run("a", *peer, "interfaces")
    # The order is the kernel's, and means nothing; twice the same is the run-time's doing.
    actor.lines = sorted(set(actor.lines))


# As the table has them, and what the table says.
CASES = {
    "TCP out": (tcp_client, "calls over TCP"),
    "TCP in": (tcp_server, "is called over TCP, on the wildcard address"),
    "UDP out": (udp_client, "sends datagrams first"),
    "UDP in": (udp_server, "is sent datagrams, on the wildcard address"),
    "TCP home": (own_loopback, "its 127.0.0.1 is its own, over TCP"),
    "UDP home": (own_loopback_by_udp, "and over UDP"),
    "wildcard": (wildcard_at_home, "on the wildcard, is reached at its own 127.0.0.1 as well"),
    "own": (own_address, "learns its own address from a socket"),
    "names": (names, "finds other nodes by name"),
    "list": (interfaces, "lists the addresses of its host"),
}

# Names and lists are the same whatever a peer then uses.
OF_IPV4_ONLY = ("names", "list")
