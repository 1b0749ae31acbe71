// SPDX-License-Identifier: Apache-2.0
#include "dilation/option.hh"

#include <asm/socket.h>
#include <doctest/doctest.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <vector>

namespace pleat {
namespace {

const Dilation kFourTimes = make_dilation(4'000'000, {0, 100 * kSecond, 0, 0, 0});

template <typename Value>
Value set(int level, int name, Value value) {
  std::byte bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  option_to_host(kFourTimes, option_kind(level, name), bytes, sizeof value);
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <typename Value>
Value get(int level, int name, Value value) {
  std::byte bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  option_to_node(kFourTimes, option_kind(level, name), bytes, sizeof value);
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

TEST_CASE("options that are no times stay as they are") {
  CHECK(option_kind(SOL_SOCKET, SO_SNDBUF) == OptionKind::kOther);
  CHECK(option_kind(IPPROTO_TCP, TCP_NODELAY) == OptionKind::kOther);
  CHECK(option_kind(IPPROTO_TCP, TCP_KEEPCNT) == OptionKind::kOther);
  CHECK(option_kind(IPPROTO_IP, TCP_KEEPIDLE) == OptionKind::kOther);
  CHECK(set(SOL_SOCKET, SO_SNDBUF, 1000) == 1000);
}

TEST_CASE("timeouts of sockets are spans") {
  const timeval host = set(SOL_SOCKET, SO_RCVTIMEO, timeval{1, 500'000});
  CHECK(host.tv_sec == 6);
  CHECK(host.tv_usec == 0);
  const timeval node = get(SOL_SOCKET, SO_SNDTIMEO_NEW, timeval{6, 4'000});
  CHECK(node.tv_sec == 1);
  CHECK(node.tv_usec == 501'000);
  CHECK(set(SOL_SOCKET, SO_LINGER, linger{1, 3}).l_linger == 12);
  CHECK(get(SOL_SOCKET, SO_LINGER, linger{1, 12}).l_linger == 3);
  CHECK(set(IPPROTO_TCP, TCP_USER_TIMEOUT, 250) == 1000);
  CHECK(set(IPPROTO_TCP, TCP_USER_TIMEOUT, -1) == -1);
}

TEST_CASE("keep-alive stays within the kernel's limit, and beyond it is refused as ever") {
  CHECK(set(IPPROTO_TCP, TCP_KEEPIDLE, 60) == 240);
  CHECK(set(IPPROTO_TCP, TCP_KEEPINTVL, 10'000) == 32'767);
  CHECK(set(IPPROTO_TCP, TCP_KEEPIDLE, 40'000) == 40'000);
  CHECK(set(IPPROTO_TCP, TCP_KEEPIDLE, 0) == 0);
}

TEST_CASE("what is set comes back") {
  for (const std::int64_t millionths : {1'000'001, 1'333'333, 2'500'000, 7'000'000}) {
    const Dilation dilation = make_dilation(millionths, {});
    for (int value = 0; value < 3000; ++value) {
      std::byte bytes[sizeof value];
      std::memcpy(bytes, &value, sizeof value);
      option_to_host(dilation, OptionKind::kSeconds, bytes, sizeof value);
      option_to_node(dilation, OptionKind::kSeconds, bytes, sizeof value);
      int again;
      std::memcpy(&again, bytes, sizeof again);
      REQUIRE(again == value);
    }
  }
}

TEST_CASE("a rate is divided by k, and no limit stays no limit") {
  CHECK(set(SOL_SOCKET, SO_MAX_PACING_RATE, std::uint32_t{4'000}) == 1'000);
  CHECK(set(SOL_SOCKET, SO_MAX_PACING_RATE, std::uint64_t{8'000'000'000}) == 2'000'000'000);
  CHECK(set(SOL_SOCKET, SO_MAX_PACING_RATE, ~std::uint32_t{0}) == ~std::uint32_t{0});
  CHECK(get(SOL_SOCKET, SO_MAX_PACING_RATE, std::uint32_t{1'000}) == 4'000);
  CHECK(get(SOL_SOCKET, SO_MAX_PACING_RATE, ~std::uint64_t{0}) == ~std::uint64_t{0});
}

TEST_CASE("TCP's own times and rates are the node's, as far as the program asks for them") {
  tcp_info info{};
  info.tcpi_rto = 800'000;
  info.tcpi_rtt = 80'000;
  info.tcpi_min_rtt = ~0u;  // not measured yet
  info.tcpi_snd_cwnd = 10;
  info.tcpi_delivery_rate = 1'000'000;
  info.tcpi_busy_time = 4'000;
  const tcp_info node = get(IPPROTO_TCP, TCP_INFO, info);
  CHECK(node.tcpi_rto == 200'000);
  CHECK(node.tcpi_rtt == 20'000);
  CHECK(node.tcpi_min_rtt == ~0u);
  CHECK(node.tcpi_snd_cwnd == 10);
  CHECK(node.tcpi_delivery_rate == 4'000'000);
  CHECK(node.tcpi_busy_time == 1'000);

  std::vector<std::byte> part(offsetof(tcp_info, tcpi_rtt) + 2);  // ends within a number
  std::memcpy(part.data(), &info, part.size());
  option_to_node(kFourTimes, OptionKind::kTcpInfo, part.data(), part.size());
  std::uint32_t rto;
  std::memcpy(&rto, part.data() + offsetof(tcp_info, tcpi_rto), sizeof rto);
  CHECK(rto == 200'000);
}

TEST_CASE("values that are too short are left for the kernel to refuse") {
  std::byte bytes[3] = {std::byte{1}, std::byte{2}, std::byte{3}};
  option_to_host(kFourTimes, OptionKind::kSeconds, bytes, sizeof bytes);
  CHECK(bytes[0] == std::byte{1});
  option_to_host(kFourTimes, OptionKind::kTimeval, nullptr, 0);
}

TEST_CASE("stamps on messages are instants of the node") {
  // 4 s after the start, which is at 100 s
  timespec stamps[3] = {{104, 0}, {0, 0}, {104, 0}};
  auto* bytes = reinterpret_cast<std::byte*>(stamps);
  stamp_to_node(kFourTimes, SOL_SOCKET, SO_TIMESTAMPING, bytes, sizeof stamps);
  CHECK(stamps[0].tv_sec == 101);
  CHECK(stamps[2].tv_sec == 104);  // the network card's clock is none of ours
  timeval stamp = {108, 400};
  stamp_to_node(kFourTimes, SOL_SOCKET, SO_TIMESTAMP, reinterpret_cast<std::byte*>(&stamp),
                sizeof stamp);
  CHECK(stamp.tv_sec == 102);
  CHECK(stamp.tv_usec == 100);
  timespec nothing = {0, 0};
  stamp_to_node(kFourTimes, SOL_SOCKET, SO_TIMESTAMPNS, reinterpret_cast<std::byte*>(&nothing),
                sizeof nothing);
  CHECK(nothing.tv_sec == 0);
  timespec other = {104, 0};
  stamp_to_node(kFourTimes, IPPROTO_IP, SO_TIMESTAMPNS, reinterpret_cast<std::byte*>(&other),
                sizeof other);
  CHECK(other.tv_sec == 104);
}

}  // namespace
}  // namespace pleat
