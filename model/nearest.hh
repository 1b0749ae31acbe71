// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pleat {

// The candidate that was probably meant by `word`: the nearest by edit distance (insertions,
// deletions, replacements and swaps of neighbours), if it is near enough, else empty.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// A hint: `did you mean "delay"?`, or where nothing is near, `<known> a, b, c` with a few of the
// candidates.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates,
                         std::string_view known);

}  // namespace pleat
