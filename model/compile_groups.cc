// SPDX-License-Identifier: Apache-2.0
#include "model/compile_groups.hh"

#include <algorithm>

#include "model/check_names.hh"
#include "model/in_quotes.hh"
#include "model/limits.hh"
#include "model/tail_blocks.hh"

namespace pleat {
namespace {

std::string description(const StatedGroup& group) {
  const std::string prefix = (group.prefix ? group.prefix : group.prefix6)->value.text();
  return group.name ? in_quotes(group.name->value) + " (" + prefix + ")" : prefix;
}

// A group and the smallest one that encloses it.
struct Nested {
  const StatedGroup* group = nullptr;
  Prefix prefix;
  const StatedGroup* parent = nullptr;
  // Its own values and, where it has none, its parent's.
  std::optional<Prefix> prefix6;
  StatedPipe up, down;
};

StatedPipe inherited(StatedPipe own, const StatedPipe& from) {
  if (!own.rate) own.rate = from.rate;
  if (!own.delay) own.delay = from.delay;
  if (!own.loss) own.loss = from.loss;
  if (!own.queue) own.queue = from.queue;
  return own;
}

std::optional<Prefix> value_of(const MaybeStated<Prefix>& prefix) {
  return prefix ? std::optional(prefix->value) : std::nullopt;
}

// Ordered by prefix, enclosing groups first: what encloses the next group is then always among
// those that enclose the last one, which are kept on a stack.
std::vector<Nested> nested(const std::vector<StatedGroup>& groups, Problems& problems) {
  std::vector<Nested> result;
  TailBlocks blocks;
  for (const StatedGroup& group : groups) {
    if (group.prefix && group.nodes) blocks.leave_out(group.prefix->value, group.nodes->value);
  }
  for (const StatedGroup& group : groups) {
    if (!group.prefix && !group.ipv6_only()) continue;
    const auto prefix = group.prefix ? std::optional(group.prefix->value)
                                     : blocks.take(group.nodes ? group.nodes->value : 1);
    if (!prefix) {
      problems.add(
          group.place,
          "the IPv6 addresses of the group " + description(group) +
              " would not end in 24 bits that no other node's end in",
          "take fewer nodes, or give groups with IPv4 prefixes that are next to each other");
      continue;
    }
    result.push_back({&group, *prefix, nullptr, value_of(group.prefix6), group.up, group.down});
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Nested& a, const Nested& b) { return a.prefix < b.prefix; });
  std::vector<const Nested*> enclosing;
  for (Nested& each : result) {
    if (each.group->ipv6_only()) continue;
    while (!enclosing.empty() && !enclosing.back()->prefix.contains(each.prefix)) {
      enclosing.pop_back();
    }
    if (!enclosing.empty()) {
      each.parent = enclosing.back()->group;
      if (!each.prefix6) each.prefix6 = enclosing.back()->prefix6;
      each.up = inherited(each.up, enclosing.back()->up);
      each.down = inherited(each.down, enclosing.back()->down);
    }
    enclosing.push_back(&each);
  }
  return result;
}

void check_place(const Nested& each, const Experiment& experiment, Problems& problems) {
  if (each.group->ipv6_only()) return;
  const Stated<Prefix>& prefix = *each.group->prefix;
  const auto is_outside = [&](const StatedGroup& group) {
    return experiment.network && !experiment.network->value.contains(group.prefix->value);
  };
  if (is_outside(*each.group) && (each.parent == nullptr || !is_outside(*each.parent))) {
    problems.add(prefix.place,
                 "the group " + description(*each.group) + " is not within the network " +
                     experiment.network->value.text(),
                 "move it, or widen the network's prefix");
  }
  if (each.parent == nullptr) return;
  const std::string parent_line = std::to_string(each.parent->place.line);
  if (each.parent->prefix->value == prefix.value) {
    problems.add(prefix.place, "a second group has the prefix " + prefix.value.text(),
                 "the first is in line " + parent_line + "; give each its own");
  } else if (each.parent->nodes) {
    problems.add(prefix.place,
                 "the group " + description(*each.group) + " is within the group " +
                     description(*each.parent) + ", which has nodes of its own",
                 "only a group without nodes, as that in line " + parent_line +
                     " could be, encloses others");
  }
}

void check_size(const StatedGroup& group, const Prefix& prefix, Problems& problems) {
  if (!group.nodes || group.nodes->value <= prefix.node_capacity()) return;
  unsigned enough = prefix.length();
  while (enough > 0 && Prefix({}, enough).node_capacity() < group.nodes->value) --enough;
  problems.add(group.nodes->place,
               prefix.text() + " has room for " + std::to_string(prefix.node_capacity()) +
                   " nodes, not for " + std::to_string(group.nodes->value),
               "take a /" + std::to_string(enough) + " or fewer nodes");
}

// Groups may have the same prefix6, since tails tell nodes apart, but not one a part of another's:
// what lies between them would be decided by neither.
void check_prefixes6(const std::vector<Nested>& groups, Problems& problems) {
  std::vector<const Nested*> leaves;
  for (const Nested& each : groups) {
    if (each.group->nodes && each.prefix6) leaves.push_back(&each);
  }
  std::stable_sort(leaves.begin(), leaves.end(),
                   [](const Nested* a, const Nested* b) { return *a->prefix6 < *b->prefix6; });
  const Nested* widest = nullptr;
  for (const Nested* each : leaves) {
    if (widest == nullptr || !widest->prefix6->contains(*each->prefix6)) widest = each;
    if (*each->prefix6 == *widest->prefix6) continue;
    const MaybeStated<Prefix>& stated = each->group->prefix6;
    problems.add(stated ? stated->place : each->group->place,
                 "prefix6: " + each->prefix6->text() + " is a part of " + widest->prefix6->text() +
                     ", which the group " + description(*widest->group) + " in line " +
                     std::to_string(widest->group->place.line) + " has",
                 "give both the same, or two that do not overlap");
  }
}

// Groups without nodes must enclose some that have them.
void check_used(const std::vector<Nested>& groups, Problems& problems) {
  for (size_t i = 0; i < groups.size(); ++i) {
    const StatedGroup& group = *groups[i].group;
    const bool is_enclosing = i + 1 < groups.size() && groups[i + 1].parent == &group;
    if (group.nodes || is_enclosing) continue;
    if (group.ipv6_only()) {
      problems.add(group.place, "the group " + description(group) + " has no nodes",
                   "write for example nodes = 10; only a group with a prefix of IPv4 encloses "
                   "others");
      continue;
    }
    problems.add(group.place,
                 "the group " + description(group) + " has no nodes and encloses no other group",
                 "write for example nodes = 10");
  }
}

void check_totals(const std::vector<StatedGroup>& groups, Problems& problems) {
  uint64_t leaves = 0, nodes = 0;
  for (const StatedGroup& group : groups) {
    if (!group.nodes) continue;
    const bool was_too_many = nodes > kMostNodes;
    nodes += group.nodes->value;
    if (nodes > kMostNodes && !was_too_many) {
      problems.add(group.nodes->place,
                   "with this group there are more than " + std::to_string(kMostNodes) + " nodes",
                   "that is the limit of an experiment");
    }
    if (++leaves == kMostGroups + 1) {
      problems.add(group.place,
                   "this is one more than " + std::to_string(kMostGroups) + " groups with nodes",
                   "that is the limit of an experiment");
    }
  }
}

// A queue that is not stated holds 100 ms at the rate, and never less than 50 packets of 1,500
// bytes; pipes without a rate have no queue.
QueueLimit default_queue(Rate rate) {
  constexpr uint64_t kLeastBytes = uint64_t{50} * 1500;
  if (rate.unlimited()) return {};
  return {std::max(kLeastBytes, rate.bits_per_second / 8 / 10), 0};
}

PipeProfile compiled(const StatedPipe& pipe) {
  const Rate rate = pipe.rate.value_or(Rate{});
  return {rate, pipe.delay.value_or(Duration::zero()), pipe.loss.value_or(Probability{}),
          pipe.queue.value_or(default_queue(rate))};
}

// Packets of that size would be dropped however idle the link is.
void check_queues(const Nested& each, uint32_t mtu, Problems& problems) {
  const auto check = [&](const StatedPipe& pipe, const char* key) {
    const bool limited = pipe.rate && !pipe.rate->unlimited();
    if (!limited || !pipe.queue || pipe.queue->bytes == 0 || pipe.queue->bytes >= mtu) return;
    problems.add(each.group->place,
                 "the group " + description(*each.group) + " has a " + key + " of " +
                     std::to_string(pipe.queue->bytes) + " bytes, which lets no packet of " +
                     std::to_string(mtu) + " bytes (mtu) pass",
                 "write at least \"" + std::to_string(mtu) + "B\", or for example \"10packets\"");
  };
  check(each.up, "queue_up");
  check(each.down, "queue_down");
}

}  // namespace

std::vector<PlanGroup> compile_groups(const Experiment& experiment, Problems& problems) {
  check_names(experiment.groups, "group", problems);
  const std::vector<Nested> groups = nested(experiment.groups, problems);
  for (const Nested& each : groups) {
    check_place(each, experiment, problems);
    check_size(*each.group, each.prefix, problems);
  }
  check_prefixes6(groups, problems);
  const bool all_whole = std::all_of(experiment.groups.begin(), experiment.groups.end(),
                                     [](const StatedGroup& g) { return g.whole(); });
  if (all_whole) check_used(groups, problems);
  check_totals(experiment.groups, problems);

  std::vector<PlanGroup> leaves;
  uint32_t first_node = 0;
  for (const Nested& each : groups) {
    if (!each.group->nodes || !each.group->name) continue;
    const uint32_t nodes = each.group->nodes->value;
    check_queues(each, experiment.mtu.value, problems);
    leaves.push_back({each.group->name->value, each.prefix, compiled(each.up), compiled(each.down),
                      first_node, nodes, !each.group->ipv6_only(), each.prefix6});
    first_node += nodes;
  }
  return leaves;
}

}  // namespace pleat
