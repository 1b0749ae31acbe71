// SPDX-License-Identifier: Apache-2.0
// What is to be done to which node when. Pure; times are since the start of the run.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <tuple>
#include <vector>

#include "model/plan.hh"

namespace pleat {

enum class NodeAction : uint8_t { kStart, kStop, kKill };

struct Appointment {
  Duration time{0};
  uint32_t node = 0;
  NodeAction action = NodeAction::kStart;
  uint32_t round = 0;  // which of the node's starts a stop or kill belongs to

  // Ties are kept in the order of the nodes.
  bool operator>(const Appointment& other) const {
    return std::tie(time, node, action) > std::tie(other.time, other.node, other.action);
  }
};

class Schedule {
 public:
  // The first start of every node that runs something.
  explicit Schedule(const Plan& plan) {
    for (uint32_t i = 0; i < plan.nodes.size(); ++i) {
      if (plan.nodes[i].workload) add({.time = plan.nodes[i].start, .node = i});
    }
  }

  void add(Appointment appointment) { queue_.push(appointment); }

  std::optional<Duration> next_time() const {
    return queue_.empty() ? std::nullopt : std::optional(queue_.top().time);
  }

  // The earliest appointment, if it is due.
  std::optional<Appointment> pop_due(Duration now) {
    if (queue_.empty() || queue_.top().time > now) return std::nullopt;
    const Appointment due = queue_.top();
    queue_.pop();
    return due;
  }

 private:
  std::priority_queue<Appointment, std::vector<Appointment>, std::greater<>> queue_;
};

}  // namespace pleat
