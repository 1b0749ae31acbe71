// SPDX-License-Identifier: Apache-2.0
#include "launcher/labs/lab_state.hh"

#include <nlohmann/json.hpp>

#include "model/plan_json.hh"
#include "sys/error.hh"
#include "sys/file.hh"

namespace pleat {
namespace {

using nlohmann::json;

constexpr const char* kStateFile = "lab.json";
constexpr const char* kPlanFile = "plan.json";

json process(const ProcessKey& key) { return {{"pid", key.pid}, {"start", key.start}}; }

ProcessKey process(const json& object) {
  return {.pid = object.at("pid"), .start = object.at("start")};
}

Realm realm(const json& object) {
  return {.host = object.at("host"),
          .boot = object.at("boot"),
          .pid_namespace = object.at("pid_namespace")};
}

}  // namespace

json to_json(const LabState& state) {
  return {{"name", state.name},
          {"experiment", state.experiment},
          {"shaper", state.shaper},
          {"identity", state.identity},
          {"cgroup", state.cgroup},
          {"nodes", state.nodes},
          {"dilation_start", state.dilation_start},
          {"since", state.since},
          {"host", state.realm.host},
          {"boot", state.realm.boot},
          {"pid_namespace", state.realm.pid_namespace},
          {"init", process(state.init)},
          {"supervisor", process(state.supervisor)}};
}

void write_state(const std::filesystem::path& folder, const LabState& state) {
  write_file(folder / kStateFile,
             to_json(state).dump(2, ' ', false, json::error_handler_t::replace) + '\n');
}

bool has_state(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::exists(folder / kStateFile, ignored);
}

std::optional<LabState> read_state(const std::filesystem::path& folder) {
  const auto text = try_read_file(folder / kStateFile);
  const json object = text ? json::parse(*text, nullptr, false) : json();
  try {
    return LabState{.name = object.at("name"),
                    .experiment = object.at("experiment"),
                    .shaper = object.at("shaper"),
                    .identity = object.at("identity"),
                    .cgroup = object.at("cgroup"),
                    .nodes = object.at("nodes"),
                    .dilation_start = object.at("dilation_start"),
                    .since = object.at("since"),
                    .realm = realm(object),
                    .init = process(object.at("init")),
                    .supervisor = process(object.at("supervisor"))};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

void write_plan(const std::filesystem::path& folder, const Plan& plan) {
  write_file(folder / kPlanFile, to_json(plan).dump() + '\n');
}

Plan read_plan(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kPlanFile;
  try {
    return plan_from_json(json::parse(read_file(file)));
  } catch (const json::exception& error) {
    throw SystemError("understand", file.string(), 0, error.what());
  } catch (const BadValue& error) {
    throw SystemError("understand", file.string(), 0, error.what());
  }
}

}  // namespace pleat
