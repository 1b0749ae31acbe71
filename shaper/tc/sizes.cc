// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/sizes.hh"

#include <algorithm>
#include <limits>

namespace pleat::tc {
namespace {

constexpr uint32_t kNoLimit = std::numeric_limits<uint32_t>::max();

// An acknowledgement: 20 bytes of IP, 20 of TCP, 12 of time stamps.
constexpr uint64_t kSmallPacket = 52;
// What the kernel takes for a packet of 1,500 bytes: a buffer of 2,048 and its description. Larger
// ones have as much beside their bytes.
constexpr uint64_t kPacketMemory = 2'304;
constexpr uint64_t kMemoryBesideBytes = kPacketMemory - 1'500;
// A stage that expects nothing has room for a burst all the same.
constexpr uint64_t kLeastPackets = 1'000;

uint32_t clamped(uint64_t value) {
  return static_cast<uint32_t>(std::min<uint64_t>(value, kNoLimit));
}

}  // namespace

uint64_t htb_rate(Rate rate) {
  return rate.unlimited() ? kUnlimitedBytesPerSecond : rate.bits_per_second / 8;
}

uint32_t htb_burst(Rate rate) {
  constexpr auto kPerSecond = static_cast<uint64_t>(std::chrono::seconds(1) / kTimerSlack);
  return clamped(std::max<uint64_t>(htb_rate(rate) / kPerSecond, 1));
}

std::optional<std::variant<ByteFifo, PacketFifo>> queue(Rate rate, QueueLimit limit) {
  if (rate.unlimited()) return std::nullopt;
  if (limit.packets != 0) return PacketFifo{std::max<uint32_t>(limit.packets - 1, 1)};
  return ByteFifo{limit.bytes == 0 ? kNoLimit : clamped(limit.bytes)};
}

uint32_t delay_limit(Rate rate, Duration delay, uint32_t mtu, ByteCount memory) {
  const uint64_t largest = std::max(kPacketMemory, mtu + kMemoryBesideBytes);
  const uint64_t affordable = std::max(memory.bytes / largest, kLeastPackets);
  if (rate.unlimited()) return clamped(affordable);
  const double seconds = in_seconds(delay);
  const double bytes = static_cast<double>(rate.bits_per_second) / 8 * seconds;
  const double packets = bytes / static_cast<double>(kSmallPacket) + kLeastPackets;
  if (packets >= static_cast<double>(affordable)) return clamped(affordable);
  return static_cast<uint32_t>(packets);
}

Probability either(Probability a, Probability b) {
  if (a.value == 0) return b;
  if (b.value == 0) return a;
  return {1 - (1 - a.value) * (1 - b.value)};
}

}  // namespace pleat::tc
