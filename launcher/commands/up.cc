// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/commands/choose_identity.hh"
#include "launcher/commands/choose_shaper.hh"
#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/commands/experiment_file.hh"
#include "launcher/commands/lab_process.hh"
#include "launcher/lab/node_cgroups.hh"
#include "launcher/lab/start_of_time.hh"
#include "launcher/labs/find_lab.hh"
#include "launcher/log.hh"
#include "launcher/paths.hh"
#include "model/in_quotes.hh"
#include "model/name_rule.hh"
#include "sys/clock.hh"
#include "sys/epoll.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// The lab's folder until it has its name: removed again where it does not come to that.
class UnfinishedFolder {
 public:
  UnfinishedFolder(const LabsFolder& labs, const std::string& lab)
      : labs_(labs), lab_(lab), path_(labs.make_unfinished(lab)) {}
  ~UnfinishedFolder() {
    std::error_code ignored;
    if (!published_) fs::remove_all(path_, ignored);
  }
  UnfinishedFolder(const UnfinishedFolder&) = delete;
  UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;

  const fs::path& path() const { return path_; }
  bool publish() { return published_ = labs_.publish(path_, lab_); }

 private:
  const LabsFolder& labs_;
  std::string lab_;
  fs::path path_;
  bool published_ = false;
};

std::string checked_name(const std::string& name) {
  if (!is_name(name) || name.size() > kLongestName) {
    throw UserError("--name: " + pleat::in_quotes(name) + " is no name; " +
                    std::string(kNameAdvice) + ", at most " + std::to_string(kLongestName) +
                    " characters");
  }
  return name;
}

// The experiment's plan, with the lab's name and a back end that is decided.
Plan plan_of_lab(const ExperimentFile& experiment, const std::string& lab) {
  Plan plan = experiment.loaded.plan;
  // The host's name inside, so that two labs of one experiment can be told apart there, too.
  if (!lab.empty()) plan.name = checked_name(lab);
  decide_shaper(plan);
  decide_identity(plan);
  return plan;
}

// Waits until the lab is ready; nothing where the user has interrupted that. Throws where it cannot
// be made.
std::optional<Ready> wait_until_ready(LabProcess& lab, const fs::path& log) {
  SignalQueue signals({SIGINT, SIGTERM, SIGHUP});
  Epoll epoll;
  epoll.add(lab.readable_fd(), 0);
  epoll.add(signals.readable_fd(), 1);
  while (!lab.at_end()) {
    epoll.wait(std::chrono::hours(1));
    if (signals.next()) return std::nullopt;
    while (const auto message = lab.next()) {
      if (const auto* ready = std::get_if<Ready>(&*message)) return *ready;
      if (const auto* ended = std::get_if<Ended>(&*message)) throw std::runtime_error(ended->why);
      if (const auto* notice = std::get_if<Notice>(&*message)) spdlog::warn(notice->text);
    }
  }
  throw std::runtime_error("the lab was killed while it was made\n" +
                           try_read_file(log).value_or(""));
}

ProcessKey key_of(pid_t pid) {
  const auto key = process_key(pid);
  if (!key) throw std::runtime_error("the lab was killed when it was just ready");
  return *key;
}

void print_text(const LabState& lab, const Plan& plan) {
  const std::string& node = plan.nodes.front().name;
  const std::string to = " --lab " + lab.name + " ";
  std::cout << "lab " << lab.name << " is up: " << lab.nodes << " nodes, " << lab.shaper
            << " back end; nothing runs in it yet, neither setup nor workloads\n"
            << "  a command in a node   pleat exec" << to << node << " -- ping -c 3 "
            << plan.nodes.back().name << '\n'
            << "  a shell in a node     pleat shell" << to << node << '\n'
            << "  the end of the lab    pleat down --lab " << lab.name << '\n';
}

void print_json(const LabState& lab, const fs::path& folder) {
  nlohmann::json object = to_json(lab);
  object["folder"] = folder.string();
  std::cout << object.dump(2) << '\n';
}

}  // namespace

int up_command(const UpOptions& options) {
  ignore_broken_pipes();
  const ExperimentFile experiment = load_experiment(options.file, End::kOptional);
  const Plan plan = plan_of_lab(experiment, options.name);
  // Better missed now than by the first exec.
  if (uses_library(plan.identity)) preload_library();
  if (plan.dilation.slows()) dilation_library();
  programs_in_nodes();

  const LabsFolder labs;
  require_free_name(labs, plan.name);
  UnfinishedFolder folder(labs, plan.name);
  write_file(folder.path() / "experiment.toml", experiment.text);
  write_plan(folder.path(), plan);
  const fs::path log = folder.path() / "log";
  NodeCgroups cgroups(plan);
  LabProcess lab(log);
  lab.send(
      PrepareRequest{.plan = plan, .folder = folder.path().string(), .cgroups = cgroups.made()});
  const auto ready = wait_until_ready(lab, log);
  if (!ready) return kInterruptedStatus;

  const LabState state{.name = plan.name,
                       .experiment = fs::absolute(options.file).lexically_normal().string(),
                       .shaper = std::string(name(plan.shaper)),
                       .identity = std::string(name(plan.identity)),
                       .cgroup = cgroups.made() ? cgroups.made()->folder : "",
                       .nodes = plan.nodes.size(),
                       .dilation_start = time_starts_now().text,
                       .since = utc_text(),
                       .realm = labs.realm(),
                       .init = key_of(static_cast<pid_t>(ready->init)),
                       .supervisor = key_of(lab.pid())};
  write_state(folder.path(), state);
  if (!folder.publish()) {  // a second pleat up was faster
    require_free_name(labs, plan.name);
    throw UserError("another lab " + plan.name + " was up for a moment; try again");
  }
  lab.send(StayRequest{});
  lab.let_go();
  cgroups.let_go();
  if (options.json) {
    print_json(state, labs.of(state.name));
  } else {
    print_text(state, plan);
  }
  return kSuccess;
}

}  // namespace pleat
