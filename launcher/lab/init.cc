// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/lab.hh"
#include "launcher/lab/run.hh"
#include "launcher/lab/stay.hh"
#include "launcher/lab/world.hh"
#include "launcher/protocol/messages.hh"
#include "sys/child.hh"
#include "sys/epoll.hh"
#include "sys/host_load.hh"
#include "sys/processor_time.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

// The first message. Nothing where the other side closed without one.
std::optional<ToLab> wait_for_request(LineStream& stream) {
  Epoll epoll;
  epoll.add(stream.readable_fd(), 0);
  while (!stream.at_end()) {
    if (const auto line = stream.next_line()) return parse_to_lab(*line);
    epoll.wait(std::chrono::hours(1));
  }
  return std::nullopt;
}

Ended serve(const RunRequest& request, LineStream& stream) {
  // While name and processes are still the host's.
  const HostDescription host = describe_host();
  std::optional<ProcessorTime> idle_poll;
  if (request.idle_poll) idle_poll.emplace(static_cast<pid_t>(*request.idle_poll));
  make_world(request.plan, request.folder);
  return Run(request, host, std::move(idle_poll), stream).perform();
}

Ended serve(const PrepareRequest& request, LineStream& stream) {
  const pid_t outside = own_number_outside();  // while /proc is still the host's
  make_world(request.plan, request.folder);
  return Stay(request, outside, stream).perform();
}

Ended serve(LineStream& stream) {
  const auto message = wait_for_request(stream);
  const auto serve_this = [&](const auto& request) {
    stream.write_line(to_line(PhaseBegun{Phase::kPreparing}));
    return serve(request, stream);
  };
  if (message) {
    if (const auto* run = std::get_if<RunRequest>(&*message)) return serve_this(*run);
    if (const auto* prepare = std::get_if<PrepareRequest>(&*message)) return serve_this(*prepare);
  }
  return {.as_planned = false, .why = "no run was asked for"};  // stopped before it began
}

}  // namespace

int lab_init(LineStream stream) {
  ignore_broken_pipes();
  raise_open_file_limit();
  Ended ended;
  try {
    ended = serve(stream);
  } catch (const std::exception& error) {
    ended = {.as_planned = false, .why = error.what()};
  }
  stream.write_line(to_line(ended));
  return ended.as_planned ? 0 : 1;
}

}  // namespace pleat
