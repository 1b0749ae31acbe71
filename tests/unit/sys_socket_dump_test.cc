// SPDX-License-Identifier: Apache-2.0
#include "sys/socket_dump.hh"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstring>
#include <optional>
#include <stdexcept>

#include "sys/fd.hh"

using pleat::Fd;
using pleat::InternetSocket;

namespace {

uint32_t inode_of(const Fd& socket) {
  struct stat status;
  REQUIRE(::fstat(socket.get(), &status) == 0);
  return static_cast<uint32_t>(status.st_ino);
}

std::optional<InternetSocket> dumped(const Fd& socket) {
  std::optional<InternetSocket> found;
  pleat::visit_internet_sockets([&](const InternetSocket& seen) {
    if (seen.inode == inode_of(socket)) found = seen;
  });
  return found;
}

// A loopback address, and a port that the kernel chooses.
uint16_t bind_somewhere(const Fd& socket, int family) {
  sockaddr_in6 name{};
  socklen_t length = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (family == AF_INET6) {
    name.sin6_family = AF_INET6;
    name.sin6_addr = in6addr_loopback;
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    std::memcpy(&name, &v4, sizeof v4);
  }
  auto* any = reinterpret_cast<sockaddr*>(&name);
  REQUIRE(::bind(socket.get(), any, length) == 0);
  REQUIRE(::getsockname(socket.get(), any, &length) == 0);
  return ::ntohs(name.sin6_port);  // at the same place in both
}

}  // namespace

TEST_CASE("a listening TCP socket is seen with its address and port") {
  const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const uint16_t port = bind_somewhere(socket, AF_INET);
  REQUIRE(::listen(socket.get(), 1) == 0);
  const auto seen = dumped(socket);
  REQUIRE(seen);
  CHECK(seen->protocol == InternetSocket::Protocol::kTcp);
  CHECK_FALSE(seen->ipv6);
  CHECK(seen->local_port == port);
  CHECK(seen->local_bytes == std::array<uint8_t, 16>{127, 0, 0, 1});
}

TEST_CASE("a UDP socket is seen once it has a port") {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  CHECK_FALSE(dumped(socket));
  const uint16_t port = bind_somewhere(socket, AF_INET);
  const auto seen = dumped(socket);
  REQUIRE(seen);
  CHECK(seen->protocol == InternetSocket::Protocol::kUdp);
  CHECK(seen->local_port == port);
}

TEST_CASE("what a visitor throws comes out") {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  bind_somewhere(socket, AF_INET);
  const auto thrower = [](const InternetSocket&) { throw std::runtime_error("enough"); };
  CHECK_THROWS_WITH(pleat::visit_internet_sockets(thrower), "enough");
}
