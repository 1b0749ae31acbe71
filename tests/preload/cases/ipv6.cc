// SPDX-License-Identifier: Apache-2.0
#include <netinet/icmp6.h>
#include <unistd.h>

#include <cstring>

#include "tests/preload/cases/case.hh"

// A node with an IPv6 address, with or without an IPv4 address.
namespace pleat::cases {
namespace {

int v6only_of(int fd) {
  int value = -1;
  socklen_t length = sizeof value;
  must(getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &value, &length), "IPV6_V6ONLY");
  return value;
}

void make_v6only(int fd) {
  const int on = 1;
  must(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on), "IPV6_V6ONLY");
}

PLEAT_CASE(tcp6_client) {
  const int fd = open_socket(AF_INET6, SOCK_STREAM);
  say("new: %s, IPv6 only: %d", own_name(fd).text().c_str(), v6only_of(fd));
  connect_to(fd, there6, kTcpPort);
  say_ends(fd);
  echo(fd);
}

PLEAT_CASE(tcp6_client_with_port) {
  const int fd = open_socket(AF_INET6, SOCK_STREAM);
  bind_to(fd, "::", 5555);
  connect_to(fd, there6, kTcpPort);
  say("%s", own_name(fd).text().c_str());
  echo(fd);
}

PLEAT_CASE(tcp6_client_with_address) {
  const int fd = open_socket(AF_INET6, SOCK_STREAM);
  bind_to(fd, here6, 0);
  say("%s, port chosen: %d", own_name(fd).ip().c_str(), own_name(fd).port() != 0);
  connect_to(fd, there6, kTcpPort);
  echo(fd);
}

PLEAT_CASE(tcp6_fast_open) {
  const int fd = open_socket(AF_INET6, SOCK_STREAM);
  const Address to(there6, kTcpPort);
  must(static_cast<int>(sendto(fd, "hello", 5, MSG_FASTOPEN, to.get(), to.length)), "sendto");
  char buffer[16];
  say("echo of %zd bytes", recv(fd, buffer, sizeof buffer, 0));
  say_ends(fd);
}

PLEAT_CASE(tcp6_server_on_wildcard) {
  const int listener = listen_at("::", 8000);
  say("listens at port %d", own_name(listener).port());
  call_and_accept(listener, here6, 8000);
}

PLEAT_CASE(tcp6_server_of_ipv6_only) {
  const int listener = open_socket(AF_INET6, SOCK_STREAM);
  make_v6only(listener);
  bind_to(listener, "::", 8000);
  must(listen(listener, 5), "listen");
  call_and_accept(listener, here6, 8000);
}

PLEAT_CASE(tcp6_server_without_bind) {
  const int listener = open_socket(AF_INET6, SOCK_STREAM);
  must(listen(listener, 5), "listen");
  say("has a port: %d", own_name(listener).port() != 0);
  const int caller = open_socket(AF_INET6, SOCK_STREAM);
  connect_to(caller, here6, own_name(listener).port());
  say("accepted from %s",
      peer_name(must(accept(listener, nullptr, nullptr), "accept")).ip().c_str());
}

PLEAT_CASE(tcp6_on_loopback) {
  const int listener = listen_at("::1", 9000);
  say("listens at %s", own_name(listener).text().c_str());
  call_and_accept(listener, "::1", 9000);
}

PLEAT_CASE(tcp6_servers_of_both_families) {
  const int v4 = listen_at("0.0.0.0", 8000);
  const int v6 = open_socket(AF_INET6, SOCK_STREAM);
  make_v6only(v6);
  bind_to(v6, "::", 8000);
  must(listen(v6, 5), "listen");
  call_and_accept(v4, here, 8000);
  call_and_accept(v6, here6, 8000);
}

PLEAT_CASE(tcp6_after_refusal) {
  const int fd = open_socket(AF_INET6, SOCK_STREAM);
  for (const std::string& ip : {std::string("::1"), here6}) {
    const Address nobody(ip, 9999);
    say("%s", outcome(connect(fd, nobody.get(), nobody.length)).c_str());
  }
  connect_to(fd, there6, kTcpPort);
  say_ends(fd);
  echo(fd);
}

