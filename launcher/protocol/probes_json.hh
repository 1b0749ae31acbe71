// SPDX-License-Identifier: Apache-2.0
// Probes as JSON. Spans are in nanoseconds; what was not asked for is null.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "launcher/verify/probes.hh"

namespace pleat {

nlohmann::json to_json(const ProbeOrder& order);
nlohmann::json to_json(const ProbeResult& result);

// What to_json() was given. Throw nlohmann::json::exception or BadValue on anything else.
ProbeOrder probe_order_from_json(const nlohmann::json& json);
ProbeResult probe_result_from_json(const nlohmann::json& json);

}  // namespace pleat
