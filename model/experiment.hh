// SPDX-License-Identifier: Apache-2.0
// What an experiment file says, each thing with its place for the messages of later checks. The
// single values are sound (their units, their range); whether they fit each other is not known
// yet: model/load_plan.cc goes on from here.
//
// A value that is missing or unsound has been reported when it was read and is absent here, so
// that it is not reported again by what depends on it.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/limits.hh"
#include "model/plan.hh"
#include "model/problem.hh"

namespace pleat {

template <class T>
struct Stated {
  T value{};
  Place place;
};

template <class T>
using MaybeStated = std::optional<Stated<T>>;

// What a group says about one direction of its access links; the rest is inherited.
struct StatedPipe {
  std::optional<Rate> rate;
  std::optional<Duration> delay;
  std::optional<Probability> loss;
  std::optional<QueueLimit> queue;
};

struct StatedGroup {
  Place place;
  MaybeStated<std::string> name;
  MaybeStated<Prefix> prefix;   // of IPv4
  MaybeStated<Prefix> prefix6;  // of IPv6
  bool prefixes_unsound = false;
  MaybeStated<uint32_t> nodes;  // none: an enclosing group, unless nodes_unsound
  bool nodes_unsound = false;
  StatedPipe up, down;

  // Nothing is missing that others depend on.
  bool whole() const { return name && !prefixes_unsound && !nodes_unsound; }
  // Its nodes have no IPv4 address.
  bool ipv6_only() const { return !prefix && prefix6 && !prefixes_unsound; }
};

// Then there is no network of IPv4.
inline bool all_ipv6_only(const std::vector<StatedGroup>& groups) {
  return !groups.empty() && std::all_of(groups.begin(), groups.end(),
                                        [](const StatedGroup& g) { return g.ipv6_only(); });
}

struct StatedLatency {
  Place place;
  MaybeStated<std::string> between[2];  // prefixes or names of groups
  MaybeStated<Duration> delay;
};

struct StatedStart {
  enum class Gaps { kRegular, kPoisson };

  Place place;
  Duration at{0};
  Gaps gaps = Gaps::kRegular;
  Duration gap{0};  // between a node and the next; the mean if Gaps::kPoisson
};

// What a workload and a step have in common.
struct StatedProgram {
  std::vector<Stated<std::string>> command;
  std::map<std::string, Stated<std::string>> environment;
  struct File {
    Stated<std::string> path, text;
  };
  std::vector<File> files;
};

struct StatedWorkload {
  Place place;
  MaybeStated<std::string> name;
  MaybeStated<std::string> group;  // either this, and perhaps nodes
  MaybeStated<uint32_t> nodes;
  std::vector<Stated<Address>> on;  // or these
  bool nodes_unsound = false;       // it is not known which nodes it asks for
  StatedProgram program;
  StatedStart start;
  OnExit on_exit = OnExit::kStay;
  Finish finish = Finish::kExit;
  std::string mark;
  std::optional<Duration> stop_after;
  std::optional<ByteCount> payload;
};

struct StatedStep {
  StatedProgram program;
  Duration time_limit{0};
};

struct Experiment {
  Place place;  // of [experiment]
  std::string name;
  std::optional<uint64_t> seed;
  MaybeStated<Duration> duration;
  MaybeStated<Duration> time_limit;
  DilationFactor dilation;
  bool end_unsound = false;  // it is not known whether something ends it
  std::vector<Stated<std::string>> needs;
  MaybeStated<Prefix> network;
  Shaper shaper = Shaper::kEngine;
  IdentityBy identity = IdentityBy::kAuto;
  Stated<uint32_t> mtu{1500, {}};  // its place is known if it is stated
  ByteCount packet_memory = kDefaultPacketMemory;
  std::vector<StatedGroup> groups;
  std::vector<StatedLatency> latency;
  std::vector<StatedWorkload> workloads;
  std::optional<StatedStep> setup, check;
};

}  // namespace pleat
