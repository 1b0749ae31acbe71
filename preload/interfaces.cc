// SPDX-License-Identifier: Apache-2.0
#include "preload/interfaces.hh"

#include <cstring>

namespace pleat {

std::array<std::uint8_t, 6> link_address(const Identity& node) noexcept {
  std::array<std::uint8_t, 6> address{0x02};
  std::memcpy(&address[2], &node.loopback6.s6_addr32[3], sizeof(std::uint32_t));
  return address;
}

std::optional<unsigned> real_index(unsigned shown) noexcept {
  switch (shown) {
    case 0:
    case kLinkIndex: return 0;
    case kLoopbackIndex: return kLoopbackIndex;
    default: return std::nullopt;
  }
}

unsigned shown_index(const char* name) noexcept {
  if (std::strncmp(name, kLoopbackName, IFNAMSIZ) == 0) return kLoopbackIndex;
  if (std::strncmp(name, kLinkName, IFNAMSIZ) == 0) return kLinkIndex;
  return 0;
}

}  // namespace pleat
