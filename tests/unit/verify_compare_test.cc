// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/compare.hh"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "launcher/verify/binomial.hh"
#include "tests/unit/verify_plan.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

Verification verified(std::vector<Check> checks) {
  return {.checks = std::move(checks), .processors_late = 0.06};
}

TEST_CASE("the binomial range leaves out less than one case in two thousand at each end") {
  // From exact fractions: the sums of comb(n, k) p^k (1 - p)^(n - k) from either end.
  const auto check = [](uint32_t n, double p, uint32_t low, uint32_t high) {
    CAPTURE(n);
    CAPTURE(p);
    CHECK(binomial_range(n, p).low == low);
    CHECK(binomial_range(n, p).high == high);
  };
  check(10, 0.5, 0, 10);
  check(20, 0.1, 0, 7);
  check(100, 0.9, 79, 98);
  check(200, 0.01, 0, 8);
  check(263, 0.05, 3, 26);
  check(1000, 0.001, 0, 6);
  check(1000, 0.01, 2, 22);
  check(1000, 0.1, 70, 132);
  check(1000, 0.28, 234, 327);
  check(1000, 0, 0, 0);
  check(1000, 1, 1000, 1000);
}

// Of a way with one-way delays of 40 ms: 2 ms may be late in each direction.
struct Measurement {
  Plan plan = test::three_homes();
  Examination e;
  ProbeResult result;

