// SPDX-License-Identifier: Apache-2.0
// Counts datagrams for the tests of loss and queues.
//
//   datagrams receive PORT [OWN]   counts until it is ended; prints the count so far, and the time
//                                  from the first to the last, whenever 0.5 s pass without a
//                                  datagram
//   datagrams send ADDRESS PORT COUNT BYTES GAP [OWN]
//                                  sends COUNT datagrams of BYTES payload, one every GAP
//                                  microseconds
//   datagrams ask ADDRESS PORT [OWN]
//                                  sends one, waits for 2 s at most; prints what came of it
//
// Addresses are of either family. OWN is for who runs it without a node's identity.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

struct Name {
  sockaddr_storage storage = {};
  socklen_t bytes = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Name name(const char* ip, const char* port) {
  const uint16_t number = htons(static_cast<uint16_t>(std::atoi(port)));
  Name result;
  if (std::strchr(ip, ':') != nullptr) {
    auto* ipv6 = reinterpret_cast<sockaddr_in6*>(&result.storage);
    ipv6->sin6_family = AF_INET6;
    ipv6->sin6_port = number;
    inet_pton(AF_INET6, ip, &ipv6->sin6_addr);
    result.bytes = sizeof *ipv6;
  } else {
    auto* ipv4 = reinterpret_cast<sockaddr_in*>(&result.storage);
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = number;
    inet_pton(AF_INET, ip, &ipv4->sin_addr);
    result.bytes = sizeof *ipv4;
  }
  return result;
}

int receive(const char* port, const char* own_address) {
  const Name own = name(own_address, port);
  const int fd = ::socket(own.get()->sa_family, SOCK_DGRAM, 0);
  const int buffer = 64 << 20;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (::bind(fd, own.get(), own.bytes) < 0) return 1;
  std::puts("ready");
  std::fflush(stdout);
  long count = 0;
  std::chrono::steady_clock::time_point first, last;
  for (;;) {
    pollfd poller{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&poller, 1, 500) == 0) {
      const std::chrono::duration<double> span = last - first;
      std::printf("received %ld in %.6f s\n", count, span.count());
      std::fflush(stdout);
      continue;
    }
    char datagram[65536];
    if (::recv(fd, datagram, sizeof datagram, 0) < 0) continue;
    last = std::chrono::steady_clock::now();
    if (count++ == 0) first = last;
  }
}

// For what is sent to `to`; -1 where it cannot be `own_address`'s.
int sender_socket(const Name& to, const char* own_address) {
  const int fd = ::socket(to.get()->sa_family, SOCK_DGRAM, 0);
  if (own_address == nullptr) return fd;
  const Name own = name(own_address, "0");
  return ::bind(fd, own.get(), own.bytes) < 0 ? -1 : fd;
}

int send(char** argv, const char* own_address) {
  const Name to = name(argv[2], argv[3]);
  const long count = std::atol(argv[4]);
  const std::vector<char> datagram(static_cast<size_t>(std::atol(argv[5])));
  const std::chrono::microseconds gap(std::atol(argv[6]));
  const int fd = sender_socket(to, own_address);
  if (fd < 0) return 1;
  auto due = std::chrono::steady_clock::now();
  for (long i = 0; i < count; ++i, due += gap) {
    std::this_thread::sleep_until(due);
    if (::sendto(fd, datagram.data(), datagram.size(), 0, to.get(), to.bytes) < 0) {
      std::perror("sendto");
      return 1;
    }
  }
  std::printf("sent %ld\n", count);
  return 0;
}

int ask(char** argv, const char* own_address) {
  const Name to = name(argv[2], argv[3]);
  const int fd = sender_socket(to, own_address);
  if (fd < 0 || ::connect(fd, to.get(), to.bytes) < 0) return 1;
  const auto begin = std::chrono::steady_clock::now();
  if (::send(fd, "", 1, 0) < 0) return 1;
  pollfd poller{.fd = fd, .events = POLLIN, .revents = 0};
  char answer = 0;
  const bool is_silent = ::poll(&poller, 1, 2000) == 0;
  const char* outcome = is_silent                        ? "silence"
                        : ::recv(fd, &answer, 1, 0) >= 0 ? "an answer"
                        : errno == ECONNREFUSED          ? "refused"
                                                         : "another error";
  const std::chrono::duration<double, std::milli> span = std::chrono::steady_clock::now() - begin;
  std::printf("%s after %.3f ms\n", outcome, span.count());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool receives = argc > 1 && std::strcmp(argv[1], "receive") == 0;
  if (receives && argc == 3) return receive(argv[2], "0.0.0.0");
  if (receives && argc == 4) return receive(argv[2], argv[3]);
  const bool sends = argc > 1 && std::strcmp(argv[1], "send") == 0;
  if (sends && (argc == 7 || argc == 8)) return send(argv, argc == 8 ? argv[7] : nullptr);
  const bool asks = argc > 1 && std::strcmp(argv[1], "ask") == 0;
  if (asks && (argc == 4 || argc == 5)) return ask(argv, argc == 5 ? argv[4] : nullptr);
  return 2;
}
