// SPDX-License-Identifier: Apache-2.0
// Where things are in the headers of IPv4 (RFC 791), IPv6 (RFC 8200), ICMPv6 (RFC 4443), TCP (RFC
// 9293) and UDP (RFC 768), and what the vnet header calls super-packets. Offsets in bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pleat {

namespace ip {
inline constexpr uint8_t kTcp = 6;
inline constexpr uint8_t kUdp = 17;
inline constexpr uint8_t kIcmpv6 = 58;
inline unsigned version(const std::byte* ip) { return static_cast<unsigned>(ip[0]) >> 4; }
}  // namespace ip

namespace ipv4 {
inline constexpr size_t kMinHeaderBytes = 20;
inline constexpr size_t kTotalLength = 2;
inline constexpr size_t kIdentification = 4;
inline constexpr size_t kProtocol = 9;
inline constexpr size_t kChecksum = 10;
inline constexpr size_t kSource = 12;
inline constexpr size_t kDestination = 16;
inline constexpr size_t kAddressBytes = 4;
inline size_t header_bytes(const std::byte* ip) { return (static_cast<size_t>(ip[0]) & 15) * 4; }
}  // namespace ipv4

namespace ipv6 {
inline constexpr size_t kHeaderBytes = 40;
inline constexpr size_t kPayloadLength = 4;  // what follows the 40 bytes
inline constexpr size_t kNextHeader = 6;
inline constexpr size_t kSource = 8;
inline constexpr size_t kDestination = 24;
inline constexpr size_t kAddressBytes = 16;
inline constexpr size_t kTail = 12;           // in an address: its last 32 bits
inline constexpr std::byte kMulticast{0xff};  // the first byte of an address
// Options, which may stand between IPv6 and its transport: the kind of the next header, and this
// one's length in units of 8 bytes without the first.
inline constexpr uint8_t kHopByHop = 0;
inline constexpr uint8_t kDestinationOptions = 60;
inline constexpr size_t kOptionsUnit = 8;
}  // namespace ipv6

namespace icmpv6 {
inline constexpr size_t kHeaderBytes = 8;  // of errors; the packet that they are about follows
inline constexpr size_t kType = 0;
inline constexpr size_t kChecksum = 2;
inline constexpr std::byte kInformational{0x80};  // a bit of the type; errors do not have it
}  // namespace icmpv6

namespace tcp {
inline constexpr size_t kMinHeaderBytes = 20;
inline constexpr size_t kSequence = 4;
inline constexpr size_t kFlags = 13;
inline constexpr size_t kChecksum = 16;
inline constexpr std::byte kFin{0x01};
inline constexpr std::byte kPush{0x08};
inline constexpr std::byte kCwr{0x80};  // congestion window reduced (RFC 3168)
inline size_t header_bytes(const std::byte* tcp) { return (static_cast<size_t>(tcp[12]) >> 4) * 4; }
}  // namespace tcp

namespace udp {
inline constexpr size_t kHeaderBytes = 8;
inline constexpr size_t kLength = 4;
inline constexpr size_t kChecksum = 6;
}  // namespace udp

namespace gso {  // VIRTIO_NET_HDR_GSO_*
inline constexpr uint8_t kNone = 0;
inline constexpr uint8_t kTcp4 = 1;
inline constexpr uint8_t kTcp6 = 4;
inline constexpr uint8_t kUdp = 5;            // UDP_L4, of either family: since Linux 6.2
inline constexpr uint8_t kEcn = 0x80;         // a flag beside the type
inline constexpr uint8_t kNeedsChecksum = 1;  // VnetHeader::flags
}  // namespace gso

}  // namespace pleat
