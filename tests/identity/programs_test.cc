// SPDX-License-Identifier: Apache-2.0
// The cgroup programs by themselves: both families, and nodes that have only one of them.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "identity/lab_cgroup.hh"
#include "identity/obstacle.hh"
#include "identity/programs.hh"
#include "launcher/doctor/trial.hh"
#include "sys/cgroup.hh"
#include "sys/error.hh"
#include "tests/skip.hh"

using namespace pleat;

namespace {

constexpr const char* kOutsider6 = "2001:db8::63";

constexpr const char* kNetwork =
    "set -e; ip link set lo up; ip route add local 10.0.0.0/8 dev lo; "
    "ip -6 route add local 2001:db8::/64 dev lo; ip -6 route add local fd50:6c65:6174::/96 dev lo; "
    "echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind";

struct Families {
  bool ipv4 = true;
  bool ipv6 = true;
};

// Node 10.1.0.1 and 2001:db8::a01:1, or what it has of them.
node_addresses node_with(Families families) {
  node_addresses addresses{};
  addresses.loopback4 = inet_addr("127.1.0.1");
  inet_pton(AF_INET6, "fd50:6c65:6174::a01:1", addresses.loopback6);
  if (families.ipv4) addresses.ip4 = inet_addr("10.1.0.1");
  if (families.ipv6) inet_pton(AF_INET6, "2001:db8::a01:1", addresses.ip6);
  return addresses;
}

union Name {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

Name name_of(const std::string& address, uint16_t port) {
  Name name{};
  if (address.find(':') == address.npos) {
    name.v4.sin_family = AF_INET;
    name.v4.sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &name.v4.sin_addr);
  } else {
    name.v6.sin6_family = AF_INET6;
    name.v6.sin6_port = htons(port);
    inet_pton(AF_INET6, address.c_str(), &name.v6.sin6_addr);
  }
  return name;
}

std::string text(const Name& name) {
  char result[INET6_ADDRSTRLEN] = {};
  if (name.any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &name.v4.sin_addr, result, sizeof result);
  } else {
    inet_ntop(AF_INET6, &name.v6.sin6_addr, result, sizeof result);
  }
  return result;
}

Fd new_socket(const Name& name, int type) { return Fd(::socket(name.any.sa_family, type, 0)); }

std::string own_name(const Fd& socket) {
  Name name{};
  socklen_t size = sizeof name;
  check_call(::getsockname(socket.get(), &name.any, &size), "getsockname");
  return text(name);
}

// Each says what became of it: an address, or the error's name.
std::string bound(const std::string& address, bool v6only = false) {
  const Name name = name_of(address, 0);
  const Fd socket = new_socket(name, SOCK_STREAM);
  const int on = 1;
  if (v6only) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(socket.get(), &name.any, sizeof name) < 0) return strerrorname_np(errno);
  return own_name(socket);
}

// A datagram socket's address once it is connected.
std::string connected(const std::string& address) {
  const Name name = name_of(address, 9);
  const Fd socket = new_socket(name, SOCK_DGRAM);
  if (::connect(socket.get(), &name.any, sizeof name) < 0) return strerrorname_np(errno);
  return own_name(socket);
}

// The source that an outsider sees of a datagram from a socket without an address.
std::string source_seen_by(const Fd& outsider, const std::string& address, uint16_t port) {
  const Name name = name_of(address, port);
  const Fd socket = new_socket(name, SOCK_DGRAM);
  if (::sendto(socket.get(), "x", 1, 0, &name.any, sizeof name) < 0) return strerrorname_np(errno);
  char byte = 0;
  Name source{};
  socklen_t size = sizeof source;
  check_call(::recvfrom(outsider.get(), &byte, 1, MSG_DONTWAIT, &source.any, &size), "recvfrom");
  return text(source);
}

// What becomes of a datagram from a socket that is connected after its first one: it has a port by
// then, so that nothing can be bound any more, and the kernel gives it an address by its routes.
std::string sent_after_late_connect(const std::string& address, uint16_t port) {
  const Name name = name_of(address, port);
  const Fd socket = new_socket(name, SOCK_DGRAM);
  check_call(::sendto(socket.get(), "x", 1, 0, &name.any, sizeof name), "sendto");
  check_call(::connect(socket.get(), &name.any, sizeof name), "connect");
  const bool is_sent = ::send(socket.get(), "y", 1, 0) == 1;
  return "from " + own_name(socket) + ": " + (is_sent ? "sent" : strerrorname_np(errno));
}

// In a network of its own, as a process of the node; `before` it is one.
std::string in_node(
    Families families, const std::function<std::string()>& deed,
    const std::function<void()>& before = [] {}) {
  if (const auto obstacle = obstacle_to_cgroup_identity()) PLEAT_SKIP(*obstacle);
  CgroupPrograms programs(1);
  LabCgroup lab;
  programs.attach(lab.fd());
  programs.add(lab.make_node(0), node_with(families));
  const doctor::Attempt attempt = doctor::try_in_child([&] {
    check_call(::unshare(CLONE_NEWNET), "unshare");
    if (std::system(kNetwork) != 0) throw SystemError("make", "the network", 0);
    before();
    if (!join_cgroup(open_cgroup(node_cgroup(lab.folder(), 0)))) fail("join", "the node");
    return deed();
  });
  INFO(attempt.text);
  CHECK(attempt.worked());
  return attempt.text;
}

}  // namespace

