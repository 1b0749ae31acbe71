// SPDX-License-Identifier: Apache-2.0
// The plan: what an experiment compiles to. Plain data, complete, no side effects yet: whoever
// has the plan needs neither the experiment file nor a clock nor randomness to know what is to
// happen. The lab gets it as JSON (model/plan_json.hh), people read it as text
// (model/plan_text.hh).
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/address.hh"
#include "model/dilation_factor.hh"
#include "model/units.hh"

namespace pleat {

// One direction of an access link.
struct PipeProfile {
  Rate rate;          // of IP packets
  Duration delay{0};  // one-way, after serialisation
  Probability loss;
  QueueLimit queue;
  auto operator<=>(const PipeProfile&) const = default;
};

// A leaf group: nodes that share a prefix and an access-link profile. Enclosing groups are
// resolved away: what leaves inherit from them is filled in.
//
// Its nodes have IPv4 addresses, IPv6 addresses, or both.
struct PlanGroup {
  std::string name;
  // Holds the tails of its nodes' addresses. Of IPv4 these are the addresses, and this is what the
  // experiment says; else a block of 0.0.0.0/8, where no IPv4 address can be, which the model
  // chose.
  Prefix prefix;
  PipeProfile up;           // from the node to the network
  PipeProfile down;         // from the network to the node
  uint32_t first_node = 0;  // the nodes of a group are contiguous in Plan::nodes
  uint32_t nodes = 0;
  bool ipv4 = true;
  std::optional<Prefix> prefix6 = {};  // of IPv6, at most /96
  bool operator==(const PlanGroup&) const = default;
};

// Without a family in common their nodes cannot send each other anything.
inline bool share_a_family(const PlanGroup& a, const PlanGroup& b) {
  return (a.ipv4 && b.ipv4) || (a.prefix6 && b.prefix6);
}

enum class Finish : uint8_t {
  kExit,   // a node is finished when its program has ended with status 0
  kMark,   // ... when it marked an event with the workload's text (pleat mark TEXT)
  kNever,  // a server: the experiment does not wait for it
};

enum class OnExit : uint8_t {
  kStay,     // leave the node empty
  kRestart,  // start the program again after a pause (kRestartPause in launcher/)
  kStop,     // end the experiment
};

// A file in a node's working directory. Text and path may hold placeholders.
struct PlanFile {
  std::string path;  // relative to the working directory
  std::string text;
  bool operator==(const PlanFile&) const = default;
};

// What some nodes run. Strings still hold placeholders: model/expand.hh fills them in.
struct PlanWorkload {
  std::string name;
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  std::vector<PlanFile> files;
  OnExit on_exit = OnExit::kStay;
  Finish finish = Finish::kExit;
  std::string mark;                    // the text when finish is kMark
  std::optional<Duration> stop_after;  // each node's program is stopped this long after its start
  std::optional<ByteCount> payload;    // what each node is to receive; the report draws it as 100 %
  bool operator==(const PlanWorkload&) const = default;
};

// A step that runs once, outside the nodes: in the lab, without a node's identity, in a working
// directory of its own ({run}/<name>).
struct PlanStep {
  std::string name;  // "setup" or "check"
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  std::vector<PlanFile> files;
  Duration time_limit{0};
  bool operator==(const PlanStep&) const = default;
};

struct PlanNode {
  // Unique: "<workload>-<number>", or just "<workload>" where that has one node only, or
  // "<group>-<number>" for an idle node.
  std::string name;
  std::optional<Address> ipv4 = {}, ipv6 = {};  // one or both, with the same tail
  uint32_t group = 0;                           // index into Plan::groups
  std::optional<uint32_t> workload;             // index into Plan::workloads; none: an idle node
  uint32_t number = 0;  // counted from 1 within its workload, or its group when idle
  Duration start{0};    // since the start of the run
  bool operator==(const PlanNode&) const = default;

  // The one to name it by where one is enough: of IPv4, if it has one.
  const Address& address() const { return ipv4 ? *ipv4 : ipv6.value(); }
  uint32_t tail() const { return address().tail(); }
};

// What imposes the network on packets (docs/DESIGN.md compares the two back ends).
enum class Shaper : uint8_t {
  kEngine,  // in user space
  kTc,      // the kernel's traffic control
  kAuto,    // one of them: chosen when the experiment is run, by what the machine can do
};

// As in the experiment file.
constexpr std::string_view name(Shaper shaper) {
  return shaper == Shaper::kEngine ? "engine" : shaper == Shaper::kTc ? "tc" : "auto";
}

// What ties a process to its node's address (docs/DESIGN.md compares them).
enum class IdentityBy : uint8_t {
  kPreload,  // a library that is loaded before the program's own
  kBpf,      // programs in the kernel, called for each cgroup
  kBoth,     // the library, and below it the kernel's programs
  kAuto,     // kBoth or kPreload: chosen when the experiment is run, by what the machine can do
};

// As in the experiment file.
constexpr std::string_view name(IdentityBy identity) {
  switch (identity) {
    case IdentityBy::kPreload: return "preload";
    case IdentityBy::kBpf: return "bpf";
    case IdentityBy::kBoth: return "both";
    case IdentityBy::kAuto: break;
  }
  return "auto";
}

// Of a decided identity.
constexpr bool uses_library(IdentityBy identity) { return identity != IdentityBy::kBpf; }
constexpr bool uses_cgroups(IdentityBy identity) {
  return identity == IdentityBy::kBpf || identity == IdentityBy::kBoth;
}

inline constexpr uint64_t kLargestSeed = std::numeric_limits<int64_t>::max();  // as TOML has them

struct Plan {
  std::string name;
  uint64_t seed = 0;             // at most kLargestSeed
  bool seed_is_default = false;  // the experiment does not care which
  Shaper shaper = Shaper::kEngine;
  IdentityBy identity = IdentityBy::kAuto;
  DilationFactor dilation;              // all times and rates of a plan are the nodes'
  std::optional<Prefix> network;        // of all IPv4 addresses; none: IPv6 only
  uint32_t mtu = 1500;                  // bytes of an IP packet
  ByteCount packet_memory;              // for packets on their way: what is more is dropped
  std::optional<Duration> duration;     // end then, whatever the nodes do
  Duration time_limit{0};               // not ended by itself until then: it is ended, and fails
  std::optional<PlanStep> setup;        // before the first node; must end with status 0
  std::optional<PlanStep> check;        // after the last; its status is part of the result
  std::vector<std::string> needs;       // programs that setup, check or commands call
  std::vector<PlanGroup> groups;        // ordered by prefix
  std::vector<Duration> latency;        // [from * groups.size() + to], one-way, symmetric
  std::vector<PlanWorkload> workloads;  // in the order of the file
  std::vector<PlanNode> nodes;          // ordered by tail

  bool operator==(const Plan&) const = default;

  Duration latency_between(uint32_t from_group, uint32_t to_group) const {
    return latency[size_t{from_group} * groups.size() + to_group];
  }

  // The prefixes of IPv6, each once, in order. Empty: no node has IPv6.
  std::vector<Prefix> prefixes6() const;
};

}  // namespace pleat
