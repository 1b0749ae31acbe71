// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "dilation/dilation.hh"

// Socket options that are times or rates, and the times that come with messages.
//
// What is set comes back: with k > 1, a number that was multiplied by k and rounded up is, divided
// by k and rounded down, the same number. Values that the kernel refuses stay as they are.
namespace pleat {

enum class OptionKind {
  kOther,
  kTimeval,       // SO_RCVTIMEO, SO_SNDTIMEO
  kLinger,        // SO_LINGER
  kMilliseconds,  // TCP_USER_TIMEOUT
  kSeconds,       // TCP_KEEPIDLE, TCP_KEEPINTVL and others
  kRate,          // SO_MAX_PACING_RATE, bytes per second
  kTcpInfo,       // TCP_INFO, which is only asked
};
OptionKind option_kind(int level, int name) noexcept;

// Room for the longest value, kTcpInfo's aside.
constexpr std::size_t kLongestOption = 16;

// Changes `value`, of `size` bytes, in place; what is too short to be one is left as it is.
void option_to_host(const Dilation& dilation, OptionKind kind, std::byte* value,
                    std::size_t size) noexcept;
void option_to_node(const Dilation& dilation, OptionKind kind, std::byte* value,
                    std::size_t size) noexcept;

// When a message was received or sent (SO_TIMESTAMP and its like): the data of a control message
// of this level and type. What the network card says is left as it is.
void stamp_to_node(const Dilation& dilation, int level, int type, std::byte* data,
                   std::size_t size) noexcept;

}  // namespace pleat
