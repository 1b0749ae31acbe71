// SPDX-License-Identifier: Apache-2.0
#include "model/plan_json.hh"

#include <nlohmann/json.hpp>

#include "model/assert.hh"

// One idea each, in pairs: write_x() makes the JSON of an x, read_x() an x of the JSON.

namespace pleat {
namespace {

using nlohmann::json;

template <class E>
struct Word {
  E value;
  const char* word;
};

constexpr Word<Finish> kFinish[] = {
    {Finish::kExit, "exit"}, {Finish::kMark, "mark"}, {Finish::kNever, "never"}};
constexpr Word<OnExit> kOnExit[] = {
    {OnExit::kStay, "stay"}, {OnExit::kRestart, "restart"}, {OnExit::kStop, "stop"}};
constexpr Word<Shaper> kShaper[] = {
    {Shaper::kEngine, "engine"}, {Shaper::kTc, "tc"}, {Shaper::kAuto, "auto"}};
constexpr Word<IdentityBy> kIdentity[] = {{IdentityBy::kPreload, "preload"},
                                          {IdentityBy::kBpf, "bpf"},
                                          {IdentityBy::kBoth, "both"},
                                          {IdentityBy::kAuto, "auto"}};

template <class E, size_t n>
const char* write_word(E value, const Word<E> (&words)[n]) {
  for (const auto& [known, word] : words) {
    if (known == value) return word;
  }
  assertion_failed("each enumerator has its word", __FILE__, __LINE__);
}

template <class E, size_t n>
E read_word(const json& from, const Word<E> (&words)[n]) {
  const auto text = from.get<std::string>();
  for (const auto& [known, word] : words) {
    if (word == text) return known;
  }
  throw BadValue("the plan's JSON holds the unknown word \"" + text + "\"");
}

json write_duration(Duration duration) { return duration.count(); }
Duration read_duration(const json& from) { return Duration(from.get<int64_t>()); }

std::optional<Duration> read_optional_duration(const json& from, const char* key) {
  if (!from.contains(key)) return std::nullopt;
  return read_duration(from.at(key));
}

std::optional<Prefix> read_optional_prefix(const json& from, const char* key) {
  if (!from.contains(key)) return std::nullopt;
  return Prefix::parse(from.at(key).get<std::string>());
}

std::optional<Address> read_optional_address(const json& from, const char* key) {
  if (!from.contains(key)) return std::nullopt;
  return Address::parse(from.at(key).get<std::string>());
}

json write_pipe(const PipeProfile& pipe) {
  return {{"rate_bit_per_s", pipe.rate.bits_per_second},
          {"delay_ns", write_duration(pipe.delay)},
          {"loss", pipe.loss.value},
          {"queue_bytes", pipe.queue.bytes},
          {"queue_packets", pipe.queue.packets}};
}

PipeProfile read_pipe(const json& from) {
  PipeProfile pipe;
  pipe.rate.bits_per_second = from.at("rate_bit_per_s");
  pipe.delay = read_duration(from.at("delay_ns"));
  pipe.loss.value = from.at("loss");
  pipe.queue.bytes = from.at("queue_bytes");
  pipe.queue.packets = from.at("queue_packets");
  return pipe;
}

json write_group(const PlanGroup& group) {
  json result = {{"name", group.name},
                 {"prefix", group.prefix.text()},
                 {"ipv4", group.ipv4},
                 {"up", write_pipe(group.up)},
                 {"down", write_pipe(group.down)},
                 {"first_node", group.first_node},
                 {"nodes", group.nodes}};
  if (group.prefix6) result["prefix6"] = group.prefix6->text();
  return result;
}

PlanGroup read_group(const json& from) {
  PlanGroup group;
  group.name = from.at("name");
  group.prefix = Prefix::parse(from.at("prefix").get<std::string>());
  group.ipv4 = from.at("ipv4");
  group.prefix6 = read_optional_prefix(from, "prefix6");
  group.up = read_pipe(from.at("up"));
  group.down = read_pipe(from.at("down"));
  group.first_node = from.at("first_node");
  group.nodes = from.at("nodes");
  return group;
}

// Run lengths, [count, ns] each: thousands of groups make millions of entries, mostly equal.
json write_latency(const std::vector<Duration>& latency) {
  json runs = json::array();
  for (size_t begin = 0; begin < latency.size();) {
    size_t end = begin + 1;
    while (end < latency.size() && latency[end] == latency[begin]) ++end;
    runs.push_back({end - begin, write_duration(latency[begin])});
    begin = end;
  }
  return runs;
}

std::vector<Duration> read_latency(const json& from, size_t groups) {
  const size_t expected = groups * groups;
  std::vector<Duration> latency;
  for (const json& run : from) {
    const auto count = run.at(0).get<size_t>();
    if (count > expected - latency.size()) break;
    latency.insert(latency.end(), count, read_duration(run.at(1)));
  }
  if (latency.size() != expected) {
    throw BadValue("the plan's JSON has no latency for each pair of its groups");
  }
  return latency;
}

json write_files(const std::vector<PlanFile>& files) {
  json result = json::array();
  for (const PlanFile& file : files) {
    result.push_back({{"path", file.path}, {"text", file.text}});
  }
  return result;
}

std::vector<PlanFile> read_files(const json& from) {
  std::vector<PlanFile> files;
  for (const json& file : from) files.push_back({file.at("path"), file.at("text")});
  return files;
}

json write_workload(const PlanWorkload& workload) {
  json result = {{"name", workload.name},
                 {"command", workload.command},
                 {"environment", workload.environment},
                 {"files", write_files(workload.files)},
                 {"on_exit", write_word(workload.on_exit, kOnExit)},
                 {"finish", write_word(workload.finish, kFinish)},
                 {"mark", workload.mark}};
  if (workload.stop_after) result["stop_after_ns"] = write_duration(*workload.stop_after);
  if (workload.payload) result["payload_bytes"] = workload.payload->bytes;
  return result;
}

PlanWorkload read_workload(const json& from) {
  PlanWorkload workload;
  workload.name = from.at("name");
  workload.command = from.at("command").get<std::vector<std::string>>();
  workload.environment = from.at("environment").get<std::map<std::string, std::string>>();
  workload.files = read_files(from.at("files"));
  workload.on_exit = read_word(from.at("on_exit"), kOnExit);
  workload.finish = read_word(from.at("finish"), kFinish);
  workload.mark = from.at("mark");
  workload.stop_after = read_optional_duration(from, "stop_after_ns");
  if (from.contains("payload_bytes")) workload.payload = ByteCount{from.at("payload_bytes")};
  return workload;
}

json write_step(const PlanStep& step) {
  return {{"name", step.name},
          {"command", step.command},
          {"environment", step.environment},
          {"files", write_files(step.files)},
          {"time_limit_ns", write_duration(step.time_limit)}};
}

std::optional<PlanStep> read_step(const json& plan, const char* key) {
  if (!plan.contains(key)) return std::nullopt;
  const json& from = plan.at(key);
  PlanStep step;
  step.name = from.at("name");
  step.command = from.at("command").get<std::vector<std::string>>();
  step.environment = from.at("environment").get<std::map<std::string, std::string>>();
  step.files = read_files(from.at("files"));
  step.time_limit = read_duration(from.at("time_limit_ns"));
  return step;
}

json write_node(const PlanNode& node) {
  json result = {{"name", node.name},
                 {"group", node.group},
                 {"number", node.number},
                 {"start_ns", write_duration(node.start)}};
  if (node.ipv4) result["ipv4"] = node.ipv4->text();
  if (node.ipv6) result["ipv6"] = node.ipv6->text();
  if (node.workload) result["workload"] = *node.workload;
  return result;
}

PlanNode read_node(const json& from, const Plan& plan) {
  PlanNode node;
  node.name = from.at("name");
  node.ipv4 = read_optional_address(from, "ipv4");
  node.ipv6 = read_optional_address(from, "ipv6");
  if (!node.ipv4 && !node.ipv6) {
    throw BadValue("the plan's JSON has no address for " + node.name);
  }
  node.group = from.at("group");
  if (from.contains("workload")) node.workload = from.at("workload").get<uint32_t>();
  node.number = from.at("number");
  node.start = read_duration(from.at("start_ns"));
  const bool fits =
      node.group < plan.groups.size() && (!node.workload || *node.workload < plan.workloads.size());
  if (!fits) throw BadValue("the plan's JSON has no such group or workload as " + node.name + "'s");
  return node;
}

}  // namespace

json to_json(const Plan& plan) {
  json result = {{"name", plan.name},
                 {"seed", plan.seed},
                 {"seed_is_default", plan.seed_is_default},
                 {"shaper", write_word(plan.shaper, kShaper)},
                 {"identity", write_word(plan.identity, kIdentity)},
                 {"mtu", plan.mtu},
                 {"packet_memory", plan.packet_memory.bytes},
                 {"time_limit_ns", write_duration(plan.time_limit)},
                 {"needs", plan.needs},
                 {"latency", write_latency(plan.latency)},
                 {"groups", json::array()},
                 {"workloads", json::array()},
                 {"nodes", json::array()}};
  if (plan.dilation.slows()) result["dilation"] = to_text(plan.dilation);
  if (plan.network) result["network"] = plan.network->text();
  if (plan.duration) result["duration_ns"] = write_duration(*plan.duration);
  if (plan.setup) result["setup"] = write_step(*plan.setup);
  if (plan.check) result["check"] = write_step(*plan.check);
  for (const PlanGroup& group : plan.groups) result["groups"].push_back(write_group(group));
  for (const PlanWorkload& w : plan.workloads) result["workloads"].push_back(write_workload(w));
  for (const PlanNode& node : plan.nodes) result["nodes"].push_back(write_node(node));
  return result;
}

Plan plan_from_json(const json& from) {
  Plan plan;
  plan.name = from.at("name");
  plan.seed = from.at("seed");
  plan.seed_is_default = from.at("seed_is_default");
  plan.shaper = read_word(from.at("shaper"), kShaper);
  plan.identity = read_word(from.at("identity"), kIdentity);
  plan.network = read_optional_prefix(from, "network");
  if (from.contains("dilation")) {
    plan.dilation = parse_dilation(from.at("dilation").get<std::string>());
  }
  plan.mtu = from.at("mtu");
  plan.packet_memory.bytes = from.at("packet_memory");
  plan.duration = read_optional_duration(from, "duration_ns");
  plan.time_limit = read_duration(from.at("time_limit_ns"));
  plan.setup = read_step(from, "setup");
  plan.check = read_step(from, "check");
  plan.needs = from.at("needs").get<std::vector<std::string>>();
  for (const json& group : from.at("groups")) plan.groups.push_back(read_group(group));
  plan.latency = read_latency(from.at("latency"), plan.groups.size());
  for (const json& w : from.at("workloads")) plan.workloads.push_back(read_workload(w));
  for (const json& node : from.at("nodes")) plan.nodes.push_back(read_node(node, plan));
  return plan;
}

}  // namespace pleat
