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

void store_sum(std::byte* at, uint16_t sum) { std::memcpy(at, &sum, sizeof sum); }

void finish_ipv4(std::span<std::byte> packet, size_t header_bytes, Part part) {
  std::byte* ip = packet.data();
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

// Of the pseudo-header that TCP's and UDP's checksums start with.
uint64_t pseudo_header_sum(const std::byte* ip, size_t transport_bytes) {
  std::array<std::byte, 12> pseudo{};
  std::memcpy(pseudo.data(), ip + ipv4::kSource, 8);
  pseudo[9] = ip[ipv4::kProtocol];
  store_be16(pseudo.data() + 10, static_cast<uint16_t>(transport_bytes));
  return checksum_add(0, pseudo);
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

VnetHeader super_packet_header(std::span<const std::byte> frame, Cut cut, size_t ip_header,
                               size_t checksum_offset) {
  VnetHeader vnet;
  std::memcpy(&vnet, frame.data(), sizeof vnet);
  vnet.flags = gso::kNeedsChecksum;
  vnet.header_bytes = cut.header_bytes;
  vnet.segment_payload = cut.payload_bytes;
  vnet.checksum_start = static_cast<uint16_t>(ip_header);
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
  const size_t ip_header = ipv4::header_bytes(packet.data());
  const auto transport = packet.subspan(ip_header);
  const bool is_tcp = static_cast<uint8_t>(packet[ipv4::kProtocol]) == ipv4::kTcp;
  const size_t checksum_offset = is_tcp ? tcp::kChecksum : udp::kChecksum;
  finish_ipv4(packet, ip_header, part);
  if (is_tcp)
    finish_tcp(transport.data(), whole, cut, part);
  else
    store_be16(transport.data() + udp::kLength, static_cast<uint16_t>(transport.size()));

  const uint64_t pseudo_sum = pseudo_header_sum(packet.data(), transport.size());
  VnetHeader vnet{};  // an ordinary packet
  if (payload.size() > cut.payload_bytes) {
    vnet = super_packet_header(frame, cut, ip_header, checksum_offset);
    ask_for_checksum(transport, checksum_offset, pseudo_sum);
  } else {
    complete_checksum(transport, checksum_offset, pseudo_sum);
  }
  std::memcpy(out.data(), &vnet, sizeof vnet);
}

}  // namespace pleat
