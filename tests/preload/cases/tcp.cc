// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include "tests/preload/cases/case.hh"

namespace pleat::cases {
namespace {

PLEAT_CASE(tcp_client) {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  say("new: %s", own_name(fd).text().c_str());
  connect_to(fd, there, kTcpPort);
  say_ends(fd);
  echo(fd);
}

PLEAT_CASE(tcp_client_with_port) {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  bind_to(fd, "0.0.0.0", 5555);
  connect_to(fd, there, kTcpPort);
  say("%s", own_name(fd).text().c_str());
  echo(fd);
}

PLEAT_CASE(tcp_client_with_address) {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  bind_to(fd, here, 0);
  say("%s, port chosen: %d", own_name(fd).ip().c_str(), own_name(fd).port() != 0);
  connect_to(fd, there, kTcpPort);
  echo(fd);
}

PLEAT_CASE(tcp_client_nonblocking) {
  const int fd = open_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
  const Address to(there, kTcpPort);
  int result = connect(fd, to.get(), to.length);
  say("connect: %s", result == 0 ? "EINPROGRESS" : outcome(result).c_str());  // either is right
  pollfd writable{fd, POLLOUT, 0};
  must(poll(&writable, 1, -1), "poll");
  result = connect(fd, to.get(), to.length);
  say("again: %s", outcome(result).c_str());
  fcntl(fd, F_SETFL, 0);
  say_ends(fd);
  echo(fd);
}

PLEAT_CASE(tcp_client_over_ipv6_socket) {
  const int fd = open_socket(AF_INET6, SOCK_STREAM);
  say("new: %s", own_name(fd).text().c_str());
  connect_to(fd, "::ffff:" + there, kTcpPort);
  say_ends(fd);
  echo(fd);
}

PLEAT_CASE(tcp_fast_open) {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  const Address to(there, kTcpPort);
  must(static_cast<int>(sendto(fd, "hello", 5, MSG_FASTOPEN, to.get(), to.length)), "sendto");
  char buffer[16];
  say("echo of %zd bytes", recv(fd, buffer, sizeof buffer, 0));
  say_ends(fd);
}

PLEAT_CASE(tcp_server_on_wildcard) {
  const int listener = listen_at("0.0.0.0", 8000);
  say("listens at port %d", own_name(listener).port());
  call_and_accept(listener, here, 8000);
}

PLEAT_CASE(tcp_server_without_bind) {
  const int listener = open_socket(AF_INET, SOCK_STREAM);
  must(listen(listener, 5), "listen");
  const in_port_t port = own_name(listener).port();
  say("has a port: %d", port != 0);
  const int caller = open_socket(AF_INET, SOCK_STREAM);
  connect_to(caller, here, port);
  say("accepted from %s",
      peer_name(must(accept(listener, nullptr, nullptr), "accept")).ip().c_str());
}

PLEAT_CASE(tcp_server_on_dual_stack_wildcard) {
  const int listener = listen_at("::", 8000);
  say("listens at port %d", own_name(listener).port());
  call_and_accept(listener, here, 8000);
  call_and_accept(listener, "::ffff:" + here, 8000);
}

PLEAT_CASE(tcp_servers_of_both_families_side_by_side) {
  listen_at("0.0.0.0", 8000);
  const int v6 = open_socket(AF_INET6, SOCK_STREAM);
  const int on = 1;
  must(setsockopt(v6, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on), "IPV6_V6ONLY");
  bind_to(v6, "::", 8000);
  must(listen(v6, 5), "listen");
  say("port %d", own_name(v6).port());
  call_and_accept(v6, "::1", 8000);
}

PLEAT_CASE(tcp_on_loopback) {
  const int listener = listen_at("127.0.0.1", 9000);
  say("listens at %s", own_name(listener).text().c_str());
  call_and_accept(listener, "127.0.0.1", 9000);
}

PLEAT_CASE(tcp_on_loopback_over_ipv6_socket) {
  const int listener = listen_at("::ffff:127.0.0.1", 9000);
  say("listens at %s", own_name(listener).text().c_str());
  call_and_accept(listener, "127.0.0.1", 9000);
  call_and_accept(listener, "::ffff:127.0.0.1", 9000);
}

PLEAT_CASE(tcp_after_refusal_on_loopback) {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  const Address nobody("127.0.0.1", 9000);
  say("%s", outcome(connect(fd, nobody.get(), nobody.length)).c_str());
  connect_to(fd, there, kTcpPort);
  say_ends(fd);
  echo(fd);
}

PLEAT_CASE(tcp_bind_after_refusal) {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  const Address nobody("127.0.0.1", 9000);
  say("%s", outcome(connect(fd, nobody.get(), nobody.length)).c_str());
  bind_to(fd, "0.0.0.0", 0);
  say("port chosen: %d", own_name(fd).port() != 0);
}

PLEAT_CASE(tcp_after_disconnect) {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  connect_to(fd, there, kTcpPort);
  echo(fd);
  const sockaddr nowhere{AF_UNSPEC, {}};
  say("disconnect: %s", outcome(connect(fd, &nowhere, sizeof nowhere)).c_str());
  connect_to(fd, there, kTcpPort);
  echo(fd);
}

// To the kernel, 0.0.0.0 as a destination is this host.
PLEAT_CASE(tcp_to_the_wildcard) {
  const int listener = listen_at("127.0.0.1", 9100);
  const int caller = open_socket(AF_INET, SOCK_STREAM);
  Address to("0.0.0.0", 9100);
  say("%s", outcome(connect(caller, to.get(), to.length)).c_str());
  say("%s from %s", peer_name(caller).text().c_str(), own_name(caller).ip().c_str());
  close(caller);
  close(listener);
}

}  // namespace
}  // namespace pleat::cases
