// SPDX-License-Identifier: Apache-2.0
// What a network was asked to do, and what it was measured to do: the outcome of `pleat verify`,
// and what `pleat run --verify` records.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.hh"
#include "shaper/tc/sizes.hh"

namespace pleat {

enum class Quantity : uint8_t {
  kRoundTrip,  // of small packets on idle links, the median; seconds
  kTcpFlow,    // from SYN to the last byte of a first window, the median; seconds
  kRate,       // of IP packets received from a sender that sends more; bits per second
  kLost,       // packets of those that were sent
};
std::string_view name(Quantity);  // "round trip"
std::optional<Quantity> quantity(std::string_view name);

struct Check {
  std::string from, to;  // nodes
  Family family = Family::kIpv4;
  std::string why;  // these two: "slowest"; may be empty
  Quantity quantity = Quantity::kRoundTrip;
  double wanted = 0;
  std::optional<double> got;   // nothing: nothing came
  double low = 0;              // what is still right ...
  std::optional<double> high;  // ... up to here, where there is an upper bound
  uint32_t packets = 0;        // sent for this
  uint32_t attempts = 1;       // the last of which counts

  bool ok() const { return got && *got >= low && (!high || *got <= *high); }
  bool operator==(const Check&) const = default;
};

// What a processor is later than that is lost to the rates of the kernel's links.
inline constexpr Duration kLateProcessor = tc::kTimerSlack;

struct Verification {
  std::vector<Check> checks;
  // Of the time meanwhile, the share at which processors came more than kLateProcessor after they
  // were wanted (launcher/lab/pause_meter.hh). Nothing where that was not measured.
  std::optional<double> processors_late;

  uint32_t failed() const;
  bool ok() const { return !checks.empty() && failed() == 0; }
  bool operator==(const Verification&) const = default;
};

// "round trip from a to b over IPv4: 40 ms wanted, 52.1 ms measured"
std::string to_text(const Check& check);

// A table for people; the last line says how it went.
std::string to_text(const Verification& verification);

nlohmann::json to_json(const Verification& verification);
Verification verification_from_json(const nlohmann::json& json);  // throws json::exception

}  // namespace pleat
