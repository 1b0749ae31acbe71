// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/icmpv6_error.hh"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "shaper/engine/checksum.hh"
#include "shaper/engine/frame.hh"
#include "shaper/engine/headers.hh"

namespace pleat {
namespace {

using AddressBytes = std::array<std::byte, ipv6::kAddressBytes>;

AddressBytes load_address(const std::byte* at) {
  AddressBytes address;
  std::memcpy(address.data(), at, address.size());
  return address;
}

void replace_in_checksum(std::byte* checksum, const AddressBytes& before,
                         const AddressBytes& after) {
  AddressBytes complement;
  std::transform(before.begin(), before.end(), complement.begin(),
                 [](std::byte byte) { return ~byte; });
  uint16_t field;
  std::memcpy(&field, checksum, sizeof field);
  field = static_cast<uint16_t>(~field);
  field = checksum_of(checksum_add(checksum_add(field, complement), after));
  std::memcpy(checksum, &field, sizeof field);
}

}  // namespace

bool restore_source_of_error(std::span<std::byte> frame) {
  constexpr size_t kQuoted = ipv6::kHeaderBytes + icmpv6::kHeaderBytes;
  if (frame.size() < kVnetHeaderBytes + kQuoted + ipv6::kHeaderBytes) return false;
  VnetHeader vnet;
  std::memcpy(&vnet, frame.data(), sizeof vnet);
  std::byte* packet = frame.data() + kVnetHeaderBytes;
  std::byte* error = packet + ipv6::kHeaderBytes;
  const std::byte* quoted = packet + kQuoted;
  if ((vnet.flags & gso::kNeedsChecksum) != 0 || vnet.gso_type != gso::kNone) return false;
  if (static_cast<uint8_t>(packet[ipv6::kNextHeader]) != ip::kIcmpv6) return false;
  if ((error[icmpv6::kType] & icmpv6::kInformational) != std::byte{0}) return false;
  if (load_address(quoted + ipv6::kSource) != load_address(packet + ipv6::kDestination)) {
    return false;
  }
  const AddressBytes owner = load_address(quoted + ipv6::kDestination);
  replace_in_checksum(error + icmpv6::kChecksum, load_address(packet + ipv6::kSource), owner);
  std::memcpy(packet + ipv6::kSource, owner.data(), owner.size());
  return true;
}

}  // namespace pleat
