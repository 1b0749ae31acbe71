// SPDX-License-Identifier: Apache-2.0
// A lab that stays: the network is there, and programs come from outside (pleat exec), whenever
// somebody wants one to run in a node. Or the network is there to be verified, for as long as that
// takes. The other thing that an init can do, beside a Run.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "identity/lab_cgroup.hh"
#include "launcher/lab/back_end.hh"
#include "launcher/lab/detector/detector.hh"
#include "launcher/lab/marks.hh"
#include "launcher/protocol/line_stream.hh"
#include "launcher/protocol/messages.hh"
#include "sys/epoll.hh"
#include "sys/signals.hh"

namespace pleat {

class Stay {
 public:
  // Makes the network. `init_outside`: the number of this process outside of the lab. Throws
  // SystemError.
  Stay(const PrepareRequest& request, pid_t init_outside, LineStream& stream);

  // Says that the lab is ready, and ends every process in it when it is to end: by SIGTERM, or with
  // its folder, or with its stream as long as it was not told to stay.
  Ended perform();

 private:
  void wait(Duration at_most);
  void on_message();
  void look_around();
  void start_detector();
  void report_slips();
  void end(const std::string& why);
  void end_processes();

  LineStream& stream_;
  pid_t init_outside_;
  std::optional<LabCgroupShare> cgroups_;  // for as long as the lab stays
  const Plan network_;                     // in the host's time
  std::unique_ptr<BackEnd> back_end_;
  const Plan plan_;                   // in the nodes'
  std::optional<Detector> detector_;  // where programs may come
  Marks marks_;
  SignalQueue signals_;
  Epoll epoll_;
  bool stays_ = false;  // the stream's end is no order to stop any more
  std::optional<std::string> end_;
};

}  // namespace pleat
