// SPDX-License-Identifier: Apache-2.0
#include "bench/pinger.hh"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>

#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/fd.hh"

namespace pleat::bench {

using namespace std::chrono_literals;

namespace {

Duration wall_time() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

class Pinger {
 public:
  explicit Pinger(const char* address)
      : fd_(check_call(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP), "create",
                       "a ping socket")) {
    const int on = 1;
    check_call(::setsockopt(fd_.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on), "set",
               "SO_TIMESTAMPNS");
    sockaddr_in name{};
    name.sin_family = AF_INET;
    check(::inet_pton(AF_INET, address, &name.sin_addr) == 1);
    check_call(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), "connect to",
               address);
  }

  void send(uint16_t sequence) const {
    struct {
      icmphdr header;
      Duration sent;
      char rest[kDataOfPing - sizeof(Duration)];
    } packet{};
    packet.header.type = ICMP_ECHO;
    packet.header.un.echo.sequence = htons(sequence);
    packet.sent = wall_time();
    check_call(::send(fd_.get(), &packet, sizeof packet, 0), "send", "a ping");
  }

  // The round trip of the next answer; nothing if none comes in time.
  std::optional<Duration> receive(Duration at_most) const {
    pollfd readable{fd_.get(), POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
    if (::poll(&readable, 1, static_cast<int>(milliseconds)) == 0) return std::nullopt;
    char packet[sizeof(icmphdr) + kDataOfPing];
    iovec data{packet, sizeof packet};
    alignas(cmsghdr) char control[128];
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    check_call(::recvmsg(fd_.get(), &message, 0), "receive", "a ping's answer");
    timespec arrived{};
    Duration sent;
    std::memcpy(&arrived, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof arrived);
    std::memcpy(&sent, packet + sizeof(icmphdr), sizeof sent);
    return std::chrono::seconds(arrived.tv_sec) + std::chrono::nanoseconds(arrived.tv_nsec) - sent;
  }

 private:
  Fd fd_;
};

}  // namespace

int ping(const char* address, int count, Duration interval) {
  const Pinger pinger(address);
  Duration next_time = monotonic_now();
  for (int sent = 0, answers = 0; answers < count;) {
    if (sent < count && monotonic_now() >= next_time) {
      pinger.send(static_cast<uint16_t>(sent++));
      next_time += interval;
    }
    const Duration left = sent < count ? next_time - monotonic_now() : 5s;
    if (const auto took = pinger.receive(std::max(left, Duration(0)))) {
      std::printf("%lld\n", static_cast<long long>(took->count()));
      ++answers;
    } else if (sent == count) {
      throw SystemError("see the answer to", "every ping", 0);
    }
  }
  return 0;
}

}  // namespace pleat::bench
