// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/stay.hh"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <unordered_map>
#include <utility>

#include "launcher/lab/detector/processes.hh"
#include "launcher/lab/grace.hh"
#include "launcher/lab/keys.hh"
#include "launcher/log.hh"
#include "launcher/verify/prober.hh"
#include "sys/clock.hh"
#include "sys/error.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLookAround = 1s;

void collect_orphans() {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

// Nobody here sees programs start: a node is found by the name in its programs' environment.
NodeOf node_by_name(const Plan& plan) {
  std::unordered_map<std::string, uint32_t> ids;
  for (uint32_t id = 0; id < plan.nodes.size(); ++id) ids.emplace(plan.nodes[id].name, id);
  return [ids = std::move(ids)](pid_t pid) {
    const auto name = node_in_environment(pid);
    const auto found = name ? ids.find(*name) : ids.end();
    return found == ids.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace

Stay::Stay(const PrepareRequest& request, pid_t init_outside, LineStream& stream)
    : stream_(stream),
      init_outside_(init_outside),
      network_(network_in_host_time(request.plan)),
      back_end_(make_back_end(network_, request.plan.dilation)),
      plan_(request.plan),
      signals_({SIGTERM, SIGINT, SIGHUP}) {
  if (request.cgroups) cgroups_.emplace(request.cgroups->folder);
  // Relative to its own working directory a lab finds its folder under whatever name it gets.
  check_call(::chdir(request.folder.c_str()), "enter", request.folder);
  spdlog::set_pattern("%Y-%m-%d %H:%M:%S %l: %v");  // standard error is a log that is read later
  epoll_.add(stream_.readable_fd(), kStreamKey);
  epoll_.add(signals_.readable_fd(), kSignalKey);
  epoll_.add(marks_.readable_fd(), kMarkKey);
}

Ended Stay::perform() {
  back_end_->start();
  stream_.write_line(to_line(Ready{.init = init_outside_}));
  while (!end_) {
    wait(kLookAround);
    look_around();
  }
  spdlog::info("the lab ends: {}", *end_);
  end_processes();
  back_end_->stop();
  return {.as_planned = stays_, .why = *end_};
}

void Stay::wait(Duration at_most) {
  for (const uint64_t key : epoll_.wait(at_most)) {
    switch (key) {
      case kStreamKey: on_message(); break;
      case kSignalKey:
        while (const auto signal = signals_.next()) {
          end(std::string("it got signal ") + ::sigabbrev_np(*signal));
        }
        break;
      case kMarkKey:
        // There is no record that could keep them.
        while (const auto mark = marks_.next()) spdlog::info("mark {}: {}", mark->node, mark->text);
        break;
    }
  }
}

void Stay::on_message() {
  while (const auto line = stream_.next_line()) {
    const ToLab message = parse_to_lab(*line);
    if (std::get_if<StayRequest>(&message) != nullptr && !stays_) {
      stays_ = true;
      start_detector();
    }
    if (const auto* request = std::get_if<ProbeRequest>(&message)) {
      stream_.write_line(to_line(Probed{.result = probe(request->order)}));
    }
    if (const auto* order = std::get_if<StopRequest>(&message)) end(order->why);
  }
  if (!stream_.at_end()) return;
  epoll_.remove(stream_.readable_fd());
  if (!stays_) end("the connection to pleat up is lost");
}

void Stay::look_around() {
  collect_orphans();
  report_slips();
  if (const std::string why = back_end_->failure(); !why.empty()) end(why);
  // Without its folder nobody can find the lab any more. What removes it may not be pleat: systemd
  // empties $XDG_RUNTIME_DIR when its user has logged out for good.
  std::error_code error;
  if (std::filesystem::current_path(error).empty()) end("its folder was removed");
}

void Stay::start_detector() {
  try {
    detector_.emplace(plan_, Inhabitants{.node_of = node_by_name(plan_), .all = true});
    detector_->start();
  } catch (const SystemError& error) {
    spdlog::warn("programs that do not keep to their node are not looked for: {}", error.what());
  }
}

void Stay::report_slips() {
  if (!detector_) return;
  try {
    for (const Slip& slip : detector_->take()) {
      const std::string node = slip.node ? plan_.nodes[*slip.node].name + ": " : "";
      spdlog::warn("{}{}: {}", node, slip.program, slip.what);
    }
  } catch (const SystemError& error) {
    spdlog::warn("programs that do not keep to their node are not looked for any more: {}",
                 error.what());
  }
}

void Stay::end(const std::string& why) {
  if (!end_) end_ = why;  // the first reason counts
}

void Stay::end_processes() {
  // We are the init of the PID namespace: this reaches everybody else in it.
  ::kill(-1, SIGTERM);
  ::kill(-1, SIGCONT);  // who is stopped would not see it
  const Duration deadline = monotonic_now() + kGrace;
  while (anybody_else() && monotonic_now() < deadline) {
    collect_orphans();
    wait(10ms);
  }
  ::kill(-1, SIGKILL);
}

}  // namespace pleat
