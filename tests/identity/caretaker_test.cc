// SPDX-License-Identifier: Apache-2.0
// Who removes a lab's cgroups.
#include <doctest/doctest.h>
#include <signal.h>

#include <functional>
#include <sstream>
#include <thread>

#include "identity/lab_cgroup.hh"
#include "sys/cgroup.hh"
#include "sys/file.hh"
#include "tests/identity/require.hh"
#include "tests/lab/lab_run.hh"

using namespace pleat::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const std::string kSleepers = R"(
[experiment]
name = "sleepers"
duration = "20s"
[network]
prefix = "10.0.0.0/8"
identity = "bpf"
[[group]]
name = "all"
prefix = "10.1.0.0/24"
nodes = 3
[[workload]]
name = "sleeper"
group = "all"
finish = "never"
command = ["sleep", "100"]
)";

pid_t child_called(pid_t parent, const std::string& name) {
  const std::string number = std::to_string(parent);
  std::istringstream children(
      pleat::read_file("/proc/" + number + "/task/" + number + "/children"));
  for (pid_t child = 0; children >> child;) {
    if (pleat::try_read_file("/proc/" + std::to_string(child) + "/comm") == name + "\n") {
      return child;
    }
  }
  return 0;
}

// The cgroup of the lab that this process started; empty: it is gone.
fs::path cgroup_of(pid_t run) {
  const std::string begin = "pleat-" + std::to_string(run) + "-";
  for (const auto& entry : fs::directory_iterator(pleat::find_cgroup_tree()->ours)) {
    if (entry.path().filename().string().starts_with(begin)) return entry.path();
  }
  return {};
}

bool wait_until(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

class Sleepers {
 public:
  Sleepers() : lab_(kSleepers), command_(lab_.argv(), lab_.scratch()) {
    REQUIRE(command_.wait_for_error_text("starting the nodes", 20s));
    REQUIRE(child_called(pid(), "pleat-caretaker") != 0);
    cgroup_ = cgroup_of(pid());
    REQUIRE(cgroup_ != "");
  }
  // Those whose caretaker was killed would wait for the next lab.
  ~Sleepers() {
    kill_run();
    pleat::remove_lab_cgroup(cgroup_);
  }
  pid_t pid() const { return command_.pid(); }
  void kill(const std::string& child) { ::kill(child_called(pid(), child), SIGKILL); }
  void kill_run() {
    if (killed_) return;
    killed_ = true;
    ::kill(pid(), SIGKILL);
    command_.wait();
  }
  const fs::path& cgroup() const { return cgroup_; }

 private:
  LabRun lab_;
  Command command_;
  fs::path cgroup_;
  bool killed_ = false;
};

}  // namespace

TEST_CASE("the caretaker removes the cgroups when run and lab are killed together") {
  require_cgroup_identity();
  Sleepers sleepers;
  ::kill(sleepers.pid(), SIGSTOP);  // so that it cannot see the lab die
  sleepers.kill("pleat-lab");
  sleepers.kill_run();
  CHECK(wait_until([&] { return cgroup_of(sleepers.pid()).empty(); }));
}

TEST_CASE("what a killed caretaker leaves behind, the next lab removes, and not before") {
  require_cgroup_identity();
  Sleepers sleepers;
  const fs::path cgroup = sleepers.cgroup();
  sleepers.kill("pleat-caretaker");
  Sleepers others;
  CHECK(fs::exists(cgroup));  // while its lab is there it is no leftover
  sleepers.kill_run();
  const auto is_empty = [&] {
    return pleat::read_file(cgroup / "cgroup.events").find("populated 0") != std::string::npos;
  };
  REQUIRE(wait_until(is_empty));
  std::this_thread::sleep_for(100ms);
  CHECK(fs::exists(cgroup));
  Sleepers next;
  CHECK(!fs::exists(cgroup));
}

TEST_CASE("the programs stay with the nodes whoever is killed outside of the lab") {
  require_cgroup_identity();
  Sleepers sleepers;
  const fs::path cgroup = sleepers.cgroup();
  sleepers.kill("pleat-caretaker");
  // A process that joins now is held to what the programs say: it is no node, so it may do nothing.
  const CommandResult result =
      run({"sh", "-c",
           "echo 0 > " + (cgroup / "cgroup.procs").string() +
               "; python3 -c 'import socket; socket.socket().bind((\"127.0.0.1\", 0))'"});
  CHECK(result.status != 0);
  CHECK(result.err.find("PermissionError") != std::string::npos);
}
