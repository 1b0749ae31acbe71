// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/frame.hh"

#include <cstring>

#include "shaper/engine/bytes.hh"
#include "shaper/engine/headers.hh"

namespace pleat {
namespace {

// IP and transport headers of a super-packet; 0 where they are not what `gso_type` says.
size_t super_packet_header_bytes(std::span<const std::byte> packet, size_t ip_header,
                                 uint8_t gso_type) {
  const auto protocol = static_cast<uint8_t>(packet[ipv4::kProtocol]);
  const size_t room = packet.size() - ip_header;
  switch (gso_type & ~gso::kEcn) {
    case gso::kTcp4: {
      if (protocol != ipv4::kTcp || room < tcp::kMinHeaderBytes) return 0;
      const size_t tcp_header = tcp::header_bytes(packet.data() + ip_header);
      if (tcp_header < tcp::kMinHeaderBytes || tcp_header > room) return 0;
      return ip_header + tcp_header;
    }
    case gso::kUdp:
      if (protocol != ipv4::kUdp || room < udp::kHeaderBytes) return 0;
      return ip_header + udp::kHeaderBytes;
    default: return 0;
  }
}

}  // namespace

Frame inspect(std::span<const std::byte> bytes) {
  Frame frame;
  if (bytes.size() < kVnetHeaderBytes + 1) return frame;
  VnetHeader vnet;
  std::memcpy(&vnet, bytes.data(), sizeof vnet);
  std::span<const std::byte> packet = bytes.subspan(kVnetHeaderBytes);

  if (ipv4::version(packet.data()) != 4) {
    frame.kind = FrameKind::kOtherProtocol;
    return frame;
  }
  if (packet.size() < ipv4::kMinHeaderBytes) return frame;
  const size_t ip_header = ipv4::header_bytes(packet.data());
  const size_t total = load_be16(packet.data() + ipv4::kTotalLength);
  if (ip_header < ipv4::kMinHeaderBytes || total < ip_header || total > packet.size()) return frame;
  packet = packet.first(total);

  frame.source = load_be32(packet.data() + ipv4::kSource);
  frame.destination = load_be32(packet.data() + ipv4::kDestination);
  frame.size = {static_cast<uint32_t>(total), static_cast<uint32_t>(total), 1};
  if (vnet.gso_type != gso::kNone) {
    const size_t headers = super_packet_header_bytes(packet, ip_header, vnet.gso_type);
    const size_t segment_payload = vnet.segment_payload;
    if (headers == 0 || segment_payload == 0) return frame;
    const size_t payload = total - headers;
    if (payload > segment_payload) {
      const size_t segments = (payload + segment_payload - 1) / segment_payload;
      frame.size = {static_cast<uint32_t>(payload + segments * headers),
                    static_cast<uint32_t>(segment_payload + headers),
                    static_cast<uint32_t>(segments)};
      frame.cut = {static_cast<uint16_t>(headers), static_cast<uint16_t>(segment_payload)};
    }
  }
  frame.kind = FrameKind::kIpv4;
  return frame;
}

}  // namespace pleat
