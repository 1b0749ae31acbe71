// SPDX-License-Identifier: Apache-2.0
#include "dilation/option.hh"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "dilation/times.hh"

namespace pleat {
namespace {

// Applies `change` to the value at `data + offset`, if it is all there.
template <typename Value, typename Change>
void change(std::byte* data, std::size_t size, std::size_t offset, const Change& change) noexcept {
  if (size < offset + sizeof(Value)) return;
  Value value;
  std::memcpy(&value, data + offset, sizeof value);
  value = change(value);
  std::memcpy(data + offset, &value, sizeof value);
}

// The kernel's limit for keep-alive (MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL), beyond which it refuses.
constexpr int kLongestKeepAlive = 32767;

int whole_to_host(const Dilation& dilation, int value, int most) noexcept {
  if (value <= 0 || value > most) return value;
  return static_cast<int>(std::min<Nanoseconds>(dilation.host_span(value), most));
}

int whole_to_node(const Dilation& dilation, int value) noexcept {
  return value <= 0 ? value : static_cast<int>(dilation.node_span(value));
}

// Bytes per second of the node's time are fewer per second of the host's; all ones are no limit.
template <typename Rate>
Rate rate_to_host(const Dilation& dilation, Rate rate) noexcept {
  if (rate == std::numeric_limits<Rate>::max() || rate == 0) return rate;
  return static_cast<Rate>(std::max<Nanoseconds>(1, dilation.node_span_up(rate)));
}

template <typename Rate>
Rate rate_to_node(const Dilation& dilation, Rate rate) noexcept {
  constexpr Rate kNone = std::numeric_limits<Rate>::max();
  if (rate == kNone) return rate;
  const Nanoseconds node =
      divided_down(Nanoseconds{rate} * dilation.numerator, dilation.denominator);
  return static_cast<Rate>(std::min<Nanoseconds>(node, kNone - 1));
}

template <typename Value>
void info_time(const Dilation& dilation, std::byte* info, std::size_t size,
               std::size_t offset) noexcept {
  change<Value>(info, size, offset, [&](Value value) {
    // Of nothing measured yet the kernel says all ones.
    if (value == std::numeric_limits<Value>::max()) return value;
    return static_cast<Value>(dilation.node_span(value));
  });
}

void info_to_node(const Dilation& dilation, std::byte* info, std::size_t size) noexcept {
  for (const std::size_t offset :
       {offsetof(tcp_info, tcpi_rto), offsetof(tcp_info, tcpi_ato), offsetof(tcp_info, tcpi_rtt),
        offsetof(tcp_info, tcpi_rttvar), offsetof(tcp_info, tcpi_rcv_rtt),
        offsetof(tcp_info, tcpi_min_rtt), offsetof(tcp_info, tcpi_last_data_sent),
        offsetof(tcp_info, tcpi_last_ack_sent), offsetof(tcp_info, tcpi_last_data_recv),
        offsetof(tcp_info, tcpi_last_ack_recv)}) {
    info_time<std::uint32_t>(dilation, info, size, offset);
  }
  for (const std::size_t offset :
       {offsetof(tcp_info, tcpi_busy_time), offsetof(tcp_info, tcpi_rwnd_limited),
        offsetof(tcp_info, tcpi_sndbuf_limited)}) {
    info_time<std::uint64_t>(dilation, info, size, offset);
  }
  for (const std::size_t offset :
       {offsetof(tcp_info, tcpi_pacing_rate), offsetof(tcp_info, tcpi_max_pacing_rate),
        offsetof(tcp_info, tcpi_delivery_rate)}) {
    change<std::uint64_t>(info, size, offset,
                          [&](std::uint64_t rate) { return rate_to_node(dilation, rate); });
  }
}

int longest(OptionKind kind, const int seconds_limit) noexcept {
  return kind == OptionKind::kSeconds ? seconds_limit : std::numeric_limits<int>::max();
}

}  // namespace

OptionKind option_kind(int level, int name) noexcept {
  if (level == SOL_SOCKET) {
    switch (name) {
      case SO_RCVTIMEO_OLD:
      case SO_SNDTIMEO_OLD:
      case SO_RCVTIMEO_NEW:
      case SO_SNDTIMEO_NEW: return OptionKind::kTimeval;
      case SO_LINGER: return OptionKind::kLinger;
      case SO_MAX_PACING_RATE: return OptionKind::kRate;
      default: return OptionKind::kOther;
    }
  }
  if (level != IPPROTO_TCP) return OptionKind::kOther;
  switch (name) {
    case TCP_USER_TIMEOUT: return OptionKind::kMilliseconds;
    case TCP_KEEPIDLE:
    case TCP_KEEPINTVL:
    case TCP_LINGER2:
    case TCP_DEFER_ACCEPT: return OptionKind::kSeconds;
    case TCP_INFO: return OptionKind::kTcpInfo;
    default: return OptionKind::kOther;
  }
}

void option_to_host(const Dilation& dilation, OptionKind kind, std::byte* value,
                    std::size_t size) noexcept {
  switch (kind) {
    case OptionKind::kOther:
    case OptionKind::kTcpInfo: return;
    case OptionKind::kTimeval:
      return change<timeval>(value, size, 0,
                             [&](const timeval& span) { return span_to_host(dilation, span); });
    case OptionKind::kLinger:
      return change<linger>(value, size, 0, [&](const linger& old) {
        const int most = std::numeric_limits<int>::max();
        return linger{old.l_onoff, whole_to_host(dilation, old.l_linger, most)};
      });
    case OptionKind::kMilliseconds:
    case OptionKind::kSeconds:
      return change<int>(value, size, 0, [&](int number) {
        return whole_to_host(dilation, number, longest(kind, kLongestKeepAlive));
      });
    case OptionKind::kRate:  // of four bytes or eight
      if (size >= sizeof(std::uint64_t)) {
        return change<std::uint64_t>(
            value, size, 0, [&](std::uint64_t rate) { return rate_to_host(dilation, rate); });
      }
      return change<std::uint32_t>(
          value, size, 0, [&](std::uint32_t rate) { return rate_to_host(dilation, rate); });
  }
}

void option_to_node(const Dilation& dilation, OptionKind kind, std::byte* value,
                    std::size_t size) noexcept {
  switch (kind) {
    case OptionKind::kOther: return;
    case OptionKind::kTcpInfo: return info_to_node(dilation, value, size);
    case OptionKind::kTimeval:
      return change<timeval>(value, size, 0, [&](const timeval& span) {
        return timeval_of(dilation.node_span(nanoseconds(span)));
      });
    case OptionKind::kLinger:
      return change<linger>(value, size, 0, [&](const linger& old) {
        return linger{old.l_onoff, whole_to_node(dilation, old.l_linger)};
      });
    case OptionKind::kMilliseconds:
    case OptionKind::kSeconds:
      return change<int>(value, size, 0,
                         [&](int number) { return whole_to_node(dilation, number); });
    case OptionKind::kRate:
      if (size >= sizeof(std::uint64_t)) {
        return change<std::uint64_t>(
            value, size, 0, [&](std::uint64_t rate) { return rate_to_node(dilation, rate); });
      }
      return change<std::uint32_t>(
          value, size, 0, [&](std::uint32_t rate) { return rate_to_node(dilation, rate); });
  }
}

void stamp_to_node(const Dilation& dilation, int level, int type, std::byte* data,
                   std::size_t size) noexcept {
  if (level != SOL_SOCKET) return;
  // Where nothing was stamped it is 0, which is no instant.
  const auto to_node = [&](auto stamp) {
    return nanoseconds(stamp) == 0 ? stamp : instant_to_node(dilation, Clock::kRealtime, stamp);
  };
  switch (type) {
    case SO_TIMESTAMP_OLD:
    case SO_TIMESTAMP_NEW: return change<timeval>(data, size, 0, to_node);
    case SO_TIMESTAMPNS_OLD:
    case SO_TIMESTAMPNS_NEW:
    case SO_TIMESTAMPING_OLD:  // three; the first is the kernel's, the others are the card's
    case SO_TIMESTAMPING_NEW: return change<timespec>(data, size, 0, to_node);
    default: return;
  }
}

}  // namespace pleat
