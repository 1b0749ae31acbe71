// SPDX-License-Identifier: Apache-2.0
// The plan as JSON: what `pleat plan --json` prints and what the lab gets. Durations are in
// nanoseconds ("..._ns"), rates in bits per second; what is optional and absent has no key.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/plan.hh"

namespace pleat {

nlohmann::json to_json(const Plan& plan);

// The plan that to_json() was given: equal in every field. Throws nlohmann::json::exception or
// BadValue where the JSON is not of that form, or its parts do not fit each other.
Plan plan_from_json(const nlohmann::json& json);

}  // namespace pleat
