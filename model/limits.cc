// SPDX-License-Identifier: Apache-2.0
#include "model/limits.hh"

#include <span>

#include "model/in_quotes.hh"

namespace pleat {
namespace {

struct Unusable {
  std::string_view prefix;
  std::string_view what;
};

void refuse_unusable(const Prefix& prefix, std::span<const Unusable> unusable_ones,
                     std::string_view example) {
  for (const auto& [unusable, what] : unusable_ones) {
    if (!prefix.overlaps(Prefix::parse(unusable))) continue;
    throw BadValue(in_quotes(prefix.text()) + " cannot be used: " + std::string(unusable) + " is " +
                       std::string(what),
                   "write for example " + in_quotes(example));
  }
}

Duration at_most(Duration longest, std::string_view text) {
  const Duration result = parse_duration(text);
  if (result > longest) {
    throw BadValue(in_quotes(text) + " is too long", "the limit is " + to_text(longest));
  }
  return result;
}

}  // namespace

Rate parse_link_rate(std::string_view text) {
  const Rate rate = parse_rate(text);
  if (rate.unlimited() || (rate >= kLeastRate && rate <= kLargestRate)) return rate;
  throw BadValue(in_quotes(text) + " is no rate of an access link",
                 "write one from " + to_text(kLeastRate) + " to " + to_text(kLargestRate) +
                     ", or \"none\" for no limit");
}

Duration parse_delay(std::string_view text) { return at_most(kLongestDelay, text); }

Duration parse_moment(std::string_view text) { return at_most(kLongestTime, text); }

Duration parse_span(std::string_view text) {
  const Duration result = at_most(kLongestTime, text);
  if (result == Duration::zero()) {
    throw BadValue(in_quotes(text) + " is no time at all", "write a duration above 0");
  }
  return result;
}

Probability parse_loss(std::string_view text) {
  const Probability loss = parse_probability(text);
  if (loss.value < 1) return loss;
  throw BadValue(in_quotes(text) + " lets nothing pass", "write a loss below 100%");
}

ByteCount parse_payload(std::string_view text) {
  const ByteCount payload = parse_byte_count(text);
  if (payload.bytes > 0) return payload;
  throw BadValue(in_quotes(text) + " is nothing to receive", "leave payload out");
}

ByteCount parse_packet_memory(std::string_view text) {
  const ByteCount memory = parse_byte_count(text);
  if (memory >= kLeastPacketMemory && memory <= kLargestPacketMemory) return memory;
  throw BadValue(in_quotes(text) + " is out of range", "write an amount from 1MiB to 1TiB");
}

Prefix parse_network_prefix(std::string_view text) {
  // What no host can have as its address: RFC 6890, RFC 1112.
  constexpr Unusable kUnusable[] = {{"0.0.0.0/8", "\"this network\""},
                                    {"127.0.0.0/8", "the loopback network"},
                                    {"224.0.0.0/4", "for multicast"},
                                    {"240.0.0.0/4", "reserved"}};
  const Prefix prefix = Prefix::parse(text);
  if (prefix.family() == Family::kIpv6) {
    throw BadValue(in_quotes(text) + " is no IPv4 prefix",
                   "write one like \"10.0.0.0/8\"; groups state their own prefixes of IPv6");
  }
  refuse_unusable(prefix, kUnusable, "10.0.0.0/8");
  if (prefix.length() < 8 || prefix.length() > 30) {
    throw BadValue(in_quotes(text) + " is no network of the right size",
                   "write a prefix from /8 to /30");
  }
  return prefix;
}

Prefix parse_group_prefix(std::string_view text) {
  const Prefix prefix = Prefix::parse(text);
  if (prefix.family() == Family::kIpv4) return prefix;
  throw BadValue(in_quotes(text) + " is a prefix of IPv6", "write prefix6 = " + in_quotes(text));
}

Prefix parse_group_prefix6(std::string_view text) {
  // What no node can have as its address: RFC 4291, and what its ::1 stands for.
  constexpr Unusable kUnusable[] = {{"::/8", "for loopback and other special addresses"},
                                    {"fe80::/10", "for addresses of one link only"},
                                    {"ff00::/8", "for multicast"},
                                    {kLoopback6, "what the nodes' own ::1 stand for"}};
  const Prefix prefix = Prefix::parse(text);
  if (prefix.family() == Family::kIpv4) {
    throw BadValue(in_quotes(text) + " is a prefix of IPv4", "write prefix = " + in_quotes(text));
  }
  refuse_unusable(prefix, kUnusable, "2001:db8::/64");
  if (prefix.length() < 16 || prefix.length() > 96) {
    throw BadValue(in_quotes(text) + " is no prefix6 of the right size",
                   "write a prefix from /16 to /96: the last 32 bits tell the nodes apart");
  }
  return prefix;
}

}  // namespace pleat
