// SPDX-License-Identifier: Apache-2.0
#include "model/limits.hh"

#include "model/quoted.hh"

namespace pleat {
namespace {

Duration at_most(Duration longest, std::string_view text) {
  const Duration result = parse_duration(text);
  if (result > longest) {
    throw BadValue(quoted(text) + " is too long", "the limit is " + to_text(longest));
  }
  return result;
}

}  // namespace

Rate parse_link_rate(std::string_view text) {
  const Rate rate = parse_rate(text);
  if (rate.unlimited() || (rate >= kLeastRate && rate <= kLargestRate)) return rate;
  throw BadValue(quoted(text) + " is no rate of an access link",
                 "write one from " + to_text(kLeastRate) + " to " + to_text(kLargestRate) +
                     ", or \"none\" for no limit");
}

Duration parse_delay(std::string_view text) { return at_most(kLongestDelay, text); }

Duration parse_moment(std::string_view text) { return at_most(kLongestTime, text); }

Duration parse_span(std::string_view text) {
  const Duration result = at_most(kLongestTime, text);
  if (result == Duration::zero()) {
    throw BadValue(quoted(text) + " is no time at all", "write a duration above 0");
  }
  return result;
}

Probability parse_loss(std::string_view text) {
  const Probability loss = parse_probability(text);
  if (loss.value < 1) return loss;
  throw BadValue(quoted(text) + " lets nothing pass", "write a loss below 100%");
}

ByteCount parse_payload(std::string_view text) {
  const ByteCount payload = parse_byte_count(text);
  if (payload.bytes > 0) return payload;
  throw BadValue(quoted(text) + " is nothing to receive", "leave payload out");
}

ByteCount parse_packet_memory(std::string_view text) {
  const ByteCount memory = parse_byte_count(text);
  if (memory >= kLeastPacketMemory && memory <= kLargestPacketMemory) return memory;
  throw BadValue(quoted(text) + " is out of range", "write an amount from 1MiB to 1TiB");
}

Prefix parse_network_prefix(std::string_view text) {
  // What no host can have as its address: RFC 6890, RFC 1112.
  struct Unusable {
    const char* prefix;
    const char* what;
  };
  constexpr Unusable kUnusable[] = {{"0.0.0.0/8", "\"this network\""},
                                    {"127.0.0.0/8", "the loopback network"},
                                    {"224.0.0.0/4", "for multicast"},
                                    {"240.0.0.0/4", "reserved"}};
  const Prefix prefix = Prefix::parse(text);
  for (const auto& [unusable, what] : kUnusable) {
    if (!prefix.overlaps(Prefix::parse(unusable))) continue;
    throw BadValue(quoted(text) + " cannot be used: " + unusable + " is " + what,
                   "write for example \"10.0.0.0/8\"");
  }
  if (prefix.length() < 8 || prefix.length() > 30) {
    throw BadValue(quoted(text) + " is no network of the right size",
                   "write a prefix from /8 to /30");
  }
  return prefix;
}

}  // namespace pleat
