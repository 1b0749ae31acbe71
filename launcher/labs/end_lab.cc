// SPDX-License-Identifier: Apache-2.0
#include "launcher/labs/end_lab.hh"

#include <signal.h>

#include <algorithm>

#include "identity/lab_cgroup.hh"
#include "sys/error.hh"
#include "sys/namespaces.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

constexpr auto kInOrder = 2s;  // the lab itself gives its processes one
// All processes have to be collected: thousands take a while.
constexpr auto kKilled = 30s;

// A PID namespace ends when every process in it is collected, and those that pleat exec started
// are collected by it. Where it was stopped, by Ctrl-Z, it has to go on for that.
void wake_parents_outside(const LabState& lab) {
  const std::vector<pid_t> inside = sharers_of_pid_namespace(lab.init.pid);
  for (const pid_t pid : inside) {
    const pid_t parent = family_of(pid).value_or(ProcessFamily{}).parent;
    const bool is_inside = std::find(inside.begin(), inside.end(), parent) != inside.end();
    if (parent > 1 && !is_inside) ::kill(parent, SIGCONT);
  }
}

void end_processes(const LabState& lab) {
  const Fd supervisor = open_process(lab.supervisor);
  if (const Fd init = open_process(lab.init)) {
    wake_parents_outside(lab);
    send_signal(init, SIGTERM);
    if (!wait_for_end(init, kInOrder)) {
      send_signal(init, SIGKILL);  // and with it, by the kernel, every process of the lab
      wake_parents_outside(lab);
      if (!wait_for_end(init, kKilled)) {
        throw SystemError("end lab", lab.name, 0,
                          "process " + std::to_string(lab.init.pid) + " does not end");
      }
    }
  }
  if (!supervisor || wait_for_end(supervisor, kKilled)) return;
  send_signal(supervisor, SIGKILL);
  wait_for_end(supervisor, kKilled);
}

}  // namespace

void end_lab(const LabState& lab) {
  end_processes(lab);
  // The caretaker does it, too; but it may have been killed.
  if (!lab.cgroup.empty()) remove_lab_cgroup(lab.cgroup);
}

size_t processes_in(const LabState& lab) {
  const size_t all = sharers_of_pid_namespace(lab.init.pid).size();
  return all > 0 ? all - 1 : 0;
}

}  // namespace pleat
