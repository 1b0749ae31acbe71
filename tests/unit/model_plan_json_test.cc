// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "model/plan_json.hh"
#include "model/random.hh"

namespace pleat {
namespace {

std::string random_text(Random& random) {
  std::string text;
  for (uint64_t i = random.next() % 8; i > 0; --i) {
    text += std::string_view("ab{}\"\\\n\x01\xc3\xa9")[random.next() % 9];
  }
  // JSON is UTF-8, as TOML is: no half characters.
  for (char& c : text) c = (c & 0x80) != 0 ? 'x' : c;
  return text;
}

Duration random_duration(Random& random) {
  return Duration(static_cast<int64_t>(random.next() >> 1));
}

PipeProfile random_pipe(Random& random) {
  return {Rate{random.next()}, random_duration(random), Probability{random.uniform()},
          QueueLimit{random.next(), static_cast<uint32_t>(random.next())}};
}

template <class Program>
void randomize_program(Random& random, Program& program) {
  for (uint64_t i = random.next() % 3; i > 0; --i) {
    program.command.push_back(random_text(random));
    program.environment[random_text(random)] = random_text(random);
    program.files.push_back({random_text(random), random_text(random)});
  }
}

PlanWorkload random_workload(Random& random) {
  PlanWorkload workload;
  workload.name = random_text(random);
  randomize_program(random, workload);
  workload.on_exit = static_cast<OnExit>(random.next() % 3);
  workload.finish = static_cast<Finish>(random.next() % 3);
  workload.mark = random_text(random);
  if (random.happens(0.5)) workload.stop_after = random_duration(random);
  if (random.happens(0.5)) workload.payload = ByteCount{random.next()};
  return workload;
}

PlanStep random_step(Random& random) {
  PlanStep step;
  step.name = random_text(random);
  randomize_program(random, step);
  step.time_limit = random_duration(random);
  return step;
}

// Nonsense, but of the right form: each member with values of all sizes.
Plan random_plan(Random& random) {
  Plan plan;
  plan.name = random_text(random);
  plan.seed = random.next();
  plan.seed_is_default = random.next() % 2 == 0;
  if (random.happens(0.5)) plan.network = Prefix::parse("10.0.0.0/8");
  plan.mtu = static_cast<uint32_t>(random.next());
  plan.packet_memory.bytes = random.next();
  if (random.happens(0.5)) plan.duration = random_duration(random);
  plan.time_limit = random_duration(random);
  if (random.happens(0.5)) plan.setup = random_step(random);
  if (random.happens(0.5)) plan.check = random_step(random);
  for (uint64_t i = random.next() % 3; i > 0; --i) plan.needs.push_back(random_text(random));
  for (uint64_t i = 1 + random.next() % 4; i > 0; --i) {
    plan.groups.push_back({random_text(random), Prefix::parse("10.1.0.0/16"), random_pipe(random),
                           random_pipe(random), static_cast<uint32_t>(random.next()), 7,
                           random.happens(0.5)});
    if (random.happens(0.5)) plan.groups.back().prefix6 = Prefix::parse("2001:db8:1::/64");
    plan.workloads.push_back(random_workload(random));
  }
  plan.latency.resize(plan.groups.size() * plan.groups.size());
  for (Duration& latency : plan.latency) latency = Duration(random.next() % 3);
  for (uint64_t i = random.next() % 5; i > 0; --i) {
    PlanNode node;
    node.name = random_text(random);
    const auto tail = static_cast<uint32_t>(random.next());
    if (random.happens(0.7)) node.ipv4 = Address::ipv4(tail);
    if (!node.ipv4 || random.happens(0.5)) {
      node.ipv6 = Address::parse("2001:db8:1::").with_tail(tail);
    }
    node.group = static_cast<uint32_t>(random.next() % plan.groups.size());
    if (random.happens(0.5)) node.workload = node.group;
    node.number = static_cast<uint32_t>(random.next());
    node.start = random_duration(random);
    plan.nodes.push_back(node);
  }
  return plan;
}

TEST_CASE("a plan is the same after it was JSON") {
  Random random = stream(77, 1);
  for (int i = 0; i < 500; ++i) {
    const Plan plan = random_plan(random);
    CHECK(plan_from_json(nlohmann::json::parse(to_json(plan).dump())) == plan);
  }
}

TEST_CASE("a latency for each of many pairs takes little space") {
  Plan plan;
  plan.groups.resize(1000);
  plan.latency.assign(1'000'000, std::chrono::milliseconds(5));
  const nlohmann::json json = to_json(plan);
  CHECK(json.at("latency").dump() == "[[1000000,5000000]]");
  CHECK(plan_from_json(json) == plan);
}

TEST_CASE("JSON that is no plan is refused") {
  Random random = stream(77, 2);
  Plan plan = random_plan(random);
  plan.nodes.resize(1);
  const nlohmann::json good = to_json(plan);
  CHECK_THROWS_AS(plan_from_json({}), nlohmann::json::exception);
  const auto changed = [&](const char* pointer, nlohmann::json value) {
    nlohmann::json json = good;
    json[nlohmann::json::json_pointer(pointer)] = std::move(value);
    return json;
  };
  CHECK_THROWS_AS(plan_from_json(changed("/seed", "1")), nlohmann::json::exception);
  CHECK_THROWS_AS(plan_from_json(changed("/shaper", "magic")), BadValue);
  CHECK_THROWS_AS(plan_from_json(changed("/identity", "magic")), BadValue);
  CHECK_THROWS_AS(plan_from_json(changed("/nodes/0/group", 99)), BadValue);
  CHECK_THROWS_AS(plan_from_json(changed("/nodes/0/workload", 99)), BadValue);
  CHECK_THROWS_AS(plan_from_json(changed("/nodes/0/ipv4", "10.0.0")), BadValue);
  CHECK_THROWS_AS(plan_from_json(changed("/latency", {{1'000'000'000'000, 0}})), BadValue);
  CHECK_THROWS_AS(plan_from_json(changed("/latency", nlohmann::json::array())), BadValue);
}

}  // namespace
}  // namespace pleat
