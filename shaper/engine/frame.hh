// SPDX-License-Identifier: Apache-2.0
// A frame is what the TUN device gives and takes: a vnet header and an IP packet. What may come is
// the nodes' doing, raw sockets included: nothing in it is trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "shaper/pipe/pipe.hh"

namespace pleat {

// struct virtio_net_hdr_v1 (linux/virtio_net.h, which is not C++), in the host's byte order
// (drivers/net/tun.c: legacy devices are native). Offsets count from the IP header.
struct VnetHeader {
  uint8_t flags;
  uint8_t gso_type;  // 0: one packet; else the frame is a super-packet
  uint16_t header_bytes;
  uint16_t segment_payload;  // "gso_size"
  uint16_t checksum_start;
  uint16_t checksum_offset;
  uint16_t buffers;
};
static_assert(sizeof(VnetHeader) == 12);

inline constexpr size_t kVnetHeaderBytes = sizeof(VnetHeader);
inline constexpr size_t kMaxPacketBytes = 65535;
inline constexpr size_t kMaxFrameBytes = kVnetHeaderBytes + kMaxPacketBytes;

// How a super-packet is cut: every segment has a copy of the headers, IP and transport together,
// and all but the last have this much payload.
struct Cut {
  uint16_t header_bytes = 0;
  uint16_t payload_bytes = 0;
  uint16_t transport_start = 0;  // where TCP's or UDP's header begins, counted from IP's
};

enum class FrameKind : uint8_t { kIpv4, kIpv6, kMulticast, kOtherProtocol, kMalformed };

struct Frame {
  FrameKind kind = FrameKind::kMalformed;
  // For kIpv4 and kIpv6 (kMulticast is IPv6 for whoever listens: no node's own):
  const std::byte* source = nullptr;  // addresses, as in the packet, of which they are a part
  const std::byte* destination = nullptr;
  uint32_t source_tail = 0;  // their last 32 bits, in host order: of IPv4 all of them
  uint32_t destination_tail = 0;
  WireSize size;
  Cut cut;  // if size.segments > 1
};

// Pure. A super-packet that we could not split, were it to come to that, is malformed.
Frame inspect(std::span<const std::byte> frame);

}  // namespace pleat
