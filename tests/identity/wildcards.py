# SPDX-License-Identifier: Apache-2.0
"""Says how servers and clients of one host meet at its loopback, over TCP and UDP:

    wildcards.py FAMILIES      4: a host with IPv4; 4+6: one with both

Servers are on the wildcard or on loopback, clients bind the wildcard before they call, or nothing,
and connect their datagram sockets, or not. There are no ports in what is printed, so that plain
Linux has to print the same.
"""

import itertools
import socket
import sys
import threading

FAMILY = {"0.0.0.0": socket.AF_INET, "127.0.0.1": socket.AF_INET,
          "::": socket.AF_INET6, "::1": socket.AF_INET6, "::ffff:127.0.0.1": socket.AF_INET6}
PATIENCE = 2  # s
CLOSED = 9    # a port at which nobody listens


def bound(kind, address, port=0):
    result = socket.socket(FAMILY[address], kind)
    result.settimeout(PATIENCE)
    if address == "::":
        result.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    result.bind((address, port))
    return result


def client(kind, target, binds):
    if binds:
        return bound(kind, "0.0.0.0" if FAMILY[target] == socket.AF_INET else "::")
    result = socket.socket(FAMILY[target], kind)
    result.settimeout(PATIENCE)
    return result


def tcp_server(address):
    listener = bound(socket.SOCK_STREAM, address)
    listener.settimeout(None)
    listener.listen()

    def serve():
        while True:
            connection, peer = listener.accept()
            text = f"you are {peer[0]}, I am {connection.getsockname()[0]}"
            connection.sendall(text.encode())
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def udp_server(address, port=0):
    server = bound(socket.SOCK_DGRAM, address, port)
    server.settimeout(None)

    def serve():
        while True:
            data, peer = server.recvfrom(65536)
            server.sendto(f"{len(data)} bytes from {peer[0]}".encode(), peer)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]


def ask_by_tcp(target, port, binds):
    with client(socket.SOCK_STREAM, target, binds) as connection:
        connection.connect((target, port))
        told = connection.recv(1000).decode()
        return f"{told}; I am {connection.getsockname()[0]}, you are {connection.getpeername()[0]}"


def ask_by_udp(target, port, binds, connects, size=1):
    with client(socket.SOCK_DGRAM, target, binds) as asking:
        if not connects:
            asking.sendto(bytes(size), (target, port))
            told, peer = asking.recvfrom(1000)
            return f"{told.decode()}; you are {peer[0]}"
        asking.connect((target, port))
        asking.send(bytes(size))
        return f"{asking.recv(1000).decode()}; I am {asking.getsockname()[0]}"


def say(what, ask, *arguments):
    try:
        print(f"{what}: {ask(*arguments)}")
    except OSError as error:
        print(f"{what}: {error}")


def much(address, target):
    """Does it all arrive, when a client that bound the wildcard sends a lot?"""
    listener = bound(socket.SOCK_STREAM, address)
    listener.listen()
    sent = bytes(range(256)) * 40_000
    with client(socket.SOCK_STREAM, target, binds=True) as sending:
        sending.connect((target, listener.getsockname()[1]))
        receiving, _ = listener.accept()

        def send():
            sending.sendall(sent)
            sending.shutdown(socket.SHUT_WR)

        threading.Thread(target=send).start()
        received = b""
        while data := receiving.recv(1 << 20):
            received += data
    return "all arrived" if received == sent else "not what was sent"


def main(families):
    # Each server, and where it is called.
    v6 = "6" in families
    tcp = [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("::", "127.0.0.1"),
           ("::", "::1"), ("::1", "::1"), ("::", "::ffff:127.0.0.1"), ("::1", "127.0.0.1")]
    udp = [("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("::", "::1"), ("::1", "::1")]
    if not v6:
        udp.append(("::", "127.0.0.1"))

    def may_bind(target):
        # On the wildcard of IPv6, a node has a socket of one family: IPv6 where it has that.
        binds_too = target == "127.0.0.1" or (v6 and target == "::1")
        return (False, True) if binds_too else (False,)

    for at, target in tcp:
        port = tcp_server(at)
        for binds in may_bind(target):
            say(f"TCP at {at}, called at {target}, {binds=}", ask_by_tcp, target, port, binds)
    for at, target in udp:
        port = udp_server(at)
        for binds, connects in itertools.product(may_bind(target), (False, True)):
            say(f"UDP at {at}, called at {target}, {binds=} {connects=}", ask_by_udp, target, port,
                binds, connects)
    # At a port that it names, a datagram server on `::` has both families.
    if v6:
        named = bound(socket.SOCK_DGRAM, "::")
        port = named.getsockname()[1]
        named.close()
        udp_server("::", port)
        for target, connects in itertools.product(("127.0.0.1", "::1"), (False, True)):
            say(f"UDP at ::, port named, called at {target}, {connects=}", ask_by_udp, target, port,
                True, connects)
    for target in ("127.0.0.1", "::1"):
        for binds in may_bind(target):
            say(f"TCP to nobody at {target}, {binds=}", ask_by_tcp, target, CLOSED, binds)
            say(f"UDP to nobody at {target}, {binds=}", ask_by_udp, target, CLOSED, binds, True)
    for at, target in (("0.0.0.0", "127.0.0.1"), ("::", "::1"))[:2 if v6 else 1]:
        say(f"much to {at} at {target}", much, at, target)
        say(f"a large datagram to {at} at {target}", ask_by_udp, target, udp_server(at), True,
            False, 60_000)


main(sys.argv[1])
