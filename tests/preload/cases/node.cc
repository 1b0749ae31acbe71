// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstring>

#include "tests/preload/cases/case.hh"

// Cases that run as nodes only: natively there is nothing to compare them with.
namespace pleat::cases {
namespace {

void listen_and_call_myself(const std::string& loopback) {
  const int listener = listen_at(loopback, 9000);
  const int family = Address(loopback, 9000).storage.ss_family;
  const int server = open_socket(family, SOCK_DGRAM);
  bind_to(server, loopback, 9000);
  say("listens");
  char byte;
  must(static_cast<int>(read(STDIN_FILENO, &byte, 1)), "read");
  const int caller = open_socket(family, SOCK_STREAM);
  connect_to(caller, loopback, 9000);
  Address from;
  must(accept(listener, from.get(), &from.length), "accept");
  say("reached %s", from.port() == own_name(caller).port() ? "myself" : "by somebody else");
}

PLEAT_CASE(node_on_loopback) { listen_and_call_myself("127.0.0.1"); }
PLEAT_CASE(node_on_ipv6_loopback) { listen_and_call_myself("::1"); }

PLEAT_CASE(node_looks_for_loopback) {
  for (const std::string ip : {"127.0.0.1", "127.0.0.7", "::1"}) {
    const Address to(ip, 9000);
    const int family = to.storage.ss_family;
    const int stream = open_socket(family, SOCK_STREAM);
    say("%s TCP: %s", ip.c_str(), outcome(connect(stream, to.get(), to.length)).c_str());
    const int datagrams = open_socket(family, SOCK_DGRAM);
    connect_to(datagrams, ip, 9000);
    must(static_cast<int>(send(datagrams, "", 0, 0)), "send");
    char byte;
    say("%s UDP: %s", ip.c_str(), outcome(recv(datagrams, &byte, 1, 0)).c_str());
  }
}

PLEAT_CASE(node_with_another_address) {
  const int stream = open_socket(AF_INET, SOCK_STREAM);
  bind_to(stream, there, 8000);
  say("bind TCP: %s", own_name(stream).ip().c_str());
  const int server = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(server, there, 8001);
  say("bind UDP: %s", own_name(server).ip().c_str());

  in_pktinfo info{};
  info.ipi_spec_dst = reinterpret_cast<sockaddr_in&>(Address(there, 0).storage).sin_addr;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof info)]{};
  Address to(here, 8001);
  msghdr message{};
  message.msg_name = to.get();
  message.msg_namelen = to.length;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* first = CMSG_FIRSTHDR(&message);
  first->cmsg_level = IPPROTO_IP;
  first->cmsg_type = IP_PKTINFO;
  first->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(first), &info, sizeof info);
  must(static_cast<int>(sendmsg(open_socket(AF_INET, SOCK_DGRAM), &message, 0)), "sendmsg");
  Address from;
  char byte;
  must(static_cast<int>(recvfrom(server, &byte, 1, 0, from.get(), &from.length)), "recvfrom");
  say("IP_PKTINFO: from %s", from.ip().c_str());
}

PLEAT_CASE(node_on_wildcard) {
  say("%s", own_name(listen_at("0.0.0.0", 8000)).text().c_str());
  const int datagrams = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(datagrams, "0.0.0.0", 8001);
  say("%s", own_name(datagrams).text().c_str());
  say("%s", own_name(listen_at("::", 8002)).text().c_str());
}

// What pleat-preload(7) states of a node with both families: a socket has one address.
PLEAT_CASE(node_with_both_families) {
  say("%s", own_name(listen_at("::", 8002)).text().c_str());
  const Address over_ipv4("::ffff:" + there, kUdpPort);
  const auto send = [](int fd, const Address& to) {
    return outcome(sendto(fd, "hello", 5, 0, to.get(), to.length));
  };
  const int bound = open_socket(AF_INET6, SOCK_DGRAM);
  bind_to(bound, "::", 8003);
  say("bound, over IPv4: %s", send(bound, over_ipv4).c_str());
  const int used = open_socket(AF_INET6, SOCK_DGRAM);
  send_to(used, there6, kUdpPort);
  receive(used);
  say("after IPv6, over IPv4: %s", send(used, over_ipv4).c_str());
  say("connect: %s", outcome(connect(used, over_ipv4.get(), over_ipv4.length)).c_str());
  const int other = open_socket(AF_INET6, SOCK_DGRAM);
  send_to(other, "::ffff:" + there, kUdpPort);
  receive(other);
  say("after IPv4, over IPv6: %s", send(other, Address(there6, kUdpPort)).c_str());
  const int elsewhere = open_socket(AF_INET6, SOCK_STREAM);
  bind_to(elsewhere, there6, 8005);
  say("bind to another: %s", own_name(elsewhere).ip().c_str());
}

PLEAT_CASE(node_without_address) {
  say("datagram socket: %s", outcome(socket(AF_INET, SOCK_DGRAM, 0)).c_str());
  const int stream = open_socket(AF_INET, SOCK_STREAM);
  const Address to(there, 9000);
  say("connect: %s", outcome(connect(stream, to.get(), to.length)).c_str());
  const Address wildcard("0.0.0.0", 9000);
  say("bind: %s", outcome(bind(stream, wildcard.get(), wildcard.length)).c_str());
  say("listen: %s", outcome(listen(stream, 5)).c_str());
}

// With the library but without BINDIP.
PLEAT_CASE(unpinned) {
  say("%s", own_name(listen_at("0.0.0.0", 8000)).text().c_str());
  for (const std::string& ip : {there, std::string("127.0.0.1")}) {
    const int fd = open_socket(AF_INET, SOCK_DGRAM);
    connect_to(fd, ip, 9);
    say("%s", own_name(fd).ip().c_str());
  }
}

}  // namespace
}  // namespace pleat::cases
