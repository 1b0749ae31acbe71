// SPDX-License-Identifier: Apache-2.0
#include "shaper/engine/splitter.hh"

#include <algorithm>
#include <array>
#include <cstring>

#include "model/assert.hh"
#include "shaper/engine/bytes.hh"
#include "shaper/engine/checksum.hh"
#include "shaper/engine/headers.hh"

namespace pleat {
namespace {

size_t payload_bytes(const WireSize& whole, Cut cut) {
  return whole.bytes - size_t{whole.segments} * cut.header_bytes;
}

size_t payload_start(Cut cut, Part part) { return size_t{part.first} * cut.payload_bytes; }

size_t payload_bytes(const WireSize& whole, Cut cut, Part part) {
  return std::min<size_t>(size_t{part.segments} * cut.payload_bytes,
                          payload_bytes(whole, cut) - payload_start(cut, part));
}

// As inspect() has found it.
bool stands_for_tcp(std::span<const std::byte> frame) {
  VnetHeader vnet;
  std::memcpy(&vnet, frame.data(), sizeof vnet);
  return (vnet.gso_type & ~gso::kEcn) != gso::kUdp;
}

void store_sum(std::byte* at, uint16_t sum) { std::memcpy(at, &sum, sizeof sum); }

// `header_bytes` with the options behind it.
void finish_ip(std::span<std::byte> packet, size_t header_bytes, Part part) {
  std::byte* ip = packet.data();
  if (ip::version(ip) == 6) {
    const size_t payload = packet.size() - ipv6::kHeaderBytes;
    return store_be16(ip + ipv6::kPayloadLength, static_cast<uint16_t>(payload));
  }
  store_be16(ip + ipv4::kTotalLength, static_cast<uint16_t>(packet.size()));
  const auto id = static_cast<uint16_t>(load_be16(ip + ipv4::kIdentification) + part.first);
  store_be16(ip + ipv4::kIdentification, id);
  store_be16(ip + ipv4::kChecksum, 0);
  store_sum(ip + ipv4::kChecksum, checksum_of(checksum_add(0, packet.first(header_bytes))));
}

void finish_tcp(std::byte* tcp, const WireSize& whole, Cut cut, Part part) {
  const auto offset = static_cast<uint32_t>(payload_start(cut, part));
  store_be32(tcp + tcp::kSequence, load_be32(tcp + tcp::kSequence) + offset);
  if (part.first > 0) tcp[tcp::kFlags] &= ~tcp::kCwr;
  if (part.first + part.segments < whole.segments) tcp[tcp::kFlags] &= ~(tcp::kFin | tcp::kPush);
}

// Of the pseudo-header that TCP's and UDP's checksums start with: the addresses, the protocol and
// the length, which has 16 bits here in IPv6, too.
uint64_t pseudo_header_sum(const std::byte* ip, uint8_t protocol, size_t transport_bytes) {
  const bool is_ipv6 = ip::version(ip) == 6;
  const std::span<const std::byte> addresses(
      ip + (is_ipv6 ? ipv6::kSource : ipv4::kSource),
      2 * (is_ipv6 ? ipv6::kAddressBytes : ipv4::kAddressBytes));
  std::array<std::byte, 4> rest{};
  rest[1] = std::byte{protocol};
  store_be16(rest.data() + 2, static_cast<uint16_t>(transport_bytes));
  return checksum_add(checksum_add(0, addresses), rest);
}

// The whole checksum. 0 would mean "none" in UDP; its ones' complement equal says the same sum
// (RFC 768), in TCP too.
void complete_checksum(std::span<std::byte> transport, size_t offset, uint64_t pseudo_sum) {
  store_sum(transport.data() + offset, 0);
  const uint16_t checksum = checksum_of(checksum_add(pseudo_sum, transport));
  store_sum(transport.data() + offset, checksum != 0 ? checksum : 0xffff);
}

// What the kernel starts from when it cuts the part further: the pseudo-header's sum.
void ask_for_checksum(std::span<std::byte> transport, size_t offset, uint64_t pseudo_sum) {
  store_sum(transport.data() + offset, static_cast<uint16_t>(~checksum_of(pseudo_sum)));
}

VnetHeader super_packet_header(std::span<const std::byte> frame, Cut cut, size_t checksum_offset) {
  VnetHeader vnet;
  std::memcpy(&vnet, frame.data(), sizeof vnet);
  vnet.flags = gso::kNeedsChecksum;
  vnet.header_bytes = cut.header_bytes;
  vnet.segment_payload = cut.payload_bytes;
  vnet.checksum_start = cut.transport_start;
  vnet.checksum_offset = static_cast<uint16_t>(checksum_offset);
  return vnet;
}

}  // namespace

WireSize part_size(const WireSize& whole, Cut cut, Part part) {
  const size_t payload = payload_bytes(whole, cut, part);
  const auto segments =
      static_cast<uint32_t>((payload + cut.payload_bytes - 1) / cut.payload_bytes);
  const auto bytes = static_cast<uint32_t>(payload + size_t{segments} * cut.header_bytes);
  return {bytes, segments == 1 ? bytes : whole.segment_bytes, segments};
}

size_t part_frame_bytes(const WireSize& whole, Cut cut, Part part) {
  return kVnetHeaderBytes + cut.header_bytes + payload_bytes(whole, cut, part);
}

void write_part(std::span<const std::byte> frame, const WireSize& whole, Cut cut, Part part,
                std::span<std::byte> out) {
  PLEAT_ASSERT(whole.segments > 1 && part.first < whole.segments);
  PLEAT_ASSERT(out.size() == part_frame_bytes(whole, cut, part));
  const size_t headers_end = kVnetHeaderBytes + cut.header_bytes;
  const auto payload =
      frame.subspan(headers_end + payload_start(cut, part), out.size() - headers_end);
  std::memcpy(out.data(), frame.data(), headers_end);
  std::memcpy(out.data() + headers_end, payload.data(), payload.size());

  const auto packet = out.subspan(kVnetHeaderBytes);
  const auto transport = packet.subspan(cut.transport_start);
  const bool is_tcp = stands_for_tcp(frame);
  const size_t checksum_offset = is_tcp ? tcp::kChecksum : udp::kChecksum;
  finish_ip(packet, cut.transport_start, part);
  if (is_tcp)
    finish_tcp(transport.data(), whole, cut, part);
  else
    store_be16(transport.data() + udp::kLength, static_cast<uint16_t>(transport.size()));

  const uint64_t pseudo_sum =
      pseudo_header_sum(packet.data(), is_tcp ? ip::kTcp : ip::kUdp, transport.size());
  VnetHeader vnet{};  // an ordinary packet
  if (payload.size() > cut.payload_bytes) {
    vnet = super_packet_header(frame, cut, checksum_offset);
    ask_for_checksum(transport, checksum_offset, pseudo_sum);
  } else {
    complete_checksum(transport, checksum_offset, pseudo_sum);
  }
  std::memcpy(out.data(), &vnet, sizeof vnet);
}

}  // namespace pleat
