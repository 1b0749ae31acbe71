// SPDX-License-Identifier: Apache-2.0
#include "preload/show.hh"

#include <algorithm>
#include <cstring>
#include <optional>

namespace pleat {
namespace {

template <typename Decision>
void show_by(Decision decision, const Identity& node, sockaddr* address, socklen_t capacity,
             socklen_t length) noexcept {
  if (capacity == 0 || length == 0) return;
  const std::optional<Name> shown = decision(node, name_from(address, capacity, length));
  if (shown) std::memcpy(address, &shown->v6, std::min(capacity, shown->length));
}

}  // namespace

void show_own_name(const Identity& node, sockaddr* address, socklen_t capacity,
                   socklen_t length) noexcept {
  show_by(own_name_to_show, node, address, capacity, length);
}

void show_any_peer(const Identity& node, sockaddr* address, socklen_t capacity,
                   socklen_t length) noexcept {
  show_by(peer_name_to_show, node, address, capacity, length);
}

}  // namespace pleat