PLEAT_CASE(tcp6_after_refusal_over_ipv4) {
  const int fd = open_socket(AF_INET6, SOCK_STREAM);
  const Address nobody(here6, 9999);
  say("%s", outcome(connect(fd, nobody.get(), nobody.length)).c_str());
  connect_to(fd, "::ffff:" + there, kTcpPort);
  say_ends(fd);
  echo(fd);
}

PLEAT_CASE(tcp6_only_does_not_call_ipv4) {
  const int fd = open_socket(AF_INET6, SOCK_STREAM);
  make_v6only(fd);
  const Address to("::ffff:" + there, kTcpPort);
  say("%s", outcome(connect(fd, to.get(), to.length)).c_str());
  const int bound = open_socket(AF_INET6, SOCK_STREAM);
  bind_to(bound, here6, 5555);
  say("%s", outcome(connect(bound, to.get(), to.length)).c_str());
}

PLEAT_CASE(udp6_client) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM);
  say("new: %s, IPv6 only: %d", own_name(fd).text().c_str(), v6only_of(fd));
  send_to(fd, there6, kUdpPort);
  say("has a port: %d", own_name(fd).port() != 0);
  receive(fd);
  send_to(fd, there6, kUdpPort, "again");
  receive(fd);
}

PLEAT_CASE(udp6_client_connected) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM);
  connect_to(fd, there6, kUdpPort);
  say_ends(fd);
  echo(fd);
  disconnect(fd);
  say("has a port: %d", own_name(fd).port() != 0);
  send_to(fd, there6, kUdpPort);
  receive(fd);
}

PLEAT_CASE(udp6_over_ipv4) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM);
  for (int i = 0; i < 2; ++i) {
    send_to(fd, "::ffff:" + there, kUdpPort);
    receive(fd);
  }
  const int connected = open_socket(AF_INET6, SOCK_DGRAM);
  connect_to(connected, "::ffff:" + there, kUdpPort);
  say_ends(connected);
  echo(connected);
}

PLEAT_CASE(udp6_only_does_not_send_over_ipv4) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM);
  make_v6only(fd);
  const Address to("::ffff:" + there, kUdpPort);
  say("%s", outcome(sendto(fd, "", 0, 0, to.get(), to.length)).c_str());
  const int bound = open_socket(AF_INET6, SOCK_DGRAM);
  bind_to(bound, here6, 5555);
  say("%s", outcome(sendto(bound, "", 0, 0, to.get(), to.length)).c_str());
}

PLEAT_CASE(udp6_server_on_wildcard) {
  const int server = open_socket(AF_INET6, SOCK_DGRAM);
  bind_to(server, "::", 8001);
  const int client = open_socket(AF_INET6, SOCK_DGRAM);
  send_to(client, here6, 8001);
  const Address from = receive(server);
  say("from the client's port: %d", from.port() == own_name(client).port());
  send_to(server, from.ip(), from.port(), "answer");
  say("answered from port %d", receive(client).port());
}

PLEAT_CASE(udp6_on_loopback) {
  const int server = open_socket(AF_INET6, SOCK_DGRAM);
  bind_to(server, "::1", 9001);
  say("serves at %s", own_name(server).text().c_str());
  const int client = open_socket(AF_INET6, SOCK_DGRAM);
  send_to(client, "::1", 9001);
  const Address from = receive(server);
  say("from the client's port: %d", from.port() == own_name(client).port());
  send_to(server, from.ip(), from.port(), "answer");
  receive(client);
  connect_to(client, "::1", 9001);
  say_ends(client);
  disconnect(client);
  connect_to(client, there6, kUdpPort);
  say_ends(client);
  echo(client);
}

// Names the source by a control message of this type.
std::string send_from(int fd, const std::string& source, int type, Address to) {
  in6_pktinfo info{};
  info.ipi6_addr = reinterpret_cast<sockaddr_in6&>(Address(source, 0).storage).sin6_addr;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof info)]{};
  char text[] = "hello";
  iovec data{text, 5};
  msghdr message{};
  message.msg_name = to.get();
  message.msg_namelen = to.length;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* first = CMSG_FIRSTHDR(&message);
  first->cmsg_level = IPPROTO_IPV6;
  first->cmsg_type = type;
  first->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(first), &info, sizeof info);
  return outcome(sendmsg(fd, &message, 0));
}

