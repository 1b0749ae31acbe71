// SPDX-License-Identifier: Apache-2.0
// Frames as the TUN device hands them over, and naive checks of what a network may see of them.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "model/random.hh"
#include "shaper/engine/frame.hh"

namespace pleat::test {

using Bytes = std::vector<uint8_t>;

struct FrameSpec {
  uint8_t protocol = 6;  // TCP; 17: UDP
  uint32_t source = 0x0a010001;
  uint32_t destination = 0x0a010002;
  size_t ip_options = 0;  // bytes, a multiple of four
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

inline Bytes make_frame(const FrameSpec& spec) {
  const size_t ip = 12, transport = ip + 20 + spec.ip_options;
  const size_t transport_header = spec.protocol == 6 ? 20 + spec.tcp_options : 8;
  Bytes frame(transport + transport_header + spec.payload);
  VnetHeader vnet{};
  vnet.gso_type = spec.gso_type;
  vnet.segment_payload = spec.segment_payload;
  std::memcpy(frame.data(), &vnet, sizeof vnet);
  frame[ip] = static_cast<uint8_t>(0x40 | (20 + spec.ip_options) / 4);
  put16(frame, ip + 2, frame.size() - ip);
  put16(frame, ip + 4, spec.id);
  frame[ip + 6] = 0x40;  // do not fragment
  frame[ip + 8] = 64;
  frame[ip + 9] = spec.protocol;
  put32(frame, ip + 12, spec.source);
  put32(frame, ip + 16, spec.destination);
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
  const size_t ip_header = size_t{packet[0]} % 16 * 4;
  Bytes pseudo(packet.begin() + 12, packet.begin() + 20);
  pseudo.resize(12);
  pseudo[9] = packet[9];
  put16(pseudo, 10, packet.size() - ip_header);
  return naive_sum(pseudo);
}

inline std::string fault_in_ip(std::span<const uint8_t> packet) {
  const size_t ip_header = size_t{packet[0]} % 16 * 4;
  if (get16(packet, 2) != packet.size()) return "IP total length";
  if (naive_sum(packet.first(ip_header)) != 0xffff) return "IP checksum";
  if (packet[9] == 17 && get16(packet, ip_header + 4) != packet.size() - ip_header)
    return "UDP length";
  return {};
}

// What is wrong with a frame of one packet that claims complete checksums; empty: nothing.
inline std::string fault_in(std::span<const uint8_t> frame) {
  if (frame.size() < 12 + 28) return "too short";
  for (size_t i = 0; i < 12; ++i)
    if (frame[i] != 0) return "the vnet header asks for something";
  const auto packet = frame.subspan(12);
  const auto transport = packet.subspan(size_t{packet[0]} % 16 * 4);
  if (naive_sum(transport, naive_pseudo_sum(packet)) != 0xffff) return "transport checksum";
  if (packet[9] == 17 && get16(transport, 6) == 0) return "UDP checksum is absent";
  return fault_in_ip(packet);
}

// The same of a super-packet, whose checksum the kernel is to complete (or of one packet).
inline std::string fault_in_super_packet(std::span<const uint8_t> frame) {
  VnetHeader vnet;
  std::memcpy(&vnet, frame.data(), sizeof vnet);
  if (vnet.gso_type == 0) return fault_in(frame);
  const auto packet = frame.subspan(12);
  const size_t ip_header = size_t{packet[0]} % 16 * 4;
  if (vnet.flags != 1) return "does not ask for a checksum";
  if (vnet.checksum_start != ip_header) return "start of the checksum";
  if (vnet.checksum_offset != (packet[9] == 6 ? 16 : 6)) return "place of the checksum";
  if (get16(packet, ip_header + vnet.checksum_offset) != naive_pseudo_sum(packet))
    return "pseudo-header checksum";
  return fault_in_ip(packet);
}

}  // namespace pleat::test
