// SPDX-License-Identifier: Apache-2.0
// One run inside a lab: setup, nodes, check, record. The loop that everything meets in: the plan's
// schedule, the nodes' ends, marks, orders from outside, and once a second a look at the host.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "launcher/lab/back_end.hh"
#include "launcher/lab/census.hh"
#include "launcher/lab/detector/detector.hh"
#include "launcher/lab/detector/processes.hh"
#include "launcher/lab/marks.hh"
#include "launcher/lab/programs.hh"
#include "launcher/lab/sampler.hh"
#include "launcher/lab/schedule.hh"
#include "launcher/lab/waiting.hh"
#include "launcher/protocol/line_stream.hh"
#include "launcher/protocol/messages.hh"
#include "launcher/record/record.hh"
#include "launcher/verify/steady_probe.hh"
#include "sys/epoll.hh"
#include "sys/host_load.hh"
#include "sys/signals.hh"

namespace pleat {

class Run {
 public:
  // Makes the network and starts the record. `idle_poll`: of whom keeps idle processors awake.
  // Throws SystemError.
  Run(const RunRequest& request, const HostDescription& host,
      std::optional<ProcessorTime> idle_poll, LineStream& stream);

  // Does the run to its end. Throws SystemError where it cannot be recorded to its end.
  Ended perform();

 private:
  struct Running {
    Child child;
    uint32_t round = 0;  // how many starts this node has seen before
    Stopped stopped = Stopped::kByNobody;
  };

  // ---- phases: run.cc ----
  void begin(Phase phase);
  std::optional<StepEnd> run_step(const std::optional<PlanStep>& step, Phase phase);
  StepEnd see_to_its_end(const PlanStep& step, const std::string& name);
  void run_nodes();
  void catch_up();
  void look_once_more();
  void end_nodes();
  void wait_for_ends(Duration patience, Duration at_most);
  Ended conclude();

  // ---- what happens meanwhile: run_events.cc ----
  void wait(Duration until);
  bool wait_on_host(Duration at_most);  // whether anything came
  void on_order();
  void on_signal();
  void on_marks();
  void on_step_end();
  void on_node_end(uint32_t node);
  void keep(const Appointment& appointment);
  void start(uint32_t node);
  void tick(bool all_counters = false);
  CgroupOfNode cgroup_of_node() const;
  void look_at_waiting();
  void report_slips();
  void finished(uint32_t node, Duration time);
  bool collect_orphans();  // whether there were any

  void stop(EndReason reason, const std::string& detail = {});
  void record(RunEventKind kind, std::optional<uint32_t> node, const std::string& text = {},
              std::optional<ExitStatus> status = std::nullopt);
  void notify(NoticeLevel level, const std::string& text);
  Duration now() const;  // since the start of the run, in the nodes' time

  const Plan& plan_;
  const Plan network_;  // in the host's time
  LineStream& stream_;
  std::string folder_;
  std::unique_ptr<BackEnd> back_end_;
  Record record_;  // after the network: where that cannot be made, there is nothing to record
  Programs programs_;
  Sampler sampler_;
  ProcessesOfNodes processes_;
  Detector detector_;
  std::optional<SteadyProbe> probe_;  // while the nodes run, where the plan has probe nodes
  Waiting waiting_;
  uint32_t ticks_ = 0;
  Marks marks_;
  SignalQueue signals_;
  Epoll epoll_;
  Census census_;
  Schedule schedule_;
  std::unordered_map<std::string, uint32_t> node_by_name_;
  std::unordered_map<uint32_t, Running> running_;
  // By node: the process group of a program that was told to stop, and has left others behind.
  std::unordered_map<uint32_t, pid_t> left_behind_;
  std::vector<uint32_t> rounds_;      // by node: starts so far
  std::optional<Child> step_;         // the step that runs
  std::optional<ChildEnd> step_end_;  // of the last one
  std::optional<RunEnd> end_;         // set once it is decided
  bool interrupted_ = false;          // even if that was not what decided
  bool over_ = false;                 // what ends now has not ended in the run
  bool started_ = false;              // the first node may start
  Duration origin_;                   // CLOCK_MONOTONIC at the start of the run
  Duration next_tick_{0};
};

}  // namespace pleat
