// SPDX-License-Identifier: Apache-2.0
#include "launcher/verify/examination.hh"

#include <doctest/doctest.h>

#include "tests/unit/verify_plan.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// Between the first nodes of two groups, or the first two of one.
Examination between(const Plan& plan, const std::string& from, const std::string& to) {
  const auto first = [&](const std::string& name) {
    for (const PlanGroup& group : plan.groups) {
      if (group.name == name) return group.first_node;
    }
    return ~0u;
  };
  return examination(plan, {first(from), first(to) + (from == to ? 1u : 0u), Family::kIpv4, {}});
}

Plan pair_of_links(const std::string& from, const std::string& to,
                   Shaper shaper = Shaper::kEngine) {
  return test::plan_of("prefix = \"10.0.0.0/8\"",
                       "[[group]]\nname = \"from\"\nprefix = \"10.1.0.0/16\"\nnodes = 2\n" + from +
                           "[[group]]\nname = \"to\"\nprefix = \"10.2.0.0/16\"\nnodes = 2\n" + to,
                       shaper);
}

TEST_CASE("a round trip is the sum of what its links and the latency delay") {
  const Plan engine = test::three_homes(), tc = test::three_homes(Shaper::kTc);
  // 84 bytes are 672 bits. Between two modems, both ways: 672 / 33,600 s = 20 ms and
  // 672 / 56,000 s = 12 ms, and 100 ms twice.
  CHECK(between(engine, "modem", "modem").wanted.round_trip == 464ms);
  CHECK(between(tc, "modem", "modem").wanted.round_trip == 400ms);
  // Modem and hosting: its uplink once, its downlink once; 2 x (100 ms + 50 ms).
  CHECK(between(engine, "modem", "hosting").wanted.round_trip == 332ms);
  CHECK(between(engine, "hosting", "modem").wanted.round_trip == 332ms);
  // DSL: 672 / 1,000,000 s + 672 / 8,000,000 s = 0.756 ms for each of two.
  CHECK(between(engine, "dsl", "dsl").wanted.round_trip == 81'512us);
  CHECK(between(engine, "dsl", "dsl").wanted.smallest_delay == 40ms);
}

TEST_CASE("pings do not queue behind each other, and wait for the last answer") {
  const Examination e = between(test::three_homes(), "modem", "modem");
  CHECK(e.order.ping->gap >= 2 * 20ms);
  CHECK(e.order.ping->patience > 464ms);
}

TEST_CASE("where packets get lost there are more pings") {
  const auto pings = [](const std::string& loss) {
    return between(pair_of_links("loss_up = \"" + loss + "\"\n", ""), "from", "to").order.ping;
  };
  CHECK(pings("0%")->count == 10);
  // ln(1e-4) / ln(0.9) = 87.4
  CHECK(pings("90%")->count == 88);
}

TEST_CASE("loss of both links adds up, and is that of one direction") {
  const Plan plan = pair_of_links("loss_up = \"10%\"\n", "loss_down = \"20%\"\n");
  CHECK(between(plan, "from", "to").wanted.loss == doctest::Approx(1 - 0.9 * 0.8));
  CHECK(between(plan, "to", "from").wanted.loss == 0);
}

TEST_CASE("loss is looked for with half of what the slowest link can take, in bounded time") {
  const Examination slow =
      between(pair_of_links("up = \"56kbit\"\nloss_up = \"1%\"\n", ""), "from", "to");
  // 64 bytes are 512 bits: 9.14 ms at 56 kbit/s.
  CHECK(slow.order.loss->gap >= 2 * 9142us);
  CHECK(slow.order.loss->count * slow.order.loss->gap <= 5s);
  CHECK(slow.order.loss->count > 200);
  const Examination fast = between(pair_of_links("loss_up = \"1%\"\n", ""), "from", "to");
  CHECK(fast.order.loss->count == 1000);
}

TEST_CASE("the rate is that of the slower of both links") {
  const Plan plan = test::three_homes();
  CHECK(between(plan, "dsl", "hosting").wanted.rate->bits_per_second == 1e6);
  CHECK(between(plan, "hosting", "dsl").wanted.rate->bits_per_second == 8e6);
  CHECK(between(plan, "dsl", "modem").wanted.rate->bits_per_second == 56e3);
  CHECK_FALSE(between(plan, "dsl", "hosting").wanted.rate->at_least);
}

TEST_CASE("what is sent to find a rate is a quarter more than the rate") {
  const Examination e = between(test::three_homes(), "dsl", "hosting");
  const double offered = 8e9 * e.order.flow->bytes / static_cast<double>(e.order.flow->gap.count());
  CHECK(offered == doctest::Approx(1.25e6).epsilon(0.001));
  const auto takes = e.order.flow->count * e.order.flow->gap;
  CHECK(takes > 1400ms);
  CHECK(takes < 2s);
}

TEST_CASE("short flows of TCP fit into the first window, and into a second") {
  const Examination e = between(test::three_homes(), "dsl", "hosting");
  CHECK(e.order.tcp->count == 3);
  CHECK(e.order.tcp->bytes == 8 * 1448);
  // 9 packets of 1,500 and 52 bytes at 1 Mbit/s, three ways of 20 ms, and SYN there and back at 1
  // and 8 Mbit/s.
  CHECK(e.wanted.tcp->time == 96'416us + 60ms + 480us + 60us);
  CHECK(e.wanted.tcp->sending == 96'416us + 480us + 60us);
  CHECK(e.order.tcp->patience > 2 * e.wanted.tcp->time);
  CHECK(between(pair_of_links("up = \"56kbit\"\n", ""), "from", "to").order.tcp->bytes == 4 * 1448);
  CHECK(between(pair_of_links("up = \"5kbit\"\n", ""), "from", "to").order.tcp->bytes == 1448);
}

TEST_CASE("where chance or a short queue has a say there are no flows of TCP") {
  const auto has_flow = [](const std::string& from, const std::string& to) {
    return between(pair_of_links(from, to), "from", "to").wanted.tcp.has_value();
  };
  CHECK(has_flow("up = \"1Mbit\"\n", "down = \"1Mbit\"\n"));
  CHECK_FALSE(has_flow("loss_up = \"1%\"\n", ""));
  CHECK_FALSE(has_flow("", "loss_up = \"1%\"\n"));
  CHECK(has_flow("up = \"1Mbit\"\nqueue_up = \"11packets\"\n", ""));
  CHECK_FALSE(has_flow("up = \"1Mbit\"\nqueue_up = \"10packets\"\n", ""));
  CHECK_FALSE(has_flow("", "down = \"1Mbit\"\nqueue_down = \"10kB\"\n"));
  CHECK(has_flow("delay = \"220ms\"\n", "delay = \"220ms\"\n"));
  CHECK_FALSE(has_flow("delay = \"230ms\"\n", "delay = \"230ms\"\n"));
}

TEST_CASE("slow links get small packets, so that enough of them can be timed") {
  const Examination e = between(test::three_homes(), "modem", "hosting");
  CHECK(e.order.flow->bytes < 200);
  CHECK(e.order.flow->count > 30);
}

TEST_CASE("loss before the slowest link is made up for, loss behind it takes its part") {
  const auto wanted = [](const std::string& from, const std::string& to, Shaper shaper) {
    return between(pair_of_links(from, to, shaper), "from", "to").wanted.rate.value();
  };
  const std::string up = "up = \"1Mbit\"\nloss_up = \"20%\"\n";
  CHECK(wanted(up, "", Shaper::kEngine).bits_per_second == 1e6);
  CHECK(wanted(up, "", Shaper::kEngine).thinned == 0);
  // With the kernel's traffic control it comes behind the uplink's rate.
  CHECK(wanted(up, "", Shaper::kTc).bits_per_second == doctest::Approx(0.8e6));
  CHECK(wanted(up, "", Shaper::kTc).thinned == doctest::Approx(0.2));
  CHECK(wanted("up = \"1Mbit\"\n", "loss_down = \"20%\"\n", Shaper::kEngine).bits_per_second ==
        doctest::Approx(0.8e6));
  CHECK(wanted("", "down = \"1Mbit\"\nloss_down = \"20%\"\n", Shaper::kEngine).bits_per_second ==
        1e6);
}

TEST_CASE("a way that is too fast to be filled has to carry what is sent") {
  const auto rate = [](const std::string& up) {
    return between(pair_of_links("up = \"" + up + "\"\n", ""), "from", "to").wanted.rate;
  };
  CHECK_FALSE(rate("100Mbit")->at_least);
  CHECK(rate("1Gbit")->at_least);
  CHECK(rate("1Gbit")->bits_per_second == 100e6);
  CHECK_FALSE(rate("none"));
}

TEST_CASE("a queue that has no room for small heaps of packets cannot show its link's rate") {
  const auto rate = [](const std::string& queue) {
    return between(pair_of_links("up = \"10Mbit\"\nqueue_up = \"" + queue + "\"\n", ""), "from",
                   "to")
        .wanted.rate;
  };
  CHECK(rate("50packets"));
  CHECK_FALSE(rate("2packets"));
  CHECK(rate("75kB"));
  CHECK_FALSE(rate("3kB"));
}

}  // namespace
}  // namespace pleat
