// SPDX-License-Identifier: Apache-2.0
// Sockets on the wildcard have all addresses that they have on a host of their own: what programs
// of one node say of each other is what they say on plain Linux.
#include <doctest/doctest.h>

#include <string>

#include "tests/identity/require.hh"
#include "tests/lab/lab_run.hh"

using namespace pleat::test;

namespace {

enum class Has { kIpv4, kBoth };

// Nodes a (10.1.0.1) and b, which run shell scripts.
std::string experiment(Has has, const std::string& network, const std::string& a,
                       const std::string& b) {
  const auto workload = [](const std::string& name, const std::string& script) {
    return "[[workload]]\nname = \"" + name +
           "\"\ngroup = \"all\"\nnodes = 1\ncommand = [\"sh\", \"-c\", '''" + script + "''']\n";
  };
  return "[experiment]\nname = \"wildcard\"\ntime_limit = \"1min\"\n[network]\nprefix = "
         "\"10.0.0.0/8\"\n" +
         network + "[[group]]\nname = \"all\"\nprefix = \"10.1.0.0/24\"\nnodes = 2\n" +
         (has == Has::kBoth ? "prefix6 = \"2001:db8:1::/64\"\n" : "") + workload("a", a) +
         workload("b", b);
}

std::string on_plain_linux(const std::string& families) {
  const CommandResult result =
      run({"unshare", "--net", "sh", "-c",
           "ip link set lo up && exec python3 " PLEAT_WILDCARDS " " + families});
  INFO(result.err);
  REQUIRE(result.status == 0);
  return result.out;
}

void compare(Has has, const std::string& families) {
  require_cgroup_identity();
  const std::string expected = on_plain_linux(families);
  CHECK(expected.find("TCP at 0.0.0.0, called at 127.0.0.1, binds=False: you are 127.0.0.1, I am "
                      "127.0.0.1; I am 127.0.0.1, you are 127.0.0.1\n") != std::string::npos);
  for (const std::string identity : {"bpf", "both"}) {
    INFO("identity " << identity);
    LabRun lab(experiment(has, "identity = \"" + identity + "\"\n",
                          "python3 " PLEAT_WILDCARDS " " + families, "true"));
    const CommandResult result = lab.run();
    INFO(result.out << result.err << lab.node_file("a", "stderr"));
    CHECK(result.status == 0);
    CHECK(lab.node_file("a") == expected);
  }
}

}  // namespace

TEST_CASE("in a node with IPv4 servers and clients meet at loopback as on plain Linux") {
  compare(Has::kIpv4, "4");
}

TEST_CASE("in a node with both families servers and clients meet at loopback as on plain Linux") {
  compare(Has::kBoth, "4+6");
}

TEST_CASE("a TCP server on :: is called by other nodes over both families, with both back ends") {
  require_cgroup_identity();
  // The kernel need not have netem: there is no delay.
  ::setenv("PLEAT_TEST_TC_WITHOUT_DELAYS", "1", 1);
  const std::string server =
      "import socket; s = socket.create_server(('::', 8000), family=socket.AF_INET6, "
      "dualstack_ipv6=True)\nfor _ in range(2): c, peer = s.accept(); print(c.getsockname()[0], "
      "peer[0], flush=True); c.close()";
  const std::string client =
      "sleep 0.5; for to in 10.1.0.1 2001:db8:1::a01:1; do nc -w 2 $to 8000; done; true";
  for (const std::string shaper : {"engine", "tc"}) {
    INFO(shaper);
    LabRun lab(experiment(Has::kBoth, "identity = \"bpf\"\nshaper = \"" + shaper + "\"\n",
                          "python3 -c \"" + server + "\"", client));
    const CommandResult result = lab.run();
    INFO(result.out << result.err << lab.node_file("a", "stderr"));
    CHECK(result.status == 0);
    CHECK(lab.node_file("a") ==
          "::ffff:10.1.0.1 ::ffff:10.1.0.2\n2001:db8:1::a01:1 2001:db8:1::a01:2\n");
  }
}

