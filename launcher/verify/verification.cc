// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/verification.hh"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "launcher/record/enum_names.hh"
#include "launcher/verdict/readable.hh"
#include "model/text_table.hh"

namespace pleat {
namespace {

using nlohmann::json;

constexpr EnumNames<Quantity, 4> kQuantities = {{"round trip", "TCP flow", "rate", "lost"}};

// Milliseconds to the hundredth: what the tolerance is about.
std::string milliseconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f ms", seconds * 1e3);
  return text;
}

std::string value_text(Quantity quantity, double value) {
  switch (quantity) {
    case Quantity::kRoundTrip:
    case Quantity::kTcpFlow: return milliseconds(value);
    case Quantity::kRate: {
      char text[32];
      const double unit = value < 1e6 ? 1e3 : 1e6;
      std::snprintf(text, sizeof text, "%.5g %s", value / unit, unit == 1e3 ? "kbit/s" : "Mbit/s");
      return text;
    }
    case Quantity::kLost: return readable_count(static_cast<uint64_t>(std::llround(value)));
  }
  return {};
}

std::string wanted_text(const Check& check) {
  if (check.quantity == Quantity::kLost) {
    char text[64];
    std::snprintf(text, sizeof text, "%.4g of %u", check.wanted, check.packets);
    return text;
  }
  return (check.high ? "" : "at least ") + value_text(check.quantity, check.wanted);
}

std::string right_text(const Check& check) {
  const std::string low = value_text(check.quantity, check.low);
  if (!check.high) return low + " or more";
  const std::string high = value_text(check.quantity, *check.high);
  return low == high ? low : low + " to " + high;
}

std::string got_text(const Check& check) {
  return check.got ? value_text(check.quantity, *check.got) : "nothing came";
}

std::string_view family_name(Family family) { return family == Family::kIpv4 ? "IPv4" : "IPv6"; }

bool same_way(const Check& a, const Check& b) {
  return a.from == b.from && a.to == b.to && a.family == b.family;
}

// What may have made it wrong, where that was not the network.
std::string disturbance_text(const Verification& verification) {
  constexpr double kWorthSaying = 0.005;
  const auto& late = verification.processors_late;
  if (!late || *late < kWorthSaying) return {};
  return "; but for " + readable_share(*late) + " of the time processors came more than " +
         readable(kLateProcessor) + " late: another program or a hypervisor had them";
}

json of_check(const Check& c) {
  return {{"from", c.from},
          {"to", c.to},
          {"family", family_name(c.family)},
          {"why", c.why},
          {"quantity", name(c.quantity)},
          {"wanted", c.wanted},
          {"got", c.got ? json(*c.got) : json()},
          {"low", c.low},
          {"high", c.high ? json(*c.high) : json()},
          {"packets", c.packets},
          {"attempts", c.attempts},
          {"ok", c.ok()}};
}

std::optional<double> optional_number(const json& o) {
  return o.is_null() ? std::nullopt : std::optional(o.get<double>());
}

}  // namespace

std::string_view name(Quantity quantity) { return kQuantities.name(quantity); }
std::optional<Quantity> quantity(std::string_view name) { return kQuantities.find(name); }

uint32_t Verification::failed() const {
  const auto wrong = [](const Check& check) { return !check.ok(); };
  return static_cast<uint32_t>(std::count_if(checks.begin(), checks.end(), wrong));
}

std::string to_text(const Check& check) {
  return std::string(name(check.quantity)) + " from " + check.from + " to " + check.to + " over " +
         std::string(family_name(check.family)) + ": " + wanted_text(check) + " wanted, " +
         got_text(check) + (check.got ? " measured" : "") + ", " + right_text(check) +
         " would be right";
}

std::string to_text(const Verification& verification) {
  std::vector<std::vector<std::string>> rows{
      {"from", "to", "by", "", "quantity", "wanted", "got", "right", ""}};
  const Check* last = nullptr;
  for (const Check& check : verification.checks) {
    const bool another = last == nullptr || !same_way(*last, check);
    rows.push_back({another ? check.from : "", another ? check.to : "",
                    std::string(another ? family_name(check.family) : ""), another ? check.why : "",
                    std::string(name(check.quantity)), wanted_text(check), got_text(check),
                    right_text(check),
                    std::string(check.ok() ? "ok" : "WRONG") +
                        (check.attempts > 1 ? " at the second attempt" : "")});
    last = &check;
  }
  const uint32_t failed = verification.failed();
  return text_table(rows, "", {5, 6}) +
         (verification.checks.empty() ? "nothing could be measured"
          : failed == 0
              ? "the network is the one that was asked for: " +
                    counted(verification.checks.size(), "measurement") + ", all right"
              : "the network is not the one that was asked for: " + readable_count(failed) +
                    " of " + counted(verification.checks.size(), "measurement") + " wrong" +
                    disturbance_text(verification)) +
         "\n";
}

json to_json(const Verification& verification) {
  json checks = json::array();
  for (const Check& check : verification.checks) checks.push_back(of_check(check));
  const auto& late = verification.processors_late;
  return {{"ok", verification.ok()},
          {"processors_late", late ? json(*late) : json()},
          {"checks", std::move(checks)}};
}

Verification verification_from_json(const json& o) {
  Verification verification;
  verification.processors_late = optional_number(o.at("processors_late"));
  for (const json& c : o.at("checks")) {
    verification.checks.push_back(
        {.from = c.at("from"),
         .to = c.at("to"),
         .family = c.at("family") == "IPv6" ? Family::kIpv6 : Family::kIpv4,
         .why = c.at("why"),
         .quantity = quantity(c.at("quantity").get<std::string>()).value_or(Quantity::kRoundTrip),
         .wanted = c.at("wanted"),
         .got = optional_number(c.at("got")),
         .low = c.at("low"),
         .high = optional_number(c.at("high")),
         .packets = c.at("packets"),
         .attempts = c.at("attempts")});
  }
  return verification;
}

}  // namespace pleat
