// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

namespace pleat {

inline constexpr size_t kLongestName = 63;
inline constexpr std::string_view kNameAdvice =
    "use letters, digits, \"-\", \"_\" and \".\", beginning with a letter";

// Groups and nodes of Pleat's own begin so (launcher/verify/probe_nodes.hh), and no others.
inline constexpr std::string_view kReservedNames = "pleat-";

// A name becomes part of a folder's and a host's name. Beginning with a letter, it is no address
// and no option. Its length is another question.
inline bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto may_be_in_name = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), may_be_in_name);
}

}  // namespace pleat