PLEAT_CASE(udp6_naming_its_source) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM);
  for (const int type : {IPV6_PKTINFO, IPV6_2292PKTINFO}) {
    for (const std::string& source : {here6, std::string("::")}) {
      say("source %s: %s", source.c_str(),
          send_from(fd, source, type, Address(there6, kUdpPort)).c_str());
      receive(fd);
    }
  }
}

// In a lab, where the other address is local, too.
PLEAT_CASE(node_naming_another_source) {
  const int server = open_socket(AF_INET6, SOCK_DGRAM);
  bind_to(server, here6, 8001);
  for (const int type : {IPV6_PKTINFO, IPV6_2292PKTINFO}) {
    const int fd = open_socket(AF_INET6, SOCK_DGRAM);
    say("%s", send_from(fd, there6, type, Address(here6, 8001)).c_str());
    receive(server);
  }
}

PLEAT_CASE(icmp6_ping) {
  const int fd = open_socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6);
  say("new: %s", own_name(fd).text().c_str());
  for (const std::string& ip : {there6, here6}) {
    icmp6_hdr request{};
    request.icmp6_type = ICMP6_ECHO_REQUEST;
    const Address to(ip, 0);
    must(static_cast<int>(sendto(fd, &request, sizeof request, 0, to.get(), to.length)), "sendto");
    icmp6_hdr reply{};
    Address from;
    must(static_cast<int>(recvfrom(fd, &reply, sizeof reply, 0, from.get(), &from.length)),
         "recvfrom");
    say("reply of type %d from %s", reply.icmp6_type, from.ip().c_str());
  }
}

// A connect or a datagram to each, and what a host without the family says.
void say_unreachable(const std::string& ip) {
  const Address to(ip, kTcpPort);
  const int family = to.storage.ss_family;
  const int stream = open_socket(family, SOCK_STREAM);
  say("%s: TCP %s", ip.c_str(), outcome(connect(stream, to.get(), to.length)).c_str());
  const int datagrams = open_socket(family, SOCK_DGRAM);
  say("connected UDP %s", outcome(connect(datagrams, to.get(), to.length)).c_str());
  say("UDP %s", outcome(sendto(datagrams, "", 0, 0, to.get(), to.length)).c_str());
  const int other = open_socket(family, SOCK_STREAM);
  const Address local(ip, 0);
  say("bind %s", outcome(bind(other, local.get(), local.length)).c_str());
  say("Unix %s", outcome(connect(open_socket(AF_UNIX, SOCK_STREAM), to.get(), to.length)).c_str());
  say("closed %s", outcome(connect(-1, to.get(), to.length)).c_str());
  say("closed UDP %s", outcome(sendto(-1, "", 0, 0, to.get(), to.length)).c_str());
}

PLEAT_CASE(without_ipv6) {
  say_unreachable(there6);
  const int only = open_socket(AF_INET6, SOCK_STREAM);
  make_v6only(only);
  bind_to(only, "::", 8000);
  must(listen(only, 5), "listen");
  say("%s", outcome(connect(open_socket(AF_INET6, SOCK_STREAM), Address(here6, 8000).get(),
                            sizeof(sockaddr_in6)))
                .c_str());
  call_and_accept(only, "::1", 8000);
  const int unbound = open_socket(AF_INET6, SOCK_STREAM);
  make_v6only(unbound);
  must(listen(unbound, 5), "listen");
  const int caller = open_socket(AF_INET6, SOCK_STREAM);
  connect_to(caller, "::1", own_name(unbound).port());
  say("from %s", own_name(caller).ip().c_str());
}

PLEAT_CASE(without_ipv4) {
  say_unreachable(there);
  say_unreachable("::ffff:" + there);
  call_and_accept(listen_at("0.0.0.0", 8000), "127.0.0.1", 8000);
  const int unbound = open_socket(AF_INET, SOCK_STREAM);
  must(listen(unbound, 5), "listen");
  const int caller = open_socket(AF_INET, SOCK_STREAM);
  connect_to(caller, "127.0.0.1", own_name(unbound).port());
  say("from %s", own_name(caller).ip().c_str());
  const int datagrams = open_socket(AF_INET, SOCK_DGRAM);
  send_to(datagrams, "127.0.0.1", 9);
  say("from %s", own_name(datagrams).port() != 0 ? "a port" : "nowhere");
}

}  // namespace
}  // namespace pleat::cases
