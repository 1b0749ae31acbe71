// SPDX-License-Identifier: Apache-2.0
#include "model/read_experiment.hh"

#include <limits>

#include "model/in_quotes.hh"
#include "model/limits.hh"
#include "model/read_workload.hh"
#include "model/table_reader.hh"

namespace pleat {
namespace {

// A number, with a point or without.
void read_dilation(TableReader& from, Experiment& experiment) {
  const TomlValue* value = from.find("dilation");
  if (value == nullptr) return;
  const bool is_fraction = value->kind == TomlValue::Kind::kFraction;
  if (!is_fraction && value->kind != TomlValue::Kind::kInteger) {
    from.problems().add(value->place,
                        "dilation must be a number, not " + std::string(name_of(value->kind)),
                        "write dilation = 4");
    return;
  }
  try {
    experiment.dilation =
        parse_dilation(is_fraction ? value->text : std::to_string(value->integer));
  } catch (const BadValue& bad) {
    from.problems().add(value->place, "dilation: " + bad.wrong(), bad.hint());
  }
}

void read_general(TableReader from, Experiment& experiment) {
  experiment.place = from.place();
  if (const auto name = from.name("name")) experiment.name = name->value;
  from.require("name", "write name = \"my-experiment\"");
  if (const auto seed = from.integer("seed", 0, kLargestSeed)) experiment.seed = seed->value;
  experiment.duration = from.parsed("duration", parse_span, "90s");
  experiment.end_unsound = from.find("duration") != nullptr && !experiment.duration;
  experiment.time_limit = from.parsed("time_limit", parse_span, "1h");
  read_dilation(from, experiment);
  experiment.needs = from.texts("needs", "[\"a-program\"]");
  from.refuse_other_keys();
}

Shaper parse_shaper(std::string_view text) {
  for (const Shaper shaper : {Shaper::kEngine, Shaper::kTc, Shaper::kAuto}) {
    if (text == name(shaper)) return shaper;
  }
  throw BadValue(in_quotes(text) + " is no back end", "write \"engine\", \"tc\" or \"auto\"");
}

IdentityBy parse_identity_by(std::string_view text) {
  for (const IdentityBy identity :
       {IdentityBy::kAuto, IdentityBy::kPreload, IdentityBy::kBpf, IdentityBy::kBoth}) {
    if (text == name(identity)) return identity;
  }
  throw BadValue(in_quotes(text) + " ties no program to its node",
                 "write \"auto\", \"preload\", \"bpf\" or \"both\"");
}

// `ipv4`: some nodes have an IPv4 address.
void read_network(TableReader from, bool ipv4, Experiment& experiment) {
  experiment.network = from.parsed("prefix", parse_network_prefix, "10.0.0.0/8");
  if (ipv4) from.require("prefix", "write prefix = \"10.0.0.0/8\"");
  if (const auto shaper = from.parsed("shaper", parse_shaper, "engine")) {
    experiment.shaper = shaper->value;
  }
  if (const auto identity = from.parsed("identity", parse_identity_by, "auto")) {
    experiment.identity = identity->value;
  }
  if (const auto mtu = from.integer("mtu", kLeastMtu, kLargestMtu)) {
    experiment.mtu = {static_cast<uint32_t>(mtu->value), mtu->place};
  }
  if (const auto memory = from.parsed("packet_memory", parse_packet_memory, "1GiB")) {
    experiment.packet_memory = memory->value;
  }
  from.refuse_other_keys();
}

// The keys of what can be stated for both directions at once, or for each alone.
struct Directed {
  std::string_view both, up, down;
};

template <class T>
void read_directed(TableReader& from, const Directed& key, T (*parse)(std::string_view),
                   std::string_view example, std::optional<T> StatedPipe::*member,
                   StatedGroup& group) {
  const auto both = from.parsed(key.both, parse, example);
  const auto up = from.parsed(key.up, parse, example);
  const auto down = from.parsed(key.down, parse, example);
  if (both) group.up.*member = group.down.*member = both->value;
  if (up) group.up.*member = up->value;
  if (down) group.down.*member = down->value;
  if (both && (up || down)) {
    from.problems().add(both->place,
                        std::string(key.both) + " is for both directions, and " +
                            std::string(up ? key.up : key.down) + " for one of them",
                        "leave one of the two out");
  }
}

StatedGroup read_group(TableReader from) {
  StatedGroup group;
  group.place = from.place();
  group.name = from.name("name");
  from.require("name", "write name = \"dsl\"");
  group.prefix = from.parsed("prefix", parse_group_prefix, "10.1.0.0/16");
  group.prefix6 = from.parsed("prefix6", parse_group_prefix6, "2001:db8:1::/64");
  const bool states_prefix = from.find("prefix") != nullptr;
  const bool states_prefix6 = from.find("prefix6") != nullptr;
  group.prefixes_unsound = (states_prefix && !group.prefix) || (states_prefix6 && !group.prefix6) ||
                           (!states_prefix && !states_prefix6);
  if (!states_prefix6) from.require("prefix", "write prefix = \"10.1.0.0/16\"");
  if (const auto nodes = from.integer("nodes", 1, kMostNodes)) {
    group.nodes = {static_cast<uint32_t>(nodes->value), nodes->place};
  }
  group.nodes_unsound = from.find("nodes") != nullptr && !group.nodes;
  if (const auto up = from.parsed("up", parse_link_rate, "1Mbit")) group.up.rate = up->value;
  if (const auto down = from.parsed("down", parse_link_rate, "8Mbit")) {
    group.down.rate = down->value;
  }
  read_directed(from, {"delay", "delay_up", "delay_down"}, parse_delay, "20ms", &StatedPipe::delay,
                group);
  read_directed(from, {"loss", "loss_up", "loss_down"}, parse_loss, "0.5%", &StatedPipe::loss,
                group);
  read_directed(from, {"queue", "queue_up", "queue_down"}, parse_queue_limit, "50packets",
                &StatedPipe::queue, group);
  from.refuse_other_keys();
  return group;
}

StatedLatency read_latency(TableReader from) {
  constexpr std::string_view kExample = "[\"10.1.0.0/16\", \"10.2.0.0/16\"]";
  StatedLatency latency;
  latency.place = from.place();
  const TomlValue* between = from.find("between", TomlValue::Kind::kArray, kExample);
  from.require("between", "write between = " + std::string(kExample));
  if (between != nullptr) {
    const auto ends = from.texts("between", kExample);
    if (between->items.size() != 2) {
      from.problems().add(between->place, "between must be a list of two prefixes or groups",
                          "write between = " + std::string(kExample));
    } else if (ends.size() == 2) {
      latency.between[0] = ends[0];
      latency.between[1] = ends[1];
    }
  }
  latency.delay = from.parsed("delay", parse_delay, "100ms");
  from.require("delay", "write delay = \"100ms\"");
  from.refuse_other_keys();
  return latency;
}

}  // namespace

Experiment read_experiment(std::string_view toml_text, Problems& problems) {
  const TomlValue document = parse_toml(toml_text, problems.file());
  TableReader from(document, "the file", problems);
  Experiment experiment;
  if (const TomlValue* table = from.table("experiment")) {
    read_general({*table, "[experiment]", problems}, experiment);
  }
  from.require("experiment", "begin it with [experiment] and name = \"my-experiment\"");
  for (const TomlValue& table : from.tables("group")) {
    experiment.groups.push_back(read_group({table, "[[group]]", problems}));
  }
  const bool ipv4 = !all_ipv6_only(experiment.groups);
  if (const TomlValue* table = from.table("network")) {
    read_network({*table, "[network]", problems}, ipv4, experiment);
  }
  if (ipv4) from.require("network", "add [network] with prefix = \"10.0.0.0/8\"");
  from.require("group", "add a [[group]] with name, prefix and nodes");
  for (const TomlValue& table : from.tables("latency")) {
    experiment.latency.push_back(read_latency({table, "[[latency]]", problems}));
  }
  for (const TomlValue& table : from.tables("workload")) {
    experiment.workloads.push_back(read_workload({table, "[[workload]]", problems}));
  }
  if (from.find("workload") != nullptr && experiment.workloads.empty()) {
    experiment.end_unsound = true;
  }
  if (const TomlValue* table = from.table("setup")) {
    experiment.setup = read_step({*table, "[setup]", problems});
  }
  if (const TomlValue* table = from.table("check")) {
    experiment.check = read_step({*table, "[check]", problems});
  }
  from.refuse_other_keys();
  return experiment;
}

}  // namespace pleat
