// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace pleat {

// One word for each value of an enumeration that counts from 0.
template <typename Enum, size_t kCount>
struct EnumNames {
  std::array<std::string_view, kCount> names;

  constexpr std::string_view name(Enum value) const { return names.at(static_cast<size_t>(value)); }
  constexpr std::optional<Enum> find(std::string_view name) const {
    for (size_t i = 0; i < kCount; ++i) {
      if (names[i] == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
  }
};

}  // namespace pleat
