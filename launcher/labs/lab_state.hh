// SPDX-License-Identifier: Apache-2.0
// What is written down of a lab that stays, for the commands that come later.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "launcher/labs/realm.hh"
#include "model/plan.hh"
#include "sys/process.hh"

namespace pleat {

struct LabState {
  std::string name;
  std::string experiment;  // the file's absolute path
  std::string shaper;      // the back end: "engine" or "tc"
  std::string identity;    // "preload", "bpf" or "both"
  std::string cgroup;      // the folder of the lab's; empty: its nodes have none
  size_t nodes = 0;
  std::string dilation_start = {};  // of its nodes (lab/start_of_time.hh)
  std::string since;                // UTC: 2026-11-22T09:30:00Z
  Realm realm;                      // of those who made it, and of these processes' numbers
  ProcessKey init;
  ProcessKey supervisor;
  bool operator==(const LabState&) const = default;
};

nlohmann::json to_json(const LabState& state);

// Write and read lab.json in a lab's folder. Reading: nothing where it is missing or is not of this
// form. Writing throws SystemError.
void write_state(const std::filesystem::path& folder, const LabState& state);
std::optional<LabState> read_state(const std::filesystem::path& folder);
bool has_state(const std::filesystem::path& folder);  // whether there is a lab.json, of any form

// The same for the plan. Reading throws SystemError.
void write_plan(const std::filesystem::path& folder, const Plan& plan);
Plan read_plan(const std::filesystem::path& folder);

}  // namespace pleat
