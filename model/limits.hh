// SPDX-License-Identifier: Apache-2.0
// What makes sense in an experiment: the limits of its values, and readers that keep them.
#pragma once

#include <string_view>

#include "model/address.hh"
#include "model/units.hh"

namespace pleat {

constexpr uint32_t kMostNodes = 1'000'000;
// The plan has a latency for each pair of groups: 4,096 make 16 million.
constexpr uint32_t kMostGroups = 4096;
constexpr uint32_t kLeastMtu = 576;    // what each IPv4 host has to take (RFC 791)
constexpr uint32_t kLeastMtu6 = 1280;  // what each link has to carry of IPv6 (RFC 8200)
constexpr uint32_t kLargestMtu = 65'535;
constexpr ByteCount kDefaultPacketMemory{uint64_t{1} << 30};
constexpr ByteCount kLeastPacketMemory{uint64_t{1} << 20};
constexpr ByteCount kLargestPacketMemory{uint64_t{1} << 40};
constexpr Duration kLongestDelay = std::chrono::hours(1);
constexpr Duration kLongestTime = std::chrono::hours(1000);
constexpr Rate kLeastRate{100};
constexpr Rate kLargestRate{1'000'000'000'000};

// Each throws BadValue.
Rate parse_link_rate(std::string_view text);           // none, or kLeastRate to kLargestRate
Duration parse_delay(std::string_view text);           // 0 to kLongestDelay
Duration parse_moment(std::string_view text);          // 0 to kLongestTime
Duration parse_span(std::string_view text);            // above 0, to kLongestTime
Probability parse_loss(std::string_view text);         // below 100%
ByteCount parse_payload(std::string_view text);        // above 0
ByteCount parse_packet_memory(std::string_view text);  // kLeast... to kLargestPacketMemory
Prefix parse_network_prefix(std::string_view text);    // of IPv4, /8 to /30, usable for hosts
Prefix parse_group_prefix(std::string_view text);      // of IPv4
Prefix parse_group_prefix6(std::string_view text);     // of IPv6, /16 to /96, usable for hosts

}  // namespace pleat
