// SPDX-License-Identifier: Apache-2.0
#include "launcher/record/read_run.hh"

#include <nlohmann/json.hpp>
#include <string>

#include "model/plan_json.hh"

namespace pleat {
namespace {

class SettingsReader {
 public:
  explicit SettingsReader(Database& database)
      : select_(database.prepare("SELECT value FROM run WHERE key = ?")) {}

  std::optional<std::string> find(const std::string& key) {
    std::optional<std::string> value;
    select_.start(key);
    while (select_.step()) value = select_.text(0);
    return value;
  }
  std::string text(const std::string& key) { return find(key).value_or(""); }
  int64_t integer(const std::string& key) {
    int64_t value = 0;
    select_.start(key);
    while (select_.step()) value = select_.integer(0);
    return value;
  }

 private:
  Statement select_;
};

HostDescription read_host_description(SettingsReader& run) {
  return {.name = run.text("host_name"),
          .kernel = run.text("host_kernel"),
          .cpu = run.text("host_cpu"),
          .cpus = static_cast<unsigned>(run.integer("host_cpus")),
          .memory = static_cast<uint64_t>(run.integer("host_memory_bytes"))};
}

RunInfo read_info(SettingsReader& run) {
  return {.started = run.text("started"),
          .version = run.text("version"),
          .command = run.text("command"),
          .experiment = run.text("experiment"),
          .shaper = run.text("shaper"),
          .shaper_reason = run.text("shaper_reason"),
          .identity = run.text("identity"),
          .identity_reason = run.text("identity_reason"),
          .congestion_control = run.text("congestion_control"),
          .idle_poll = run.find("idle_poll").has_value(),
          .waits_known = !run.find("waits_unknown").has_value(),
          .host = read_host_description(run),
          // Its checks have a table of their own.
          .verification = run.find("verified") ? std::optional(Verification{}) : std::nullopt};
}

Plan read_plan(SettingsReader& run) {
  try {
    return plan_from_json(nlohmann::json::parse(run.text("plan")));
  } catch (const nlohmann::json::exception& error) {
    throw DatabaseError(std::string("the plan: ") + error.what(), 0);
  } catch (const BadValue& error) {
    throw DatabaseError(std::string("the plan: ") + error.what(), 0);
  }
}

std::optional<StepEnd> read_step(SettingsReader& run, const std::string& step) {
  if (!run.find(step + "_status")) return std::nullopt;
  return StepEnd{.status = static_cast<ExitStatus>(run.integer(step + "_status")),
                 .took = Duration(run.integer(step + "_took_ns")),
                 .last_lines = run.text(step + "_last_lines")};
}

std::optional<RunEnd> read_end(SettingsReader& run) {
  const std::optional<std::string> reason = run.find("end");
  if (!reason) return std::nullopt;
  return RunEnd{.reason = end_reason(*reason).value_or(EndReason::kError),
                .detail = run.text("end_detail"),
                .elapsed = Duration(run.integer("elapsed_ns")),
                .begun = Duration(run.find("begun_ns") ? run.integer("begun_ns") : 0),
                .setup = read_step(run, "setup"),
                .check = read_step(run, "check")};
}

}  // namespace

RunTable read_run(Database& database) {
  SettingsReader run(database);
  return {.info = read_info(run), .plan = read_plan(run), .end = read_end(run)};
}

}  // namespace pleat
