// SPDX-License-Identifier: Apache-2.0
#include "preload/show.hh"

#include <algorithm>
#include <cstring>

#include "preload/program_memory.hh"

namespace pleat {

socklen_t name_capacity(const sockaddr* address, const socklen_t* length) noexcept {
  return is_plausible(address) && is_readable(length, sizeof *length) ? *length : 0;
}

void show_name(const Identity& node, Show show, sockaddr* address, socklen_t capacity,
               socklen_t length) noexcept {
  if (capacity == 0 || length == 0) return;
  const std::optional<Name> shown = show(node, name_from(address, capacity, length));
  if (shown) std::memcpy(address, &shown->v6, std::min(capacity, shown->length));
}

}  // namespace pleat
