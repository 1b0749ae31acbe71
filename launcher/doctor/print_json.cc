// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "launcher/doctor/print.hh"

namespace pleat::doctor {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json to_json(const Finding& finding) {
  return {{"subject", finding.subject},
          {"state", word(finding.state)},
          {"required", finding.required},
          {"meaning", finding.meaning},
          {"command", or_null(finding.command)}};
}

Json to_json(const Limit& limit) {
  return {
      {"name", limit.name},       {"unit", limit.quantity == Quantity::kBytes ? "bytes" : "count"},
      {"value", limit.value},     {"in_use", limit.in_use},
      {"reserve", limit.reserve}, {"per_node", limit.per_node},
      {"nodes", limit.nodes()},   {"command", or_null(limit.command)}};
}

template <typename Part>
Json list(const std::vector<Part>& parts) {
  Json result = Json::array();
  for (const Part& part : parts) result.push_back(to_json(part));
  return result;
}

}  // namespace

std::string json_text(const Diagnosis& diagnosis) {
  const Limit* const first = diagnosis.first_limit();
  const Json document{{"ready", diagnosis.ready()},
                      {"headline", headline(diagnosis)},
                      {"wanted", diagnosis.wanted ? Json(*diagnosis.wanted) : Json()},
                      {"nodes", diagnosis.nodes()},
                      {"first_limit", first == nullptr ? Json() : Json(first->name)},
                      {"findings", list(diagnosis.findings)},
                      {"limits", list(diagnosis.limits)}};
  // Messages of the system may not be UTF-8 in every locale.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace pleat::doctor
