// SPDX-License-Identifier: Apache-2.0
// Plans for tests of what verifies a network.
#pragma once

#include <string>

#include "model/load_plan.hh"

namespace pleat::test {

inline Plan plan_of(const std::string& network, const std::string& groups, Shaper shaper) {
  Plan plan = load_plan("[experiment]\nname = \"x\"\nduration = \"1s\"\n[network]\n" + network +
                            "\n" + groups,
                        "x.toml", End::kOptional)
                  .plan;
  plan.shaper = shaper;
  return plan;
}

// A modem, a DSL line and a data centre, far apart.
inline Plan three_homes(Shaper shaper = Shaper::kEngine) {
  return plan_of("prefix = \"10.0.0.0/8\"", R"(
[[group]]
name = "modem"
prefix = "10.1.0.0/16"
nodes = 100
up = "33.6kbit"
down = "56kbit"
delay = "100ms"
loss_down = "2%"
[[group]]
name = "dsl"
prefix = "10.2.0.0/16"
nodes = 100
up = "1Mbit"
down = "8Mbit"
delay = "20ms"
[[group]]
name = "hosting"
prefix = "10.3.0.0/24"
nodes = 1
[[latency]]
between = ["modem", "hosting"]
delay = "50ms"
)",
                 shaper);
}

}  // namespace pleat::test
