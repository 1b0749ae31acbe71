// SPDX-License-Identifier: Apache-2.0
// Sends datagrams as fast as the kernel takes them, never waits, and says what became of them.
//
//   send_burst FROM TO COUNT BYTES WAIT  sends COUNT datagrams of BYTES of IP each, and receives
//                                        until WAIT milliseconds after the last
//
// Prints "taken N blocked N told N delivered N": that the kernel took; that it refused because the
// socket buffer was full (EAGAIN); that it said it dropped (ENOBUFS); that arrived.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int kHeaders = 28;  // IP's and UDP's
constexpr in_port_t kPort = 5000;

sockaddr_in name_of(const char* address, in_port_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  if (::inet_pton(AF_INET, address, &name.sin_addr) != 1) {
    std::fprintf(stderr, "%s is no IPv4 address\n", address);
    std::exit(2);
  }
  return name;
}

// Bound to an address that need not be this host's.
int socket_at(const sockaddr_in& name) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) < 0) {
    std::perror("bind");
    std::exit(2);
  }
  return fd;
}

// Takes what is there.
long drain(int fd) {
  long count = 0;
  char datagram[65536];
  while (::recv(fd, datagram, sizeof datagram, MSG_DONTWAIT) >= 0) ++count;
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  const long bytes = argc == 6 ? std::atol(argv[4]) : 0;
  if (bytes < kHeaders) {
    std::fprintf(stderr, "usage: send_burst FROM TO COUNT BYTES WAIT, 28 bytes at least\n");
    return 2;
  }
  const sockaddr_in to = name_of(argv[2], kPort);
  const int receiver = socket_at(to);
  const int sender = socket_at(name_of(argv[1], 0));
  const int on = 1;
  ::setsockopt(sender, IPPROTO_IP, IP_RECVERR, &on, sizeof on);  // or ENOBUFS is kept from us

  const std::vector<char> datagram(static_cast<size_t>(bytes - kHeaders));
  long taken = 0, blocked = 0, told = 0, delivered = 0;
  for (long left = std::atol(argv[3]); left > 0; --left) {
    if (::sendto(sender, datagram.data(), datagram.size(), MSG_DONTWAIT,
                 reinterpret_cast<const sockaddr*>(&to), sizeof to) >= 0) {
      ++taken;
    } else if (errno == EAGAIN) {
      ++blocked;
    } else if (errno == ENOBUFS) {
      ++told;
    } else {
      std::perror("sendto");
      return 2;
    }
    delivered += drain(receiver);
  }
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(std::atol(argv[5]));
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd poller{.fd = receiver, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&poller, 1, static_cast<int>(left.count())) == 0) break;
    delivered += drain(receiver);
  }
  delivered += drain(receiver);
  std::printf("taken %ld blocked %ld told %ld delivered %ld\n", taken, blocked, told, delivered);
  return 0;
}
