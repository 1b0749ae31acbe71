// SPDX-License-Identifier: Apache-2.0
// A run on a host that does not keep up is never faithful, whatever it is that fails; and one on an
// idle host is. memory_test.cc has what no shared machine is to be put through.
#include <doctest/doctest.h>
#include <signal.h>

#include <thread>

#include "sys/host_load.hh"
#include "tests/lab/judged.hh"
#include "tests/lab/lab_run.hh"
#include "tests/skip.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

// Runs it, and stops the lab, with the engine in it, for `span`.
Judged stopped_for(std::chrono::milliseconds span, const std::string& what) {
  LabRun lab(what);
  Command command(lab.argv(), lab.scratch());
  REQUIRE(command.wait_for_error_text("starting the nodes", 20s));
  std::this_thread::sleep_for(500ms);
  const pid_t init = child_lab(child_lab(command.pid()));
  REQUIRE(init > 0);
  ::kill(init, SIGSTOP);
  std::this_thread::sleep_for(span);
  ::kill(init, SIGCONT);
  command.wait();
  return judged(lab);
}

}  // namespace

TEST_CASE("a run on an idle host is faithful") {
  require_lab();
  const pleat::HostLoad before = pleat::read_host_load();
  const Judged verdict = [] {
    LabRun lab(pinging("6s"));
    lab.run();
    return judged(lab);
  }();
  const pleat::HostLoad after = pleat::read_host_load();
  const auto stolen = after.cpu_stolen - before.cpu_stolen;
  if (stolen * 100 > after.cpu_total - before.cpu_total) {
    PLEAT_SKIP("this host is not idle: a hypervisor took more than 1 % of its processors");
  }
  CHECK(verdict.level == "faithful");
}

TEST_CASE("an engine that is stopped for 250 ms is invalid") {
  require_lab();
  const Judged verdict = stopped_for(250ms, pinging("3s"));
  CHECK(verdict.level == "invalid");
  CHECK(verdict.by("stall"));
}

TEST_CASE("nodes that start late because the lab was held up are not faithful") {
  require_lab();
  const Judged verdict = stopped_for(1800ms, pinging("5s", R"(
[[workload]]
name = "late"
group = "all"
nodes = 40
finish = "never"
start = { at = "200ms", every = "50ms" }
command = ["sleep", "60"]
)"));
  CHECK(verdict.level != "faithful");
  CHECK(verdict.by("schedule"));
}

TEST_CASE("more programs that want a processor than there are make a run invalid") {
  require_lab();
  // Enough for sixteen processors to be too few.
  LabRun lab(pinging("13s", R"(
[[workload]]
name = "hog"
group = "all"
nodes = 40
finish = "never"
command = ["sh", "-c", "while :; do :; done"]
)"));
  lab.run();
  const Judged verdict = judged(lab);
  CHECK(verdict.level == "invalid");
  CHECK(verdict.by("cpu"));
  CHECK(verdict.by("waiting"));
}
