// SPDX-License-Identifier: Apache-2.0
#include "tests/preload/cases/peer.hh"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "tests/preload/cases/case.hh"

namespace pleat::cases {
namespace {

int accept_stream(int listener) {
  Address from;
  const int fd = must(accept(listener, from.get(), &from.length), "accept");
  say("called over TCP from %s", from.ip().c_str());
  return fd;
}

// False when the stream is over.
bool serve_stream(int fd) {
  char buffer[4096];
  const ssize_t size = recv(fd, buffer, sizeof buffer, 0);
  if (size <= 0) return false;
  std::string answer(buffer, static_cast<std::size_t>(size));
  const bool is_http = answer.starts_with("GET ");
  if (is_http) answer = "HTTP/1.0 200 OK\r\n\r\nyou are " + peer_name(fd).ip() + "\n";
  must(static_cast<int>(send(fd, answer.data(), answer.size(), MSG_NOSIGNAL)), "send");
  return !is_http;
}

void serve_datagram(int fd) {
  char buffer[256];
  Address from;
  const ssize_t size = recvfrom(fd, buffer, sizeof buffer, 0, from.get(), &from.length);
  must(static_cast<int>(size), "recvfrom");
  say("called over UDP from %s", from.ip().c_str());
  sendto(fd, buffer, static_cast<std::size_t>(size), 0, from.get(), from.length);
}

int open_ipv6(int type, in_port_t port) {
  const int fd = open_socket(AF_INET6, type);
  const int on = 1;
  must(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on), "IPV6_V6ONLY");
  bind_to(fd, "::", port);
  return fd;
}

}  // namespace

int serve() {
  const int listener = listen_at("0.0.0.0", kTcpPort);
  const int listener6 = open_ipv6(SOCK_STREAM, kTcpPort);
  must(listen(listener6, 5), "listen");
  const int datagrams = open_socket(AF_INET, SOCK_DGRAM);
  bind_to(datagrams, "0.0.0.0", kUdpPort);
  const int datagrams6 = open_ipv6(SOCK_DGRAM, kUdpPort);
  say("ready");
  // Calls are answered in this order, what remains when the input ends as well.
  std::vector<pollfd> waiting;
  for (const int fd : {listener, listener6, datagrams, datagrams6, STDIN_FILENO}) {
    waiting.push_back({fd, POLLIN, 0});
  }
  while (true) {
    must(poll(waiting.data(), waiting.size(), -1), "poll");
    const auto ready = std::find_if(waiting.begin(), waiting.end(),
                                    [](const pollfd& entry) { return entry.revents != 0; });
    const int fd = ready->fd;
    if (fd == STDIN_FILENO) return 0;
    if (fd == listener || fd == listener6) {
      waiting.insert(waiting.end() - 1, {accept_stream(fd), POLLIN, 0});
    } else if (fd == datagrams || fd == datagrams6) {
      serve_datagram(fd);
    } else if (!serve_stream(fd)) {
      close(fd);
      waiting.erase(ready);
    }
  }
}

}  // namespace pleat::cases
