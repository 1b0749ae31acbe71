// SPDX-License-Identifier: Apache-2.0
// What Run waits for, as keys of its epoll instance: nodes by their index, the rest above them.
#pragma once

#include <cstdint>

namespace pleat {

inline constexpr uint64_t kStreamKey = uint64_t{1} << 32;
inline constexpr uint64_t kSignalKey = kStreamKey + 1;
inline constexpr uint64_t kMarkKey = kStreamKey + 2;
inline constexpr uint64_t kStepKey = kStreamKey + 3;

}  // namespace pleat
