// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "model/load_plan.hh"
#include "model/plan_json.hh"
#include "model/plan_text.hh"

using namespace pleat;
using namespace std::chrono_literals;

namespace {

std::string experiment(const std::string& dilation) {
  return "[experiment]\nname = \"x\"\nduration = \"1s\"\n" + dilation + R"(
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "a"
prefix = "10.1.0.0/16"
nodes = 1
up = "128kbit"
down = "2Mbit"
delay_up = "30ms"
delay_down = "10ms"
loss = "1%"
queue = "50packets"
[[group]]
name = "b"
prefix = "10.2.0.0/16"
nodes = 1
[[latency]]
between = ["a", "b"]
delay = "100ms"
)";
}

Plan plan_with(const std::string& dilation) {
  return load_plan(experiment(dilation), "x.toml").plan;
}

std::string problem_with(const std::string& dilation) {
  try {
    plan_with(dilation);
  } catch (const BadExperiment& bad) {
    return bad.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("dilation is a number, with a point or without") {
  CHECK(plan_with("").dilation.millionths == 1'000'000);
  CHECK(plan_with("dilation = 1").dilation == DilationFactor{});
  CHECK(plan_with("dilation = 4").dilation.millionths == 4'000'000);
  CHECK(plan_with("dilation = 2.5").dilation.millionths == 2'500'000);
  CHECK(plan_with("dilation = 1000").dilation.millionths == 1'000'000'000);
  CHECK(plan_with("dilation = 1.1").dilation.millionths == 1'100'000);  // no binary fraction
}

TEST_CASE("a dilation that is none is reported where it stands") {
  CHECK(problem_with("dilation = \"4\"") ==
        "x.toml:4:12: dilation must be a number, not a text; write dilation = 4");
  for (const std::string wrong : {"0", "-4", "1001", "0.5", "1000.5"}) {
    CAPTURE(wrong);
    CHECK(problem_with("dilation = " + wrong).find("x.toml:4:12: dilation: \"") == 0);
    CHECK(problem_with("dilation = " + wrong)
              .find("write a number from 1 to 1000, with at most six decimals, such as 4 or 2.5") !=
          std::string::npos);
  }
  CHECK(problem_with("dilation = nan") != "none");
  CHECK(problem_with("dilation = 1e300") != "none");
}

TEST_CASE("a factor is written as it is read") {
  for (const std::string text : {"1", "4", "2.5", "1.000001", "999.999999", "1000", "10.05"}) {
    CHECK(to_text(parse_dilation(text)) == text);
  }
  for (const std::string wrong : {"", ".5", "4.", "4x", "1.0000001", "4,5", "10000", "1.-5"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_dilation(wrong), BadValue);
  }
}

TEST_CASE("durations are multiplied for the host and divided for the nodes") {
  const DilationFactor factor = parse_dilation("2.5");
  CHECK(factor.to_host(Duration(10ms)) == Duration(25ms));
  CHECK(factor.to_node(Duration(25ms)) == Duration(10ms));
  CHECK(factor.to_node(Duration(-25ms)) == Duration(-10ms));
  CHECK(factor.to_node(Duration(1)) == Duration(0));  // 0.4
  CHECK(factor.to_node(Duration(2)) == Duration(1));  // 0.8
  CHECK(parse_dilation("1000").to_host(Duration::max()) == Duration::max());
}

// 128 kbit/s, 30 ms and 100 ms, slowed down four times: 32 kbit/s, 120 ms and 400 ms.
TEST_CASE("the network in the host's time has slower rates and longer delays") {
  const Plan plan = plan_with("dilation = 4");
  const Plan host = network_in_host_time(plan);
  CHECK(host.groups[0].up.rate.bits_per_second == 32'000);
  CHECK(host.groups[0].down.rate.bits_per_second == 500'000);
  CHECK(host.groups[0].up.delay == Duration(120ms));
  CHECK(host.groups[0].down.delay == Duration(40ms));
  CHECK(host.groups[0].up.loss == plan.groups[0].up.loss);
  CHECK(host.groups[0].up.queue == plan.groups[0].up.queue);
  CHECK(host.groups[1].up.rate.unlimited());
  CHECK(host.latency_between(0, 1) == Duration(400ms));
  CHECK(host.nodes == plan.nodes);
  CHECK_FALSE(host.dilation.slows());
  CHECK(network_in_host_time(host) == host);
}

TEST_CASE("a rate that rounding would change is refused") {
  Plan plan = plan_with("dilation = 2.5");
  plan.groups[1].down.rate.bits_per_second = 1'001;  // 400.4
  refuse_rates_that_rounding_changes(plan);
  plan.groups[1].down.rate.bits_per_second = 1'001 / 2;  // 200
  refuse_rates_that_rounding_changes(plan);
  plan.groups[1].down.rate.bits_per_second = 501;  // 200.4
  CHECK_THROWS_WITH_AS(refuse_rates_that_rounding_changes(plan),
                       doctest::Contains("501bit is too slow for dilation = 2.5"), BadValue);
}

TEST_CASE("a slow rate does not become none") {
  Plan plan = plan_with("dilation = 1000");
  plan.groups[0].up.rate.bits_per_second = 7;
  CHECK(network_in_host_time(plan).groups[0].up.rate.bits_per_second == 1);
}

TEST_CASE("a plan says that it is slowed down, and only then") {
  const Plan slow = plan_with("dilation = 2.5");
  CHECK(plan_from_json(to_json(slow)) == slow);
  CHECK(to_json(slow).at("dilation") == "2.5");
  CHECK(to_text(slow).find("slowed down 2.5 times") != std::string::npos);
  const Plan plain = plan_with("dilation = 1");
  CHECK_FALSE(to_json(plain).contains("dilation"));
  CHECK(to_text(plain).find("slowed") == std::string::npos);
}
