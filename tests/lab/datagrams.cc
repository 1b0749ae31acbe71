// SPDX-License-Identifier: Apache-2.0
// Counts datagrams for the tests of loss and queues.
//
//   datagrams receive PORT                       counts until it is ended; prints the count so far,
//                                                and the time from the first to the last, whenever
//                                                0.5 s pass without a datagram
//   datagrams send ADDRESS PORT COUNT BYTES GAP  sends COUNT datagrams of BYTES payload, one every
//                                                GAP microseconds
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

sockaddr_in address(const char* ip, const char* port) {
  sockaddr_in result = {};
  result.sin_family = AF_INET;
  result.sin_port = htons(static_cast<uint16_t>(std::atoi(port)));
  inet_pton(AF_INET, ip, &result.sin_addr);
  return result;
}

int receive(const char* port) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  const int buffer = 64 << 20;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  const sockaddr_in own = address("0.0.0.0", port);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own) < 0) return 1;
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

int send(char** argv) {
  const sockaddr_in to = address(argv[2], argv[3]);
  const long count = std::atol(argv[4]);
  const std::vector<char> datagram(static_cast<size_t>(std::atol(argv[5])));
  const std::chrono::microseconds gap(std::atol(argv[6]));
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  auto due = std::chrono::steady_clock::now();
  for (long i = 0; i < count; ++i, due += gap) {
    std::this_thread::sleep_until(due);
    if (::sendto(fd, datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                 sizeof to) < 0) {
      std::perror("sendto");
      return 1;
    }
  }
  std::printf("sent %ld\n", count);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "receive") == 0) return receive(argv[2]);
  if (argc == 7 && std::strcmp(argv[1], "send") == 0) return send(argv);
  return 2;
}
