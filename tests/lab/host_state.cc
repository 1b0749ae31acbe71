// SPDX-License-Identifier: Apache-2.0
#include "tests/lab/host_state.hh"

#include <unistd.h>

#include <filesystem>
#include <thread>

#include "sys/cgroup.hh"
#include "sys/file.hh"
#include "tests/lab/command.hh"

namespace pleat::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::string network_sysctls() {
  std::string text;
  const auto options = fs::directory_options::skip_permission_denied;
  std::map<std::string, std::string> values;  // sorted
  for (const auto& entry : fs::recursive_directory_iterator("/proc/sys/net", options)) {
    if (!entry.is_regular_file()) continue;
    // Changes by itself: the kernel adapts it to each new route.
    if (entry.path().filename() == "stable_secret") continue;
    values[entry.path().string()] = try_read_file(entry.path()).value_or("(not readable)");
  }
  for (const auto& [name, value] : values) text += name + " = " + value;
  return text;
}

// Belongs to a lab of these tests: pleat itself, or what runs with a working directory of a node in
// its environment, as all that a node starts does unless it hides.
bool is_of_a_lab(const fs::path& process) {
  std::error_code ignored;
  if (fs::read_symlink(process / "exe", ignored) == PLEAT_PROGRAM) return true;
  return try_read_file(process / "environ").value_or("").find("/pleat-test-") != std::string::npos;
}

std::string lab_processes() {
  std::string text;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    if (!is_of_a_lab(entry.path())) continue;
    text += entry.path().filename().string() + " " +
            try_read_file(entry.path() / "comm").value_or("(gone)\n");
  }
  return text;
}

// Where whoever starts a lab is, and below.
std::string cgroups() {
  const auto tree = find_cgroup_tree();
  if (!tree) return "";
  std::string text;
  for (const auto& entry : fs::directory_iterator(tree->ours)) {
    if (entry.is_directory()) text += entry.path().string() + "\n";
  }
  return text;
}

}  // namespace

HostState host_state() {
  HostState state;
  for (const char* command :
       {"ip -details link", "ip address", "ip rule", "ip -6 rule", "ip route show table all",
        "ip -6 route show table all", "ip netns list"}) {
    state[command] = run({"sh", "-c", std::string(command) + " | sed 's/expires [0-9]*sec//'"}).out;
  }
  state["network sysctls"] = network_sysctls();
  state["mounts"] = read_file("/proc/self/mountinfo");
  state["cgroups"] = cgroups();
  state["processes"] = lab_processes();
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  state["host name"] = name;
  return state;
}

std::string difference(const HostState& before, const HostState& after) {
  std::string text;
  for (const auto& [what, value] : before) {
    if (after.at(what) == value) continue;
    text += what + " before:\n" + value + what + " after:\n" + after.at(what);
  }
  return text;
}

std::string lasting_difference(const HostState& before) {
  std::string found;
  for (int i = 0; i < 50; ++i) {
    found = difference(before, host_state());
    if (found.empty()) return found;
    std::this_thread::sleep_for(100ms);
  }
  return found;
}

}  // namespace pleat::test