TEST_CASE("the kernel tells what a node's cgroup has used and how long it has waited") {
  if (const auto obstacle = obstacle_to_cgroup_identity()) PLEAT_SKIP(*obstacle);
  if (!std::filesystem::exists("/proc/pressure/cpu")) PLEAT_SKIP("this kernel counts no pressure");
  LabCgroup lab;
  lab.make_node(0);
  const LabCgroupShare share(lab.folder());
  CHECK_FALSE(share.processor_pressure(1));
  CHECK_FALSE(share.processor_usage(1));
  CHECK(share.processor_usage(0) == std::chrono::nanoseconds(0));
  // Two processes that want the same processor for a while.
  const doctor::Attempt attempt = doctor::try_in_child([&] {
    if (!join_cgroup(share.open_node(0))) fail("join", "the node");
    return std::to_string(
        std::system("p=$(taskset -cp $$ | sed 's/.*[ ,-]//'); for i in 1 2; do "
                    "timeout 0.5 taskset -c $p sh -c 'while :; do :; done' & done; wait"));
  });
  CHECK(attempt.text == "0");
  REQUIRE(share.processor_usage(0));
  REQUIRE(share.processor_pressure(0));
  CHECK(*share.processor_usage(0) > std::chrono::milliseconds(100));
  CHECK(*share.processor_pressure(0) > std::chrono::milliseconds(50));
}

TEST_CASE("bind gives a node's sockets its addresses, whatever they ask for") {
  const std::string result = in_node({}, [] {
    return bound("10.9.9.9") + " " + bound("0.0.0.0") + " " + bound("127.7.7.7") + " " +
           bound("2001:db8::9") + " " + bound("::") + " " + bound("::1") + " " +
           bound("::ffff:10.9.9.9");
  });
  CHECK(result ==
        "10.1.0.1 10.1.0.1 127.0.0.1 2001:db8::a01:1 2001:db8::a01:1 ::1 ::ffff:10.1.0.1");
}

TEST_CASE("what the library has bound to own loopback stays there") {
  const std::string result = in_node({}, [] {
    return bound("127.1.0.1") + " " + bound("fd50:6c65:6174::a01:1") + " " +
           connected("fd50:6c65:6174::a01:1");
  });
  CHECK(result == "127.0.0.1 ::1 ::1");
}

TEST_CASE("connect gives a node's sockets an address of the peer's family") {
  const std::string result = in_node({}, [] {
    return connected("10.9.9.9") + " " + connected("127.7.7.7") + " " + connected("2001:db8::9") +
           " " + connected("::1") + " " + connected("::ffff:10.9.9.9") + " " +
           connected("::ffff:127.0.0.1");
  });
  CHECK(result == "10.1.0.1 127.0.0.1 2001:db8::a01:1 ::1 ::ffff:10.1.0.1 ::ffff:127.0.0.1");
}

TEST_CASE("a datagram without a bind before it carries the node's IPv6 address") {
  Fd outsider;
  const std::string result = in_node(
      {}, [&] { return source_seen_by(outsider, kOutsider6, 99); },
      [&] {
        const Name name = name_of(kOutsider6, 99);
        outsider = new_socket(name, SOCK_DGRAM);
        check_call(::bind(outsider.get(), &name.any, sizeof name), "bind");
      });
  CHECK(result == "2001:db8::a01:1");
}

TEST_CASE("an address that the kernel has chosen for a socket is not one to send from") {
  const std::string result = in_node(
      {},
      [] {
        return sent_after_late_connect("10.9.9.9", 9) + ", " +
               sent_after_late_connect(kOutsider6, 9);
      },
      [] { REQUIRE(std::system("ip address add 2001:db8::63/128 dev lo nodad") == 0); });
  CHECK(result == "from 10.9.9.9: EPERM, from 2001:db8::63: EPERM");
}

TEST_CASE("a node without IPv6 has none, but for its loopback") {
  const std::string result = in_node({.ipv6 = false}, [] {
    return bound("::") + " " + bound("::", true) + " " + bound("2001:db8::9") + " " +
           connected("2001:db8::9") + " " + connected("::1");
  });
  CHECK(result == "::ffff:10.1.0.1 ::1 EADDRNOTAVAIL ENETUNREACH ::1");
}

TEST_CASE("a node without IPv4 has none, but for its loopback") {
  const std::string result = in_node({.ipv4 = false}, [] {
    return bound("0.0.0.0") + " " + bound("10.9.9.9") + " " + connected("10.9.9.9") + " " +
           connected("127.0.0.1") + " " + bound("::");
  });
  CHECK(result == "127.0.0.1 EADDRNOTAVAIL ENETUNREACH 127.0.0.1 2001:db8::a01:1");
}
