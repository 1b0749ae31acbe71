// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/tcp_time.hh"

#include <doctest/doctest.h>

namespace pleat {
namespace {

using namespace std::chrono_literals;

PipeProfile link(uint64_t bits_per_second, Duration delay) {
  PipeProfile pipe;
  pipe.rate.bits_per_second = bits_per_second;
  pipe.delay = delay;
  return pipe;
}
PipeProfile unlimited(Duration delay) {
  PipeProfile pipe;
  pipe.delay = delay;
  return pipe;
}

constexpr uint32_t kTwoSegments = 2 * 1448;  // 1,500 - 52

TEST_CASE("without rates the handshake takes two ways, and the data a third") {
  const Way there{unlimited(10ms), unlimited(5ms), 30ms},
      back{unlimited(1ms), unlimited(2ms), 30ms};
  for (const bool pipes : {true, false}) {
    const TcpTime time = tcp_time(there, back, Family::kIpv4, 1500, kTwoSegments, pipes);
    CHECK(time.handshake == 78ms);
    CHECK(time.whole == 123ms);
  }
}

TEST_CASE("in pipes every packet pays for every link, and waits for the one before") {
  const Way there{link(1'000'000, 20ms), unlimited(0ms), 0ms};
  const Way back{unlimited(20ms), link(100'000, 0ms), 0ms};
  const TcpTime time = tcp_time(there, back, Family::kIpv4, 1500, kTwoSegments, true);
  // A SYN of 60 bytes: 0.48 ms at 1 Mbit/s. Back: 4.8 ms at 0.1 Mbit/s.
  CHECK(time.handshake == 20ms + 480us + 20ms + 4800us);
  // The acknowledgement's 52 bytes, and 1,500 twice.
  CHECK(time.whole == time.handshake + 416us + 12ms + 12ms + 20ms);
}

TEST_CASE("of two slow links the packets fill both at the same time") {
  const Way there{link(1'000'000, 0ms), link(500'000, 0ms), 0ms}, back;
  const TcpTime time = tcp_time(there, back, Family::kIpv4, 1500, kTwoSegments, true);
  // The acknowledgement has left both when the first segment comes to the second link.
  CHECK(time.whole == time.handshake + 416us + 12ms + 24ms + 24ms);
}

TEST_CASE("token buckets let a packet go that finds them idle, and the next when that is paid") {
  const Way there{link(1'000'000, 20ms), unlimited(0ms), 0ms}, back{unlimited(20ms), {}, 0ms};
  const TcpTime time = tcp_time(there, back, Family::kIpv4, 1500, kTwoSegments, false);
  CHECK(time.handshake == 40ms);
  // They have saved up 1 ms, of which the acknowledgement takes 0.416 ms. So the first segment
  // leaves at once, and the second 0.584 ms before the first one's 12 ms are over.
  CHECK(time.whole == 40ms + 12ms - 584us + 20ms);
}

TEST_CASE("IPv6 has 20 bytes more in each packet, and 20 less for the data") {
  const Way there{link(1'000'000, 0ms), unlimited(0ms), 0ms}, back;
  const TcpTime time = tcp_time(there, back, Family::kIpv6, 1500, kTwoSegments, true);
  CHECK(time.handshake == 640us);
  // The third packet has the 40 bytes that did not fit: 112 in all.
  CHECK(time.whole == 640us + 576us + 12ms + 12ms + 896us);
}

}  // namespace
}  // namespace pleat
