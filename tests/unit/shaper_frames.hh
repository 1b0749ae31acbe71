// SPDX-License-Identifier: Apache-2.0
// Frames as the TUN device hands them over, and naive checks of what a network may see of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "model/random.hh"
#include "shaper/engine/frame.hh"

namespace pleat::test {

using Bytes = std::vector<uint8_t>;

// The bytes before the tails of IPv6 addresses.
inline constexpr uint8_t kPrefix6[12] = {0x20, 0x01, 0x0d, 0xb8, 0, 1};

struct FrameSpec {
  bool ipv6 = false;
  uint8_t protocol = 6;  // TCP; 17: UDP
  uint32_t source = 0x0a010001;
  uint32_t destination = 0x0a010002;  // tails in IPv6
  size_t ip_options = 0;              // bytes, a multiple of four; of eight in IPv6
  size_t tcp_options = 12;
  size_t payload = 1448;
  uint16_t id = 0x1234;
  uint32_t sequence = 1000;
  uint8_t tcp_flags = 0x10;
  uint8_t gso_type = 0;
  uint16_t segment_payload = 0;
};

inline void put16(Bytes& bytes, size_t at, size_t value) {
  bytes[at] = static_cast<uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<uint8_t>(value);
}
inline void put32(Bytes& bytes, size_t at, uint32_t value) {
  put16(bytes, at, value >> 16);
  put16(bytes, at + 2, value & 0xffff);
}
inline uint32_t get16(std::span<const uint8_t> bytes, size_t at) {
  return uint32_t{bytes[at]} << 8 | bytes[at + 1];
}
inline uint32_t get32(std::span<const uint8_t> bytes, size_t at) {
  return get16(bytes, at) << 16 | get16(bytes, at + 2);
}

inline std::span<const std::byte> as_frame(const Bytes& bytes) {
  return std::as_bytes(std::span(bytes));
}

// RFC 1071 to the letter: 16-bit big-endian words, end-around carry. 0xffff where a checksum that
// is part of the bytes is right.
inline uint32_t naive_sum(std::span<const uint8_t> bytes, uint32_t sum = 0) {
  for (size_t i = 0; i < bytes.size(); i += 2) {
    sum += uint32_t{bytes[i]} << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0u);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

struct NaiveTransport {
  uint8_t protocol = 0;
  size_t start = 0;
};

// What is behind the IP header, and in IPv6 behind options of either kind.
inline NaiveTransport naive_transport(std::span<const uint8_t> packet) {
  if (packet[0] >> 4 == 4) return {packet[9], size_t{packet[0]} % 16 * 4};
  NaiveTransport found{packet[6], 40};
  while ((found.protocol == 0 || found.protocol == 60) && found.start + 8 <= packet.size()) {
    found.protocol = packet[found.start];
    found.start += (size_t{packet[found.start + 1]} + 1) * 8;
  }
  return found;
}
inline size_t ip_header_bytes(std::span<const uint8_t> packet) {
  return naive_transport(packet).start;
}
inline uint8_t protocol_of(std::span<const uint8_t> packet) {
  return naive_transport(packet).protocol;
}

inline void put_ipv4(const FrameSpec& spec, Bytes& frame) {
  const size_t ip = 12;
  frame[ip] = static_cast<uint8_t>(0x40 | (20 + spec.ip_options) / 4);
  put16(frame, ip + 2, frame.size() - ip);
  put16(frame, ip + 4, spec.id);
  frame[ip + 6] = 0x40;  // do not fragment
  frame[ip + 8] = 64;
  frame[ip + 9] = spec.protocol;
  put32(frame, ip + 12, spec.source);
  put32(frame, ip + 16, spec.destination);
}

inline void put_ipv6(const FrameSpec& spec, Bytes& frame) {
  const size_t ip = 12;
  put32(frame, ip, 6u << 28 | spec.id);  // a flow label
  put16(frame, ip + 4, frame.size() - ip - 40);
  frame[ip + 6] = spec.ip_options > 0 ? 60 : spec.protocol;
  frame[ip + 7] = 64;
  for (const size_t at : {ip + 8, ip + 24})
    std::copy_n(kPrefix6, 12, frame.begin() + static_cast<ptrdiff_t>(at));
  put32(frame, ip + 20, spec.source);
  put32(frame, ip + 36, spec.destination);
  if (spec.ip_options == 0) return;
  frame[ip + 40] = spec.protocol;
  frame[ip + 41] = static_cast<uint8_t>(spec.ip_options / 8 - 1);
}

inline Bytes make_frame(const FrameSpec& spec) {
  const size_t ip = 12, transport = ip + (spec.ipv6 ? 40 : 20) + spec.ip_options;
  const size_t transport_header = spec.protocol == 6 ? 20 + spec.tcp_options : 8;
  Bytes frame(transport + transport_header + spec.payload);
  VnetHeader vnet{};
  vnet.gso_type = spec.gso_type;
  vnet.segment_payload = spec.segment_payload;
  std::memcpy(frame.data(), &vnet, sizeof vnet);
  if (spec.ipv6)
    put_ipv6(spec, frame);
  else
    put_ipv4(spec, frame);
  put16(frame, transport, 4000);
  put16(frame, transport + 2, 5000);
  if (spec.protocol == 6) {
    put32(frame, transport + 4, spec.sequence);
    frame[transport + 12] = static_cast<uint8_t>(transport_header / 4 << 4);
    frame[transport + 13] = spec.tcp_flags;
  } else {
    put16(frame, transport + 4, 8 + spec.payload);
  }
  Random random{spec.payload};
  for (size_t i = transport + transport_header; i < frame.size(); ++i)
    frame[i] = static_cast<uint8_t>(random.next());
  return frame;
}

// The sum of the pseudo-header of TCP and UDP, whatever the checksum field holds.
inline uint32_t naive_pseudo_sum(std::span<const uint8_t> packet) {
  const size_t transport_bytes = packet.size() - ip_header_bytes(packet);
  if (packet[0] >> 4 == 6) {  // RFC 8200, section 8.1
    Bytes pseudo(packet.begin() + 8, packet.begin() + 40);
    pseudo.resize(40);
    put32(pseudo, 32, static_cast<uint32_t>(transport_bytes));
    pseudo[39] = protocol_of(packet);
    return naive_sum(pseudo);
  }
  Bytes pseudo(packet.begin() + 12, packet.begin() + 20);
  pseudo.resize(12);
  pseudo[9] = packet[9];
  put16(pseudo, 10, transport_bytes);
  return naive_sum(pseudo);
}

inline std::string fault_in_ip(std::span<const uint8_t> packet) {
  const size_t ip_header = ip_header_bytes(packet);
  if (packet[0] >> 4 == 6) {
    if (get16(packet, 4) != packet.size() - 40) return "IP payload length";
  } else {
    if (get16(packet, 2) != packet.size()) return "IP total length";
    if (naive_sum(packet.first(ip_header)) != 0xffff) return "IP checksum";
  }
  if (protocol_of(packet) == 17 && get16(packet, ip_header + 4) != packet.size() - ip_header)
    return "UDP length";
  return {};
}

// What is wrong with a frame of one packet that claims complete checksums; empty: nothing.
inline std::string fault_in(std::span<const uint8_t> frame) {
  if (frame.size() < 12 + 28) return "too short";
  for (size_t i = 0; i < 12; ++i)
    if (frame[i] != 0) return "the vnet header asks for something";
  const auto packet = frame.subspan(12);
  const auto transport = packet.subspan(ip_header_bytes(packet));
  if (naive_sum(transport, naive_pseudo_sum(packet)) != 0xffff) return "transport checksum";
  if (protocol_of(packet) == 17 && get16(transport, 6) == 0) return "UDP checksum is absent";
  return fault_in_ip(packet);
}

// The same of a super-packet, whose checksum the kernel is to complete (or of one packet).
inline std::string fault_in_super_packet(std::span<const uint8_t> frame) {
  VnetHeader vnet;
  std::memcpy(&vnet, frame.data(), sizeof vnet);
  if (vnet.gso_type == 0) return fault_in(frame);
  const auto packet = frame.subspan(12);
  const size_t ip_header = ip_header_bytes(packet);
  if (vnet.flags != 1) return "does not ask for a checksum";
  if (vnet.checksum_start != ip_header) return "start of the checksum";
  if (vnet.checksum_offset != (protocol_of(packet) == 6 ? 16 : 6)) return "place of the checksum";
  if (get16(packet, ip_header + vnet.checksum_offset) != naive_pseudo_sum(packet))
    return "pseudo-header checksum";
  return fault_in_ip(packet);
}

}  // namespace pleat::test