TEST_CASE("a UDP server on :: hears and answers both families, with both back ends") {
  require_cgroup_identity();
  ::setenv("PLEAT_TEST_TC_WITHOUT_DELAYS", "1", 1);
  const std::string server =
      "import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); "
      "s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0); s.bind(('::', 8000))\n"
      "for _ in range(2): data, peer = s.recvfrom(99); print(peer[0], flush=True); "
      "s.sendto(data.upper(), peer)";
  // Connected: it takes an answer from where it asked only.
  const std::string client =
      "import socket, time; time.sleep(0.5)\n"
      "for to in '10.1.0.1', '2001:db8:1::a01:1': "
      "c = socket.socket(socket.AF_INET6 if ':' in to else socket.AF_INET, socket.SOCK_DGRAM); "
      "c.settimeout(3); c.connect((to, 8000)); c.send(to.encode()); print(c.recv(99).decode())";
  for (const std::string identity : {"bpf", "both"}) {
    for (const std::string shaper : {"engine", "tc"}) {
      INFO(identity << ", " << shaper);
      LabRun lab(experiment(Has::kBoth,
                            "identity = \"" + identity + "\"\nshaper = \"" + shaper + "\"\n",
                            "python3 -c \"" + server + "\"", "python3 -c \"" + client + "\""));
      const CommandResult result = lab.run();
      INFO(result.out << result.err << lab.node_file("a", "stderr")
                      << lab.node_file("b", "stderr"));
      CHECK(result.status == 0);
      CHECK(lab.node_file("a") == "::ffff:10.1.0.2\n2001:db8:1::a01:2\n");
      CHECK(lab.node_file("b") == "10.1.0.1\n2001:DB8:1::A01:1\n");
    }
  }
}

// More callers than a short backlog holds while their handshakes are under way: the kernel answers
// with cookies, and knows nothing of a connection until its acknowledgement comes. A
// handshake takes 200 ms and a caller comes every 10 ms, so that the server can accept each in
// time. (Where it cannot, the acknowledgement is lost, and comes again with data: so callers speak
// first.)
TEST_CASE("a TCP server on :: serves callers over IPv4 whom SYN cookies let in") {
  require_cgroup_identity();
  const std::string server = R"(exec python3 -c "
import socket
listener = socket.socket(socket.AF_INET6)
listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
listener.bind(('::', 8000))
listener.listen(4)
listener.settimeout(20)
served = []
while len(served) < 40:
    served.append(listener.accept()[0])
    served[-1].recv(5)
    served[-1].sendall(b'welcome')
lines = [line.split() for line in open('/proc/net/netstat') if line.startswith('TcpExt:')]
cookies = int(dict(zip(*lines))['SyncookiesRecv'])
print('served', len(served), 'with cookies' if cookies > 0 else 'without cookies')
")";
  const std::string callers = R"(sleep 0.5; exec python3 -c "
import asyncio
async def call(number):
    await asyncio.sleep(number / 100)
    reader, writer = await asyncio.open_connection('10.1.0.1', 8000)
    writer.write(b'hello')
    return await reader.readexactly(7)
async def all():
    return await asyncio.gather(*[call(number) for number in range(40)], return_exceptions=True)
print(sum(answer == b'welcome' for answer in asyncio.run(all())), 'welcome')
")";
  for (const std::string identity : {"bpf", "both"}) {
    INFO("identity " << identity);
    std::string text = experiment(Has::kBoth, "identity = \"" + identity + "\"\n", server, callers);
    const std::string group = "nodes = 2\n";
    text.insert(text.find(group) + group.size(), "delay = \"50ms\"\n");
    LabRun lab(text);
    const CommandResult result = lab.run();
    INFO(result.out << result.err << lab.node_file("a", "stderr") << lab.node_file("b", "stderr"));
    CHECK(lab.node_file("a") == "served 40 with cookies\n");
    CHECK(lab.node_file("b") == "40 welcome\n");
  }
}
