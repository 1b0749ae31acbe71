// SPDX-License-Identifier: Apache-2.0
// Large numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace pleat::doctor {

std::string grouped(uint64_t count);  // "9,900"; "unlimited" from 10^15 on
// Three digits: "23.5 GB", "128 kB". Decimal units; "unlimited" from 10^15 on.
std::string rough_bytes(uint64_t bytes);

}  // namespace pleat::doctor
