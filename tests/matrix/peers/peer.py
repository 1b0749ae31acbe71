# SPDX-License-Identifier: Apache-2.0
"""README.md says what it does. With asyncio."""

import asyncio
import socket
import sys


def text(name):
    return f"{name[0]} {name[1]}"


def say(*words):
    print(*words, flush=True)


async def tcp_client(host, port):
    reader, writer = await asyncio.open_connection(host, port)
    say("local", text(writer.get_extra_info("sockname")))
    say("peer", text(writer.get_extra_info("peername")))
    writer.write(b"hello\n")
    say("told", (await reader.readline()).decode().rstrip())
    writer.close()


async def tcp_server(address, port):
    served = asyncio.Event()

    async def serve(reader, writer):
        peer = text(writer.get_extra_info("peername"))
        say("local", text(writer.get_extra_info("sockname")))
        say("peer", peer)
        await reader.readline()
        writer.write(f"you are {peer}\n".encode())
        await writer.drain()
        writer.close()
        served.set()

    await asyncio.start_server(serve, None if address == "any" else address, port)
    say("ready")
    await served.wait()


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self):
        self.first = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, address):
        self.first.set_result((data.decode(), address))


async def udp_client(host, port):
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    transport, datagrams = await loop.create_datagram_endpoint(Datagrams, family=family)
    transport.sendto(b"hello", (host, port))
    answer, sender = await datagrams.first
    say("from", text(sender))
    say("told", answer)


async def udp_server(address, port):
    loop = asyncio.get_running_loop()
    local = ("0.0.0.0" if address == "any" else address, port)
    transport, datagrams = await loop.create_datagram_endpoint(Datagrams, local_addr=local)
    say("ready")
    _, peer = await datagrams.first
    say("peer", text(peer))
    transport.sendto(f"you are {text(peer)}".encode(), peer)
    await asyncio.sleep(0)
    transport.close()


async def own(host, port):
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Datagrams, remote_addr=(host, port))
    say("own", transport.get_extra_info("sockname")[0])


async def lookup(name):
    loop = asyncio.get_running_loop()
    for found in await loop.getaddrinfo(name, None, family=socket.AF_INET,
                                        type=socket.SOCK_STREAM):
        say("address", found[4][0])


role = {"tcp-client": tcp_client, "tcp-server": tcp_server, "udp-client": udp_client,
        "udp-server": udp_server, "own": own, "lookup": lookup}[sys.argv[1]]
asyncio.run(role(*sys.argv[2:3], *map(int, sys.argv[3:])))