  Measurement() {
    e.pair.to = 1;
    e.wanted = {.round_trip = 80ms,
                .tcp = WantedTcp{.time = 200ms, .sending = 80ms},
                .loss = 0.1,
                .rate = WantedRate{.bits_per_second = 1e6},
                .smallest_delay = 40ms};
    e.order.ping = PingOrder{};
    e.order.tcp = TcpOrder{.count = 3, .bytes = 11'584, .patience = 900ms};
    e.order.loss = StreamOrder{};
    e.order.flow = StreamOrder{.count = 130, .bytes = 1500};
    result.ping = Pinged{.sent = 10, .round_trips = {80ms, 81ms, 80ms}};
    result.tcp = TcpFlows{.begun = 3, .took = {199ms, 200ms, 201ms}};
    result.loss = Streamed{.sent = 1000, .received = 900};
    // 100 packets of 1,500 bytes in 1.2 s are 1 Mbit/s.
    result.flow = Streamed{.sent = 130, .received = 134, .timed = 100, .span = 1200ms};
  }

  bool ok(Quantity quantity) const {
    for (const Check& check : compare(plan, e, result)) {
      if (check.quantity == quantity) return check.ok();
    }
    FAIL("it was not compared");
    return false;
  }
};

TEST_CASE("what is as it should be is right") {
  const Measurement c;
  const std::vector<Check> checks = compare(c.plan, c.e, c.result);
  CHECK(checks.size() == 4);
  for (const Check& check : checks) {
    CHECK(check.ok());
    CHECK(check.from == c.plan.nodes[0].name);
    CHECK(check.to == c.plan.nodes[1].name);
  }
}

TEST_CASE("the median round trip may be as late as two packets may, and no earlier") {
  Measurement c;
  // 5 % of 40 ms are 2 ms, twice.
  c.result.ping->round_trips = {84ms, 83999us, 200ms};
  CHECK(c.ok(Quantity::kRoundTrip));
  c.result.ping->round_trips = {84001us, 83ms, 200ms};
  CHECK_FALSE(c.ok(Quantity::kRoundTrip));
  c.result.ping->round_trips = {75'999us};
  CHECK_FALSE(c.ok(Quantity::kRoundTrip));
  c.result.ping->round_trips = {};
  CHECK_FALSE(c.ok(Quantity::kRoundTrip));
}

TEST_CASE("small delays leave less room") {
  Measurement c;
  c.e.wanted.smallest_delay = 10ms;
  c.result.ping->round_trips = {81ms};
  CHECK(c.ok(Quantity::kRoundTrip));
  c.result.ping->round_trips = {81'001us};
  CHECK_FALSE(c.ok(Quantity::kRoundTrip));
}

TEST_CASE(
    "a flow of TCP may be late by three packets and 2 percent of its sending, and no earlier") {
  Measurement c;
  // 3 x 2 ms + 1.6 ms
  c.result.tcp->took = {100ms, 207'599us, 300ms};
  CHECK(c.ok(Quantity::kTcpFlow));
  c.result.tcp->took = {100ms, 207'601us, 300ms};
  CHECK_FALSE(c.ok(Quantity::kTcpFlow));
  c.result.tcp->took = {192'401us, 192'401us, 192'401us};
  CHECK(c.ok(Quantity::kTcpFlow));
  c.result.tcp->took = {192'399us, 192'399us, 192'399us};
  CHECK_FALSE(c.ok(Quantity::kTcpFlow));
}

TEST_CASE("flows of TCP that do not end are long ones") {
  Measurement c;
  c.result.tcp->took = {200ms, 200ms};
  CHECK(c.ok(Quantity::kTcpFlow));
  c.result.tcp->took = {200ms};
  CHECK_FALSE(c.ok(Quantity::kTcpFlow));
  c.result.tcp->took = {};
  CHECK_FALSE(c.ok(Quantity::kTcpFlow));
  const Verification verification = verified(compare(c.plan, c.e, c.result));
  CHECK(verification.failed() == 1);
  CHECK_FALSE(verification.checks[1].got);
}

TEST_CASE("losses are right within what chance allows") {
  Measurement c;
  c.result.loss->received = 1000 - 70;
  CHECK(c.ok(Quantity::kLost));
  c.result.loss->received = 1000 - 69;
  CHECK_FALSE(c.ok(Quantity::kLost));
  c.result.loss->received = 1000 - 133;
  CHECK_FALSE(c.ok(Quantity::kLost));
  c.e.wanted.loss = 0;
  c.result.loss->received = 1000;
  CHECK(c.ok(Quantity::kLost));
  c.result.loss->received = 999;
  CHECK_FALSE(c.ok(Quantity::kLost));
}

TEST_CASE("a datagram that comes twice is no less wrong than one that is lost") {
  Measurement c;
  c.e.wanted.loss = 0;
  c.result.loss->received = 1001;
  CHECK_FALSE(c.ok(Quantity::kLost));
}

TEST_CASE("rates are right within 2 percent") {
  Measurement c;
  c.result.flow->span = 1220ms;  // 0.984 Mbit/s
  CHECK(c.ok(Quantity::kRate));
  c.result.flow->span = 1230ms;  // 0.976
  CHECK_FALSE(c.ok(Quantity::kRate));
  c.result.flow->span = 1170ms;  // 1.026
  CHECK_FALSE(c.ok(Quantity::kRate));
  SUBCASE("more is right where the way is not filled") {
    c.e.wanted.rate->at_least = true;
    CHECK(c.ok(Quantity::kRate));
  }
  SUBCASE("losses behind the slowest link leave room for chance") {
    // 3.29 x sqrt(0.2 / 100) = 15 %
    c.e.wanted.rate->thinned = 0.2;
    CHECK(c.ok(Quantity::kRate));
    c.result.flow->span = 1460ms;  // 0.82
    CHECK_FALSE(c.ok(Quantity::kRate));
  }
  SUBCASE("nothing that came is nothing") {
    c.result.flow = Streamed{.sent = 130};
    CHECK_FALSE(c.ok(Quantity::kRate));
  }
}

TEST_CASE("only what was wrong is measured again, and the second time counts") {
  Measurement c;
  c.result.flow->span = 2s;
  std::vector<Check> checks = compare(c.plan, c.e, c.result);
  const ProbeOrder second = again(c.e.order, checks);
  CHECK_FALSE(second.ping);
  CHECK_FALSE(second.tcp);
  CHECK_FALSE(second.loss);
  CHECK(second.flow == c.e.order.flow);
  ProbeResult result;
  result.flow = Streamed{.sent = 130, .received = 134, .timed = 100, .span = 1200ms};
  put_right(checks, compare(c.plan, c.e, result));
  CHECK(checks.size() == 4);
  const Verification verification = verified(checks);
  CHECK(verification.ok());
  CHECK(checks[2].quantity == Quantity::kRate);
  CHECK(checks[2].attempts == 2);
  CHECK(checks[0].attempts == 1);
  const ProbeOrder third = again(c.e.order, checks);
  CHECK_FALSE((third.ping || third.tcp || third.loss || third.flow));
}

TEST_CASE("a verification without any measurement is not right") {
  CHECK_FALSE(Verification{}.ok());
  CHECK(to_text(Verification{}).find("nothing could be measured") != std::string::npos);
}

TEST_CASE("a verification comes back from JSON as it was") {
  Measurement c;
  c.result.ping->round_trips = {};
  c.e.wanted.rate->at_least = true;
  const Verification verification = verified(compare(c.plan, c.e, c.result));
  CHECK(verification_from_json(to_json(verification)) == verification);
  CHECK(to_json(verification).at("ok") == false);
  CHECK(to_json(verification).at("checks").at(0).at("got").is_null());
}

TEST_CASE("the table says what was wanted, what was measured, and what would be right") {
  const Measurement c;
  const std::string text = to_text(verified(compare(c.plan, c.e, c.result)));
  INFO(text);
  CHECK(text.find("80.00 ms") != std::string::npos);
  CHECK(text.find("76.00 ms to 84.00 ms") != std::string::npos);
  CHECK(text.find("100 of 1000") != std::string::npos);
  CHECK(text.find("70 to 132") != std::string::npos);
  CHECK(text.find("1 Mbit/s") != std::string::npos);
  CHECK(text.ends_with("the network is the one that was asked for: 4 measurements, all right\n"));
}

TEST_CASE("where something is wrong it is said that processors were late meanwhile") {
  Measurement c;
  c.result.ping->round_trips = {};
  Verification verification = verified(compare(c.plan, c.e, c.result));
  const std::string late = "; but for 6.0 % of the time processors came more than 1 ms late";
  CHECK(to_text(verification).find("wrong" + late) != std::string::npos);
  verification.processors_late = 0.001;
  CHECK(to_text(verification).ends_with("wrong\n"));
  verification.processors_late.reset();
  CHECK(to_text(verification).ends_with("wrong\n"));
}

}  // namespace
}  // namespace pleat
