// SPDX-License-Identifier: Apache-2.0
#include "launcher/record/record_run.hh"

#include <nlohmann/json.hpp>
#include <optional>

#include "model/plan_json.hh"

namespace pleat {
namespace {

class SettingsWriter {
 public:
  explicit SettingsWriter(Database& database)
      : insert_(database.prepare("INSERT INTO run VALUES (?, ?)")) {}

  template <typename Value>
  void set(const std::string& key, const Value& value) {
    insert_.run(key, value);
  }

 private:
  Statement insert_;
};

void write_settings(Database& database, const RunInfo& info, const Plan& plan) {
  SettingsWriter run(database);
  run.set("name", plan.name);
  run.set("started", info.started);
  run.set("version", info.version);
  run.set("command", info.command);
  run.set("experiment", info.experiment);
  run.set("plan", to_json(plan).dump());
  if (plan.dilation.slows()) run.set("dilation", to_text(plan.dilation));
  // As text: a seed may need all 64 bits, of which SQLite's integers have 63.
  run.set("seed", std::to_string(plan.seed));
  run.set("shaper", info.shaper);
  run.set("shaper_reason", info.shaper_reason);
  run.set("identity", info.identity);
  run.set("identity_reason", info.identity_reason);
  if (!info.congestion_control.empty()) run.set("congestion_control", info.congestion_control);
  if (info.idle_poll) run.set("idle_poll", 1);
  if (!info.waits_known) run.set("waits_unknown", 1);
  if (info.verification) run.set("verified", 1);
  run.set("host_name", info.host.name);
  run.set("host_kernel", info.host.kernel);
  run.set("host_cpu", info.host.cpu);
  run.set("host_cpus", info.host.cpus);
  run.set("host_memory_bytes", info.host.memory);
}

// Where 0 means that there is no limit, the table has NULL.
std::optional<uint64_t> limit(uint64_t value) {
  return value == 0 ? std::nullopt : std::optional(value);
}

template <typename Value>
std::optional<std::string> text(const std::optional<Value>& value) {
  return value ? std::optional(value->text()) : std::nullopt;
}

void write_groups(Database& database, const Plan& plan) {
  Statement insert =
      database.prepare("INSERT INTO groups VALUES (?,?,?,?,?, ?,?,?,?,?, ?,?,?,?,?)");
  for (size_t id = 0; id < plan.groups.size(); ++id) {
    const PlanGroup& group = plan.groups[id];
    insert.run(id, group.name, text(group.ipv4 ? std::optional(group.prefix) : std::nullopt),
               text(group.prefix6), group.nodes, limit(group.up.rate.bits_per_second),
               group.up.delay.count(), group.up.loss.value, limit(group.up.queue.bytes),
               limit(group.up.queue.packets), limit(group.down.rate.bits_per_second),
               group.down.delay.count(), group.down.loss.value, limit(group.down.queue.bytes),
               limit(group.down.queue.packets));
  }
}

std::string_view finish_name(const PlanWorkload& workload) {
  switch (workload.finish) {
    case Finish::kExit: return "exit";
    case Finish::kMark: return "mark";
    case Finish::kNever: break;
  }
  return "never";
}

void write_workloads(Database& database, const Plan& plan) {
  Statement insert = database.prepare("INSERT INTO workloads VALUES (?,?,?,?,?)");
  for (size_t id = 0; id < plan.workloads.size(); ++id) {
    const PlanWorkload& workload = plan.workloads[id];
    insert.run(id, workload.name, nlohmann::json(workload.command).dump(), finish_name(workload),
               limit(workload.payload.value_or(ByteCount{}).bytes));
  }
}

void write_nodes(Database& database, const Plan& plan) {
  Statement insert = database.prepare("INSERT INTO nodes VALUES (?,?,?,?,?,?,?)");
  for (size_t id = 0; id < plan.nodes.size(); ++id) {
    const PlanNode& node = plan.nodes[id];
    insert.run(id, node.name, text(node.ipv4), text(node.ipv6), node.group, node.workload,
               node.start.count());
  }
}

void write_verification(Database& database, const Verification& verification) {
  Statement insert =
      database.prepare("INSERT INTO verification VALUES (?,?,?,?, ?,?,?,?,?, ?,?,?)");
  for (const Check& check : verification.checks) {
    insert.run(check.from, check.to, static_cast<int>(check.family), check.why,
               name(check.quantity), check.wanted, check.got, check.low, check.high, check.packets,
               check.attempts, check.ok());
  }
}

void write_step(SettingsWriter& run, const std::string& step, const StepEnd& end) {
  run.set(step + "_status", end.status);
  run.set(step + "_took_ns", end.took.count());
  run.set(step + "_last_lines", end.last_lines);
}

}  // namespace

void write_beginning(Database& database, const RunInfo& info, const Plan& plan) {
  write_settings(database, info, plan);
  write_groups(database, plan);
  write_workloads(database, plan);
  write_nodes(database, plan);
  if (info.verification) write_verification(database, *info.verification);
}

void write_end(Database& database, const RunEnd& end) {
  SettingsWriter run(database);
  run.set("end", name(end.reason));
  run.set("end_detail", end.detail);
  run.set("elapsed_ns", end.elapsed.count());
  run.set("begun_ns", end.begun.count());
  if (end.setup) write_step(run, "setup", *end.setup);
  if (end.check) write_step(run, "check", *end.check);
}

}  // namespace pleat
