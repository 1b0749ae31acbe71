// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/frame.hh"

#include <cstring>

#include "shaper/engine/bytes.hh"
#include "shaper/engine/headers.hh"

namespace pleat {
namespace {

using Bytes = std::span<const std::byte>;

// What follows the IP header, and where it begins.
struct Transport {
  uint8_t protocol = 0;
  size_t start = 0;
};

Transport transport_in_ipv4(Bytes packet) {
  return {static_cast<uint8_t>(packet[ipv4::kProtocol]), ipv4::header_bytes(packet.data())};
}

// Behind at most so many options: Linux sends two kinds of them.
constexpr int kMostOptions = 4;

// Where something else is in between, a routing header for example, that is the protocol: neither
// TCP nor UDP.
Transport transport_in_ipv6(Bytes packet) {
  Transport found{static_cast<uint8_t>(packet[ipv6::kNextHeader]), ipv6::kHeaderBytes};
  for (int i = 0; i < kMostOptions; ++i) {
    if (found.protocol != ipv6::kHopByHop && found.protocol != ipv6::kDestinationOptions) break;
    if (packet.size() < found.start + ipv6::kOptionsUnit) break;
    const std::byte* options = packet.data() + found.start;
    found.protocol = static_cast<uint8_t>(options[0]);
    found.start += (static_cast<size_t>(options[1]) + 1) * ipv6::kOptionsUnit;
  }
  return found;
}

// The transport's header of a super-packet; 0 where it is not what `gso_type` says.
size_t transport_header_bytes(Bytes packet, Transport transport, bool is_ipv6, uint8_t gso_type) {
  if (transport.start > packet.size()) return 0;
  const size_t room = packet.size() - transport.start;
  const uint8_t type = gso_type & ~gso::kEcn;
  if (type == (is_ipv6 ? gso::kTcp6 : gso::kTcp4)) {
    if (transport.protocol != ip::kTcp || room < tcp::kMinHeaderBytes) return 0;
    const size_t tcp_header = tcp::header_bytes(packet.data() + transport.start);
    return tcp_header < tcp::kMinHeaderBytes || tcp_header > room ? 0 : tcp_header;
  }
  if (type != gso::kUdp || transport.protocol != ip::kUdp) return 0;
  return room < udp::kHeaderBytes ? 0 : udp::kHeaderBytes;
}

// The IP packet in what follows the vnet header, to its end as IP says it; empty if it is none.
Bytes ipv4_packet(Bytes bytes) {
  if (bytes.size() < ipv4::kMinHeaderBytes) return {};
  const size_t header = ipv4::header_bytes(bytes.data());
  const size_t total = load_be16(bytes.data() + ipv4::kTotalLength);
  if (header < ipv4::kMinHeaderBytes || total < header || total > bytes.size()) return {};
  return bytes.first(total);
}

Bytes ipv6_packet(Bytes bytes) {
  if (bytes.size() < ipv6::kHeaderBytes) return {};
  const size_t total = ipv6::kHeaderBytes + load_be16(bytes.data() + ipv6::kPayloadLength);
  if (total > bytes.size()) return {};
  return bytes.first(total);
}

// Fills in size and cut. Returns whether it is a packet, or a super-packet that we could split.
bool measure(Bytes packet, const VnetHeader& vnet, bool is_ipv6, Frame& frame) {
  const auto total = static_cast<uint32_t>(packet.size());
  frame.size = {total, total, 1};
  if (vnet.gso_type == gso::kNone) return true;
  const Transport transport = is_ipv6 ? transport_in_ipv6(packet) : transport_in_ipv4(packet);
  const size_t transport_header = transport_header_bytes(packet, transport, is_ipv6, vnet.gso_type);
  const size_t segment_payload = vnet.segment_payload;
  if (transport_header == 0 || segment_payload == 0) return false;
  const size_t headers = transport.start + transport_header;
  const size_t payload = total - headers;
  if (payload <= segment_payload) return true;
  const size_t segments = (payload + segment_payload - 1) / segment_payload;
  frame.size = {static_cast<uint32_t>(payload + segments * headers),
                static_cast<uint32_t>(segment_payload + headers), static_cast<uint32_t>(segments)};
  frame.cut = {static_cast<uint16_t>(headers), static_cast<uint16_t>(segment_payload),
               static_cast<uint16_t>(transport.start)};
  return true;
}

}  // namespace

Frame inspect(std::span<const std::byte> bytes) {
  Frame frame;
  if (bytes.size() < kVnetHeaderBytes + 1) return frame;
  VnetHeader vnet;
  std::memcpy(&vnet, bytes.data(), sizeof vnet);
  const Bytes rest = bytes.subspan(kVnetHeaderBytes);

  const unsigned version = ip::version(rest.data());
  if (version != 4 && version != 6) {
    frame.kind = FrameKind::kOtherProtocol;
    return frame;
  }
  const bool is_ipv6 = version == 6;
  const Bytes packet = is_ipv6 ? ipv6_packet(rest) : ipv4_packet(rest);
  if (packet.empty() || !measure(packet, vnet, is_ipv6, frame)) return frame;
  if (is_ipv6) {
    frame.source = packet.data() + ipv6::kSource;
    frame.destination = packet.data() + ipv6::kDestination;
    frame.source_tail = load_be32(frame.source + ipv6::kTail);
    frame.destination_tail = load_be32(frame.destination + ipv6::kTail);
    const bool multicast = frame.destination[0] == ipv6::kMulticast;
    frame.kind = multicast ? FrameKind::kMulticast : FrameKind::kIpv6;
  } else {
    frame.source = packet.data() + ipv4::kSource;
    frame.destination = packet.data() + ipv4::kDestination;
    frame.source_tail = load_be32(frame.source);
    frame.destination_tail = load_be32(frame.destination);
    frame.kind = FrameKind::kIpv4;
  }
  return frame;
}

}  // namespace pleat
