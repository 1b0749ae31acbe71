// SPDX-License-Identifier: Apache-2.0
#include <net/if.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "tests/preload/cases/case.hh"

// Multicast, broadcast, and the interfaces that a socket is told to use.
namespace pleat::cases {
namespace {

constexpr int kUnicastIf6 = 76;  // IPV6_UNICAST_IF of <linux/in6.h>

in_addr ipv4(const std::string& ip) {
  return reinterpret_cast<sockaddr_in&>(Address(ip, 0).storage).sin_addr;
}

in6_addr ipv6(const std::string& ip) {
  return reinterpret_cast<sockaddr_in6&>(Address(ip, 0).storage).sin6_addr;
}

template <typename Value>
void say_set(const char* what, int fd, int level, int option, const Value& value) {
  say("%s: %s", what, outcome(setsockopt(fd, level, option, &value, sizeof value)).c_str());
}

// Joins and leaves again.
template <typename Value>
void say_joined(const char* what, int fd, int level, int join, int leave, const Value& value) {
  say_set(what, fd, level, join, value);
  say_set("left", fd, level, leave, value);
}

PLEAT_CASE(groups_of_ipv4) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  const auto link = static_cast<int>(if_nametoindex("eth0"));
  const auto join = [&](const char* what, const auto& value) {
    say_joined(what, fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, value);
  };
  join("anywhere", ip_mreq{ipv4("239.1.1.1"), ipv4("0.0.0.0")});
  join("at an address", ip_mreq{ipv4("239.1.1.1"), ipv4(here)});
  join("at an interface", ip_mreqn{ipv4("239.1.1.1"), ipv4("0.0.0.0"), link});
  say_joined("from a source", fd, IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, IP_DROP_SOURCE_MEMBERSHIP,
             ip_mreq_source{ipv4("239.1.1.1"), ipv4("0.0.0.0"), ipv4(there)});
  group_req any{};
  std::memcpy(&any.gr_group, Address("239.1.1.1", 0).get(), sizeof(sockaddr_in));
  say_joined("of any family", fd, IPPROTO_IP, MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, any);
  const auto refused = [](const char* what, int socket, const auto& value) {
    say_set(what, socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, value);
  };
  refused("at another's address", fd, ip_mreq{ipv4("239.1.1.1"), ipv4(there)});
  refused("at no interface", fd, ip_mreqn{ipv4("239.1.1.1"), ipv4("0.0.0.0"), 4711});
  refused("no group", fd, ip_mreq{ipv4(there), ipv4("0.0.0.0")});
  refused("too short", fd, ipv4("239.1.1.1"));
  const ip_mreq group{ipv4("239.1.1.1"), ipv4("0.0.0.0")};
  refused("TCP", open_socket(AF_INET, SOCK_STREAM), group);
  refused("closed", -1, group);
  refused("no socket", STDIN_FILENO, group);
  say("null: %s", outcome(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, nullptr, 8)).c_str());
}

PLEAT_CASE(groups_of_ipv6) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM);
  const auto join = [&](const char* what, const auto& value) {
    say_joined(what, fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP, value);
  };
  join("anywhere", ipv6_mreq{ipv6("ff02::1:2"), 0});
  join("at an interface", ipv6_mreq{ipv6("ff02::1:2"), if_nametoindex("eth0")});
  group_req any{};
  std::memcpy(&any.gr_group, Address("ff02::1:2", 0).get(), sizeof(sockaddr_in6));
  say_joined("of any family", fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, any);
  const auto refused = [](const char* what, int socket, const auto& value) {
    say_set(what, socket, IPPROTO_IPV6, IPV6_JOIN_GROUP, value);
  };
  refused("at no interface", fd, ipv6_mreq{ipv6("ff02::1:2"), 4711});
  refused("no group", fd, ipv6_mreq{ipv6(there6), 0});
  refused("too short", fd, ipv6("ff02::1:2"));
  const ipv6_mreq group{ipv6("ff02::1:2"), 0};
  refused("TCP", open_socket(AF_INET6, SOCK_STREAM), group);
  refused("IPv4", open_socket(AF_INET, SOCK_DGRAM), group);
  refused("closed", -1, group);
}

PLEAT_CASE(sends_to_groups) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  const auto send = [](int socket, const std::string& ip) {
    const Address to(ip, 5353);
    say("%s: %s", ip.c_str(), outcome(sendto(socket, "hello", 5, 0, to.get(), to.length)).c_str());
  };
  send(fd, "239.1.1.1");
  send(fd, "255.255.255.255");
  const int on = 1;
  must(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on), "SO_BROADCAST");
  send(fd, "255.255.255.255");
  send_to(fd, there, kUdpPort);
  receive(fd);
}

PLEAT_CASE(sends_to_a_group_of_a_missing_family) {
  Address to("ff02::1:2", 5353);
  say("%s", outcome(sendto(open_socket(AF_INET6, SOCK_DGRAM), "hello", 5, 0, to.get(), to.length))
                .c_str());
}

