// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "launcher/lab/hosts_file.hh"
#include "launcher/lab/lab.hh"
#include "launcher/lab/run.hh"
#include "launcher/protocol/messages.hh"
#include "sys/child.hh"
#include "sys/epoll.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/host_load.hh"
#include "sys/namespaces.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

// Nothing where the other side closed without asking for a run.
std::optional<RunRequest> wait_for_request(LineStream& stream) {
  Epoll epoll;
  epoll.add(stream.readable_fd(), 0);
  while (!stream.at_end()) {
    if (const auto line = stream.next_line()) {
      ToLab message = parse_to_lab(*line);
      if (auto* request = std::get_if<RunRequest>(&message)) return std::move(*request);
      return std::nullopt;  // stopped before it began
    }
    epoll.wait(std::chrono::hours(1));
  }
  return std::nullopt;
}

// Gives everybody in the lab another text for a file in /etc. It is kept in the run's folder.
void replace_in_etc(const RunRequest& request, const std::string& name, const std::string& text) {
  const std::filesystem::path replacement = std::filesystem::path(request.folder) / name;
  const std::filesystem::path original = std::filesystem::path("/etc") / name;
  if (!std::filesystem::exists(original)) return;  // nobody reads it then
  write_file(replacement, text);
  bind_mount(replacement, original);
}

void make_world(const RunRequest& request) {
  mount_proc();
  set_hostname(request.plan.name.substr(0, kMostHostnameBytes));
  replace_in_etc(request, "hosts", hosts_file(request.plan));
  // The host's name servers are out of reach: asking them would only take its time to fail. The
  // node's own loopback refuses at once, unless somebody serves names there.
  replace_in_etc(request, "resolv.conf", "nameserver 127.0.0.1\n");
}

Ended serve(LineStream& stream) {
  const auto request = wait_for_request(stream);
  if (!request) return {.as_planned = false, .why = "no run was asked for"};
  stream.write_line(to_line(PhaseBegun{Phase::kPreparing}));
  const HostDescription host = describe_host();  // while its name is still the host's
  make_world(*request);
  return Run(*request, host, stream).perform();
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
