// SPDX-License-Identifier: Apache-2.0
// A run on a host that does not keep up is never faithful, whatever it is that fails; and one on an
// idle host is. memory_test.cc has what no shared machine is to be put through.
#include <doctest/doctest.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>
#include <vector>

#include "sys/clock.hh"
#include "sys/host_load.hh"
#include "tests/lab/judged.hh"
#include "tests/lab/lab_run.hh"
#include "tests/skip.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

// Stops the lab of a run, with the engine in it, for `span`.
void stop_for(std::chrono::milliseconds span, const Command& run) {
  REQUIRE(run.wait_for_error_text("starting the nodes", 20s));
  std::this_thread::sleep_for(500ms);
  const pid_t init = child_lab(child_lab(run.pid()));
  REQUIRE(init > 0);
  ::kill(init, SIGSTOP);
  std::this_thread::sleep_for(span);
  ::kill(init, SIGCONT);
}

Judged stopped_for(std::chrono::milliseconds span, const std::string& what) {
  LabRun lab(what);
  Command command(lab.argv(), lab.scratch());
  stop_for(span, command);
  command.wait();
  return judged(lab);
}

[[noreturn]] void want_a_processor() {
  for (volatile unsigned turn = 0;;) turn = turn + 1;
}

// Takes this processor from everybody for 40 ms out of 100, as a hypervisor would.
[[noreturn]] void take_away(unsigned processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  ::sched_setaffinity(0, sizeof set, &set);
  const sched_param parameters{.sched_priority = 50};
  if (::sched_setscheduler(0, SCHED_FIFO, &parameters) != 0) ::_exit(1);
  for (;;) {
    const auto until = pleat::monotonic_now() + 40ms;
    while (pleat::monotonic_now() < until) {
    }
    std::this_thread::sleep_for(60ms);
  }
}

// Processes of the host's, not of the lab's, that do this, with numbers from 0.
class Hogs {
 public:
  Hogs(unsigned count, const std::function<void(unsigned)>& action) {
    for (unsigned i = 0; i < count; ++i) {
      const pid_t pid = ::fork();
      if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        action(i);
      }
      if (pid > 0) pids_.push_back(pid);
    }
    REQUIRE(pids_.size() == count);
  }
  ~Hogs() {
    for (const pid_t pid : pids_) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }
  Hogs(const Hogs&) = delete;
  Hogs& operator=(const Hogs&) = delete;

 private:
  std::vector<pid_t> pids_;
};

Judged verdict_of(const std::string& experiment) {
  LabRun lab(experiment);
  lab.run();
  return judged(lab);
}

}  // namespace

TEST_CASE("a run on an idle host is faithful") {
  require_lab();
  std::string dilation;
  SUBCASE("in the host's time") {}
  SUBCASE("in slower time") { dilation = "2"; }
  const pleat::HostLoad before = pleat::read_host_load();
  const Judged verdict = [&] {
    LabRun lab(pinging("6s"));
    std::vector<std::string> argv = lab.argv();
    if (!dilation.empty()) argv.insert(argv.begin() + 2, {"--dilation", dilation});
    Command(argv, lab.scratch()).wait();
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

TEST_CASE(
    "an engine that is stopped for 200 ms is not faithful, and strict, that is the exit status") {
  require_lab();
  const std::string experiment = pinging("3s");
  LabRun lab(experiment);
  std::vector<std::string> argv = lab.argv();
  argv.insert(argv.begin() + 2, "--strict");
  Command command(argv, lab.scratch());
  stop_for(200ms, command);
  const CommandResult result = command.wait();
  INFO(result.out << result.err);
  CHECK(result.status == 1);
  const Judged verdict = judged(lab);
  CHECK(verdict.level != "faithful");
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
  const Judged verdict = verdict_of(pinging("13s", R"(
[[workload]]
name = "hog"
group = "all"
nodes = 40
finish = "never"
command = ["sh", "-c", "while :; do :; done"]
)"));
  CHECK(verdict.level == "invalid");
  CHECK(verdict.by("cpu"));
  CHECK(verdict.by("waiting"));
}

TEST_CASE("other programs of the host that want the processors make a run not faithful") {
  require_lab();
  const Hogs hogs(4 * std::thread::hardware_concurrency(), [](unsigned) { want_a_processor(); });
  const Judged verdict = verdict_of(pinging("8s"));
  CHECK(verdict.level != "faithful");
  CHECK(verdict.by("cpu"));
}

TEST_CASE("a host whose processors are taken away again and again makes a run invalid") {
  require_lab();
  const sched_param lowest{.sched_priority = 1};
  if (::sched_setscheduler(0, SCHED_FIFO, &lowest) != 0) {
    PLEAT_SKIP("real-time priority is not allowed here, so pauses are not measured");
  }
  const sched_param none{};
  REQUIRE(::sched_setscheduler(0, SCHED_OTHER, &none) == 0);
  const Hogs thieves(std::thread::hardware_concurrency(), take_away);
  const Judged verdict = verdict_of(pinging("6s"));
  CHECK(verdict.level == "invalid");
  CHECK(verdict.by("pauses"));
}

TEST_CASE("more packets than the engine can carry make a run invalid") {
  require_lab();
  const Judged verdict = verdict_of(pinging("6s", R"(
[[workload]]
name = "flood"
group = "all"
nodes = 4
finish = "never"
command = [")" PLEAT_DATAGRAMS R"(", "send", "{ip:server}", "7000", "2000000000", "100", "0"]
)"));
  CHECK(verdict.level == "invalid");
  CHECK(verdict.by("tun drops"));
}
