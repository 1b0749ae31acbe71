// SPDX-License-Identifier: Apache-2.0
#include "sys/socket_memory.hh"

#include <doctest/doctest.h>

#include "sys/file.hh"

namespace pleat {
namespace {

TEST_CASE("what had no memory for sockets is found among the kernel's counters") {
  const SocketMemory found = parse_socket_memory(
      "TcpExt: SyncookiesSent TCPAbortOnMemory TCPAbortOnLinger TCPMemoryPressures\n"
      "TcpExt: 1 22 3 44\n"
      "IpExt: InNoRoutes TCPAbortOnMemory\n"
      "IpExt: 5 6\n",
      "Udp: InDatagrams MemErrors\n"
      "Udp: 7 80\n"
      "UdpLite: InDatagrams MemErrors\n"
      "UdpLite: 9 1000\n",
      "Udp6InDatagrams                 \t11\n"
      "Udp6MemErrors                   \t3\n"
      "UdpLite6MemErrors               \t2000\n");
  CHECK(found == SocketMemory{.tcp_pressures = 44, .tcp_aborts = 22, .udp_drops = 83});
}

TEST_CASE("a kernel that does not count it, or a text that breaks off, has none") {
  CHECK(parse_socket_memory("", "", "") == SocketMemory{});
  CHECK(parse_socket_memory("TcpExt: A TCPAbortOnMemory\nTcpExt: 1\n", "Udp: MemErrors\n",
                            "Udp6MemErrors") == SocketMemory{});
}

TEST_CASE("the kernel that we are on uses these names") {
  const auto has = [](const char* file, const char* name) {
    return read_file(file).find(name) != std::string::npos;
  };
  CHECK(has("/proc/thread-self/net/netstat", " TCPMemoryPressures "));
  CHECK(has("/proc/thread-self/net/netstat", " TCPAbortOnMemory "));
  CHECK(has("/proc/thread-self/net/snmp", " MemErrors"));
}

}  // namespace
}  // namespace pleat
