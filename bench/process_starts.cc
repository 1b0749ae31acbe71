// SPDX-License-Identifier: Apache-2.0
// How fast are nodes started, compared with a loop that does nothing but posix_spawn the same
// program? A node gets more than that loop gives: a folder, two files for its output, a name as a
// host, no capabilities, somebody who watches it, and the identity library, which the dynamic
// linker loads before the program begins. A second loop gives the library to its processes too, and
// so tells that part from the launcher's.
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/pleat_run.hh"
#include "bench/samples.hh"
#include "launcher/record/results.hh"
#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/namespaces.hh"

namespace pleat::bench {
namespace {

struct Size {
  uint32_t processes;
  int rounds;
};
constexpr std::array<Size, 2> kSizes{{{1'000, 7}, {10'000, 3}}};
constexpr double kTarget = 0.9;

constexpr const char* kProgram = "/usr/bin/sleep";

double per_second(uint32_t processes, Duration took) {
  return processes * 1e9 / static_cast<double>(took.count());
}

// In the order of the plan: everybody, and then one that ends the run.
std::string experiment(uint32_t nodes) {
  return R"([experiment]
name = "starts"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "dsl"
prefix = "10.1.0.0/16"
nodes = )" +
         std::to_string(nodes + 1) + R"(
[[workload]]
name = "sleeper"
group = "dsl"
nodes = )" +
         std::to_string(nodes) + "\ncommand = [\"" + kProgram + R"(", "infinity"]
finish = "never"
[[workload]]
name = "last"
group = "dsl"
start = "1ms"
command = ["true"]
)";
}

double nodes_per_second(uint32_t nodes) {
  const PleatRun run(experiment(nodes));
  std::vector<Duration> starts;
  for (const RunEvent& event : read_results(run.folder()).events) {
    if (event.kind == RunEventKind::kStart) starts.push_back(event.time);
  }
  if (starts.size() != nodes + 1) throw SystemError("start", "all nodes", 0);
  return per_second(nodes - 1, starts[nodes - 1] - starts[0]);
}

enum class Library { kAbsent, kLoaded };

Duration time_of_spawning(uint32_t processes, Library library) {
  if (library == Library::kLoaded) {
    ::setenv("LD_PRELOAD", PLEAT_PRELOAD_LIBRARY, 1);
    ::setenv("BINDIP", "10.1.0.1", 1);
  }
  std::array<char*, 3> argv{const_cast<char*>(kProgram), const_cast<char*>("infinity"), nullptr};
  const auto spawn = [&] {
    pid_t pid;
    if (::posix_spawn(&pid, kProgram, nullptr, nullptr, argv.data(), environ) != 0)
      fail("start", kProgram);
  };
  spawn();
  const Duration begun = monotonic_now();
  for (uint32_t i = 1; i < processes; ++i) spawn();
  return monotonic_now() - begun;
}

// In a PID namespace that takes all of them down with its first process.
double spawns_per_second(uint32_t processes, Library library) {
  std::array<int, 2> ends;
  check_call(::pipe2(ends.data(), O_CLOEXEC), "create a pipe");
  const Fd in(ends[0]), out(ends[1]);
  const pid_t keeper = check_call(::fork(), "start", "a process");
  if (keeper == 0) {
    enter_new_namespaces();
    const pid_t first = check_call(::fork(), "start", "a process");
    if (first > 0) {
      ::waitpid(first, nullptr, 0);
      ::_exit(0);
    }
    const Duration took = time_of_spawning(processes, library);
    ::_exit(::write(out.get(), &took, sizeof took) == sizeof took ? 0 : 1);
  }
  ::waitpid(keeper, nullptr, 0);
  Duration took{0};
  ::fcntl(in.get(), F_SETFL, O_NONBLOCK);
  if (::read(in.get(), &took, sizeof took) != sizeof took)
    throw SystemError("start", "so many processes", 0);
  return per_second(processes - 1, took);
}

// Runs leave their folders in memory where that is possible, because here each is removed at once:
// for minutes after thousands of files were removed, ext4 takes a multiple of its time to make new
// ones (recently_deleted() in its ialloc.c), which would be told of the launcher.
void keep_folders_in_memory() {
  const char* memory = "/dev/shm";
  if (::access(memory, W_OK) == 0) ::setenv("TMPDIR", memory, 0);
}

void measure() {
  keep_folders_in_memory();
  std::vector<std::vector<std::string>> rows{
      {"processes", "started by", "per s", "ratio", "quartiles", "target"}};
  for (const auto& [processes, rounds] : kSizes) {
    Samples bare, library, nodes, library_ratio, nodes_ratio;
    for (int round = 0; round < rounds; ++round) {
      const double a = spawns_per_second(processes, Library::kAbsent);
      const double b = spawns_per_second(processes, Library::kLoaded);
      const double c = nodes_per_second(processes);
      bare.add(a);
      library.add(b);
      nodes.add(c);
      library_ratio.add(b / a);
      nodes_ratio.add(c / a);
    }
    const std::string count = std::to_string(processes);
    const double ratio = nodes_ratio.median();
    rows.push_back({count, "posix_spawn", number(bare.median(), 0), "1", "", ""});
    rows.push_back({count, "posix_spawn, with library", number(library.median(), 0),
                    number(library_ratio.median(), 2), quartiles(library_ratio, 2), ""});
    rows.push_back({count, "pleat run", number(nodes.median(), 0), number(ratio, 2),
                    quartiles(nodes_ratio, 2), at_least(kTarget, ratio, 1)});
  }
  print(std::string("processes of ") + kProgram + " started", rows);
}

}  // namespace
}  // namespace pleat::bench

int main() { pleat::bench::measure(); }