PLEAT_CASE(sends_to_groups_of_ipv6) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM);
  Address to("ff02::1:2", 5353);
  say("%ld bytes", sendto(fd, "hello", 5, 0, to.get(), to.length));
  reinterpret_cast<sockaddr_in6&>(to.storage).sin6_scope_id = if_nametoindex("eth0");
  say("%ld bytes", sendto(fd, "hello", 5, 0, to.get(), to.length));
  char text[] = "hello";
  iovec data[2]{{text, 5}, {text, 3}};
  msghdr message{};
  message.msg_name = to.get();
  message.msg_namelen = to.length;
  message.msg_iov = data;
  message.msg_iovlen = 2;
  say("%ld bytes", sendmsg(fd, &message, 0));
  mmsghdr both[2]{{message, 0}, {message, 0}};
  const int sent = sendmmsg(fd, both, 2, 0);
  say("%d messages of %u and %u", sent, both[0].msg_len, both[1].msg_len);
  message.msg_iov = reinterpret_cast<iovec*>(16);
  say("no parts there: %s", outcome(sendmsg(fd, &message, 0)).c_str());
  message.msg_iov = data;
  data[1] = {reinterpret_cast<void*>(16), 3};
  say("no data there: %s", outcome(sendmsg(fd, &message, 0)).c_str());
  say("no datagram there: %s",
      outcome(sendto(fd, reinterpret_cast<void*>(16), 5, 0, to.get(), to.length)).c_str());
  const std::vector<char> large(65528);
  say("too large: %s",
      outcome(sendto(fd, large.data(), large.size(), 0, to.get(), to.length)).c_str());
  say("TCP: %s", outcome(connect(open_socket(AF_INET6, SOCK_STREAM), to.get(), to.length)).c_str());
  say("closed: %s", outcome(sendto(-1, "hello", 5, 0, to.get(), to.length)).c_str());
  send_to(fd, there6, kUdpPort);
  receive(fd);
}

PLEAT_CASE(sockets_told_an_interface) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  const auto device = [fd](const char* name) {
    say("device '%s': %s", name,
        outcome(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name,
                           static_cast<socklen_t>(std::strlen(name))))
            .c_str());
  };
  for (const char* name : {"nothing", "lo", "", "eth0"}) device(name);
  const unsigned link = if_nametoindex("eth0");
  say_set("groups by index", fd, IPPROTO_IP, IP_MULTICAST_IF,
          ip_mreqn{{0}, {0}, static_cast<int>(link)});
  say_set("groups by address", fd, IPPROTO_IP, IP_MULTICAST_IF, ipv4(here));
  say_set("device by index", fd, SOL_SOCKET, SO_BINDTOIFINDEX, link);
  const int other = open_socket(AF_INET, SOCK_DGRAM);
  say_set("unicast", other, IPPROTO_IP, IP_UNICAST_IF, htonl(link));
  say_set("groups nowhere", other, IPPROTO_IP, IP_MULTICAST_IF, ip_mreqn{{0}, {0}, 4711});
  say_set("unicast nowhere", other, IPPROTO_IP, IP_UNICAST_IF, htonl(4711));
  send_to(fd, there, kUdpPort);
  receive(fd);
}

PLEAT_CASE(ipv6_sockets_told_an_interface) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM);
  const unsigned link = if_nametoindex("eth0");
  say_set("groups", fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, link);
  say_set("unicast", fd, IPPROTO_IPV6, kUnicastIf6, htonl(link));
  const int other = open_socket(AF_INET6, SOCK_DGRAM);
  say_set("groups nowhere", other, IPPROTO_IPV6, IPV6_MULTICAST_IF, 4711);
  say_set("unicast nowhere", other, IPPROTO_IPV6, kUnicastIf6, htonl(4711));
  send_to(fd, there6, kUdpPort);
  receive(fd);
}

// As a node only: hears what its neighbours send to a group?
PLEAT_CASE(node_listens_to_groups) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(fd, "0.0.0.0", 5353);
  const ip_mreq group{ipv4("239.1.1.1"), ipv4("0.0.0.0")};
  must(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), "join");
  const int fd6 = open_socket(AF_INET6, SOCK_DGRAM);
  bind_to(fd6, "::", 5353);
  const ipv6_mreq group6{ipv6("ff02::1:2"), 0};
  must(setsockopt(fd6, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group6, sizeof group6), "join");
  say("joined");
  char byte;
  must(static_cast<int>(read(STDIN_FILENO, &byte, 1)), "read");
  say("heard: %s", outcome(recv(fd, &byte, 1, MSG_DONTWAIT)).c_str());
  say("heard over IPv6: %s", outcome(recv(fd6, &byte, 1, MSG_DONTWAIT)).c_str());
}

PLEAT_CASE(node_calls_groups) {
  const int fd = open_socket(AF_INET, SOCK_DGRAM);
  const int on = 1;
  must(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on), "SO_BROADCAST");
  send_to(fd, "239.1.1.1", 5353);
  send_to(fd, "255.255.255.255", 5353);
  send_to(open_socket(AF_INET6, SOCK_DGRAM), "ff02::1:2", 5353);
  say("called");
}

}  // namespace
}  // namespace pleat::cases
