// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/compare.hh"

#include <algorithm>
#include <cmath>

#include "launcher/verdict/thresholds.hh"
#include "launcher/verify/binomial.hh"

namespace pleat {
namespace {

// Of a rate: what programs that send and receive on the same machine cannot tell apart.
constexpr double kRateTolerance = 0.02;
// ... where the sender's own speed, and not a link, is measured.
constexpr double kOwnSpeedTolerance = 0.05;
// Half the width of a normal distribution's interval that holds 99.9 %.
constexpr double kSpread = 3.2905;

double median(std::vector<Duration> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? in_seconds(values[middle])
                                : (in_seconds(values[middle - 1]) + in_seconds(values[middle])) / 2;
}

// Each of so many packets, one after the other, may be as late as the verdict bears.
double late_tolerance(uint32_t packets, Duration smallest_delay) {
  return packets * in_seconds(threshold::late_limit(smallest_delay));
}

void fill_round_trip(const Wanted& wanted, const Pinged& pinged, Check& check) {
  check.quantity = Quantity::kRoundTrip;
  check.packets = pinged.sent;
  check.wanted = in_seconds(wanted.round_trip);
  const double tolerance = late_tolerance(2, wanted.smallest_delay);
  check.low = std::max(check.wanted - tolerance, 0.0);
  check.high = check.wanted + tolerance;
  if (!pinged.round_trips.empty()) check.got = median(pinged.round_trips);
}

void fill_tcp(const WantedTcp& wanted, Duration smallest_delay, const TcpOrder& order,
              const TcpFlows& flows, Check& check) {
  check.quantity = Quantity::kTcpFlow;
  check.packets = flows.begun;
  check.wanted = in_seconds(wanted.time);
  const double tolerance =
      late_tolerance(3, smallest_delay) + kRateTolerance * in_seconds(wanted.sending);
  check.low = std::max(check.wanted - tolerance, 0.0);
  check.high = check.wanted + tolerance;
  if (flows.took.empty()) return;
  std::vector<Duration> took = flows.took;
  took.resize(flows.begun, order.patience);  // those that did not end took longer
  check.got = median(took);
}

void fill_loss(double loss, const Streamed& streamed, Check& check) {
  check.quantity = Quantity::kLost;
  check.packets = streamed.sent;
  check.wanted = loss * streamed.sent;
  const BinomialRange range = binomial_range(streamed.sent, loss);
  check.low = range.low;
  check.high = range.high;
  check.got = static_cast<double>(streamed.sent) - static_cast<double>(streamed.received);
}

void fill_rate(const WantedRate& wanted, uint32_t bytes, const Streamed& streamed, Check& check) {
  check.quantity = Quantity::kRate;
  check.packets = streamed.sent;
  check.wanted = wanted.bits_per_second;
  double tolerance = wanted.at_least ? kOwnSpeedTolerance : kRateTolerance;
  // Until so many have come as were timed, others get lost: negative binomial, with this variance.
  if (streamed.timed > 0) {
    tolerance += kSpread * std::sqrt(wanted.thinned / streamed.timed);
  }
  check.low = wanted.bits_per_second * (1 - tolerance);
  if (!wanted.at_least) check.high = wanted.bits_per_second * (1 + tolerance);
  if (streamed.span > Duration(0)) {
    check.got = 8.0 * bytes * streamed.timed / in_seconds(streamed.span);
  }
}

bool wrong(const std::vector<Check>& checks, Quantity quantity) {
  return std::any_of(checks.begin(), checks.end(),
                     [&](const Check& check) { return check.quantity == quantity && !check.ok(); });
}

}  // namespace

std::vector<Check> compare(const Plan& plan, const Examination& examination,
                           const ProbeResult& result) {
  const NodePair& pair = examination.pair;
  const Wanted& wanted = examination.wanted;
  Check check;
  check.from = plan.nodes[pair.from].name;
  check.to = plan.nodes[pair.to].name;
  check.family = pair.family;
  check.why = pair.why;
  std::vector<Check> checks;
  if (result.ping) {
    fill_round_trip(wanted, *result.ping, checks.emplace_back(check));
  }
  if (wanted.tcp && result.tcp) {
    fill_tcp(*wanted.tcp, wanted.smallest_delay, *examination.order.tcp, *result.tcp,
             checks.emplace_back(check));
  }
  if (wanted.rate && result.flow) {
    fill_rate(*wanted.rate, examination.order.flow->bytes, *result.flow,
              checks.emplace_back(check));
  }
  if (result.loss) fill_loss(wanted.loss, *result.loss, checks.emplace_back(check));
  return checks;
}

ProbeOrder again(const ProbeOrder& order, const std::vector<Check>& checks) {
  ProbeOrder second = order;
  if (!wrong(checks, Quantity::kRoundTrip)) second.ping.reset();
  if (!wrong(checks, Quantity::kTcpFlow)) second.tcp.reset();
  if (!wrong(checks, Quantity::kRate)) second.flow.reset();
  if (!wrong(checks, Quantity::kLost)) second.loss.reset();
  return second;
}

void put_right(std::vector<Check>& checks, std::vector<Check> second) {
  for (Check& other : second) {
    for (Check& check : checks) {
      if (check.quantity != other.quantity) continue;
      other.attempts = check.attempts + 1;
      check = std::move(other);
      break;
    }
  }
}

}  // namespace pleat
