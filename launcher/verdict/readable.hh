// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them: rounded to what matters, with their units.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/units.hh"

namespace pleat {

std::string readable(Duration span);                // "0.31 ms", "12.4 s", "3 min 25 s"
std::string readable_share(double share);           // 0.0123: "1.2 %"
std::string readable_count(uint64_t count);         // "1,203,456"
std::string readable_bytes(uint64_t bytes);         // "16.8 MB"
std::string readable_rate(double bits_per_second);  // "12.4 Mbit/s"

// "1 node", "2,750 nodes"
std::string counted(uint64_t count, std::string_view noun);

}  // namespace pleat
