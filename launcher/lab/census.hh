// SPDX-License-Identifier: Apache-2.0
// Who runs, who is finished, who is still awaited: the bookkeeping of a run's nodes, from which
// follows when the experiment is over. Pure: it is told what happened, and answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/plan.hh"

namespace pleat {

// How a node's program ended.
struct NodeEnd {
  bool signaled = false;
  int status = 0;  // exit status, or the signal's number

  bool success() const { return !signaled && status == 0; }
};

// Who ended it.
enum class Stopped {
  kByNobody,
  kAfterItsTime,  // we did, by its workload's stop_after: it has done what it was to do
  kWithTheRun,    // we did, with all others: nobody knows what it still had to do
};

class Census {
 public:
  explicit Census(const Plan& plan);

  void started(uint32_t node);
  void could_not_start(uint32_t node);

  struct AfterEnd {
    bool finished_now = false;  // the node has just become finished
    bool restart = false;
    bool stop_experiment = false;
  };
  // Of a node that we stopped the status says nothing.
  AfterEnd ended(uint32_t node, NodeEnd end, Stopped stopped);

  // True where the node has just become finished.
  bool marked(uint32_t node, std::string_view text);

  // Every awaited node is finished, or cannot finish any more. Never true where none is awaited.
  bool over() const { return counts_.awaited > 0 && settled_ == counts_.awaited; }

  // "3 of 160 awaited nodes ended without being finished"; empty where all of them are.
  std::string unfinished_text() const;

  // "3 of 160 nodes could not be started"; empty where all could that were to be.
  std::string absent_text() const;

  struct Counts {
    uint32_t planned = 0;  // nodes that run something
    uint32_t started = 0;  // at least once
    uint32_t running = 0;
    uint32_t awaited = 0;      // nodes that the experiment waits for
    uint32_t finished = 0;     // of those
    uint32_t not_started = 0;  // at least once
    uint32_t failed = 0;       // ended otherwise than by success or by us, or could not be started
  };
  const Counts& counts() const { return counts_; }

 private:
  struct State {
    bool started = false;
    bool running = false;
    bool finished = false;
    bool failed = false;
    bool not_started = false;
    bool settled = false;
  };

  const PlanWorkload& workload_of(uint32_t node) const;
  bool finish(uint32_t node);
  void settle(uint32_t node);
  void set_failed(uint32_t node);

  const Plan& plan_;
  std::vector<State> states_;
  Counts counts_;
  uint32_t settled_ = 0;  // awaited nodes that are finished or cannot finish any more
};

}  // namespace pleat
