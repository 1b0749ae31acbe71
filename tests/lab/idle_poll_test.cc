// SPDX-License-Identifier: Apache-2.0
// pleat run --idle-poll. Assumes a machine that does nothing else.
#include <doctest/doctest.h>
#include <signal.h>

#include <thread>

#include "sys/host_load.hh"
#include "tests/lab/judged.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> with_idle_poll(const LabRun& lab) {
  std::vector<std::string> argv = lab.argv();
  argv.insert(argv.begin() + 2, "--idle-poll");
  return argv;
}

bool somebody_polls() { return run({"pgrep", "-x", "pleat-idle-poll"}).status == 0; }

}  // namespace

TEST_CASE("with --idle-poll no processor is idle, and the record counts what keeps it so as idle") {
  require_lab();
  LabRun lab(pinging("6s"));
  const pleat::HostLoad before = pleat::read_host_load();
  const CommandResult result = Command(with_idle_poll(lab), lab.scratch()).wait();
  const pleat::HostLoad after = pleat::read_host_load();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  const auto idle = (after.cpu_total - before.cpu_total) - (after.cpu_busy - before.cpu_busy) -
                    (after.cpu_stolen - before.cpu_stolen);
  CHECK(idle * 5 < after.cpu_total - before.cpu_total);
  const double busy = busy_share(lab.folder());
  CHECK(busy > 0);
  CHECK(busy < 0.5);
  CHECK(lab.recorded("SELECT value FROM run WHERE key = 'idle_poll'") == "1\n");
  CHECK_FALSE(judged(lab).by("cpu"));
  CHECK_FALSE(somebody_polls());
}

TEST_CASE("what keeps idle processors awake ends with a pleat run that is killed") {
  require_lab();
  LabRun lab(pinging("60s"));
  Command command(with_idle_poll(lab), lab.scratch());
  bool began = false;
  for (int i = 0; i < 500 && !began; ++i) {
    std::this_thread::sleep_for(10ms);
    began = somebody_polls();
  }
  REQUIRE(began);
  command.signal(SIGKILL);
  command.wait();
  for (int i = 0; i < 500 && somebody_polls(); ++i) std::this_thread::sleep_for(10ms);
  CHECK_FALSE(somebody_polls());
}
