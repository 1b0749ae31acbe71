// SPDX-License-Identifier: Apache-2.0
// How does this kernel share its processors and memory among many processes? The P2PLab paper's
// figures 1 to 3, which folding stands on: the total time of n processes that only compute, of n
// that also use much memory, and how fair n are treated that are started one after the other.
//
// The work is a fixed number of steps, measured once at the beginning, and not a time: what
// switching between processes costs shows in the result.
//
// Fairness is told against ideal sharing, in which each of n processes on c processors has min(1,
// c/n) of one at each moment: what the kernel's time is more or less than that, process by process.
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/figure.hh"
#include "bench/samples.hh"
#include "model/units.hh"
#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/file.hh"

namespace pleat::bench {
namespace {

using std::chrono::milliseconds;

constexpr std::array<int, 6> kProcesses = {2, 10, 50, 100, 200, 400};
constexpr Duration kWork = milliseconds(50);  // of one process; the paper's had half a second
constexpr size_t kMemory = size_t{16} << 20;  // of one process of the second kind

constexpr int kFairProcesses = 30;
constexpr Duration kFairWork = milliseconds(1000), kFairInterval = milliseconds(100);

// ---- what the processes do ----

// Each step needs the one before, so that no processor makes it faster than the work is meant to
// be.
constexpr uint64_t kAny = 88172645463325252;
[[gnu::noinline]] uint64_t compute(uint64_t steps, uint64_t x = kAny) {
  for (uint64_t i = 0; i < steps; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
  }
  return x;
}

// Steps from page to page, until all have been written, again and again.
[[gnu::noinline]] uint64_t compute_in_memory(uint64_t steps) {
  constexpr size_t kPage = 4096;
  void* const area =
      ::mmap(nullptr, kMemory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (area == MAP_FAILED) ::_exit(1);
  auto* const bytes = static_cast<volatile uint8_t*>(area);
  constexpr size_t kPages = kMemory / kPage;
  constexpr uint64_t kStepsPerPage = 1000;
  uint64_t x = kAny;
  for (uint64_t i = 0; i < steps / kStepsPerPage; ++i) {
    // From where it was: the same again would be computed once.
    x = compute(kStepsPerPage, x);
    bytes[i * 2'654'435'761 % kPages * kPage] = static_cast<uint8_t>(x);
  }
  return bytes[0];
}

volatile uint64_t result;  // so that the work is not left out

uint64_t steps_in(Duration time) {
  constexpr uint64_t kTrial = 20'000'000;
  Duration least = Duration::max();
  for (int i = 0; i < 5; ++i) {
    const Duration begun = monotonic_now();
    result = compute(kTrial, kAny + static_cast<uint64_t>(i));  // the same again could be left out
    least = std::min(least, monotonic_now() - begun);
  }
  return static_cast<uint64_t>(kTrial * in_seconds(time) / in_seconds(least));
}

pid_t start(const std::function<void()>& work) {
  const pid_t pid = check_call(::fork(), "start", "a process");
  if (pid != 0) return pid;
  work();
  ::_exit(0);
}

void await(pid_t pid) {
  int status = 0;
  check_call(::waitpid(pid, &status, 0), "wait for", "a process");
  if (status != 0) throw SystemError("let", "a process", 0, "it did not end well");
}

// ---- figures 1 and 2 ----

Duration total_time(int processes, const std::function<void()>& work) {
  const Duration begun = monotonic_now();
  std::vector<pid_t> all;
  for (int i = 0; i < processes; ++i) all.push_back(start(work));
  for (const pid_t pid : all) await(pid);
  return monotonic_now() - begun;
}

// A curve: milliseconds per process, by their number.
Curve measure_total(const std::string& title, const std::function<void()>& work) {
  std::vector<std::vector<std::string>> rows{{"processes", "total s", "ms per process", "of best"}};
  std::vector<double> each;
  for (const int n : kProcesses) each.push_back(in_seconds(total_time(n, work)) / n);
  const double best = *std::min_element(each.begin(), each.end());
  for (size_t i = 0; i < each.size(); ++i) {
    rows.push_back({std::to_string(kProcesses[i]), number(each[i] * kProcesses[i], 2),
                    number(each[i] * 1e3, 2), number(each[i] / best, 2)});
  }
  print(title, rows);
  Curve curve{.name = title, .points = {}};
  for (size_t i = 0; i < each.size(); ++i) {
    curve.points.push_back({static_cast<double>(kProcesses[i]), each[i] * 1e3});
  }
  return curve;
}

// ---- figure 3 ----

// How long each of the processes takes, from its own start, if all are served alike.
std::vector<double> ideal_times(int processes, double work, double interval, double processors) {
  std::vector<double> left, time(static_cast<size_t>(processes));
  double now = 0;
  size_t ended = 0;
  while (ended < time.size()) {
    const size_t active = left.size() - ended;
    const double rate = active == 0 ? 0 : std::min(1.0, processors / static_cast<double>(active));
    const double next_start =
        left.size() < time.size() ? interval * static_cast<double>(left.size()) : HUGE_VAL;
    // All are served alike, so the one that was started first ends first.
    const double next_end = active == 0 ? HUGE_VAL : now + left[ended] / rate;
    const double next = std::min(next_start, next_end);
    for (size_t i = ended; i < left.size(); ++i) left[i] -= (next - now) * rate;
    now = next;
    if (next_end <= next_start) {
      time[ended] = now - interval * static_cast<double>(ended);
      ++ended;
    } else {
      left.push_back(work);
    }
  }
  return time;
}

// What a process does before its work, to be treated differently from the others.
using Prepare = std::function<void(int number)>;

std::vector<double> times_started_in_turn(uint64_t steps, const Prepare& prepare) {
  void* const shared = ::mmap(nullptr, sizeof(double) * kFairProcesses, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) fail("map", "memory");
  auto* const took = static_cast<double*>(shared);
  const Duration begun = monotonic_now();
  std::vector<pid_t> all;
  for (int i = 0; i < kFairProcesses; ++i) {
    const Duration due = begun + i * kFairInterval;
    std::this_thread::sleep_for(due - monotonic_now());
    all.push_back(start([&] {
      prepare(i);
      result = compute(steps);
      took[i] = in_seconds(monotonic_now() - due);
    }));
  }
  for (const pid_t pid : all) await(pid);
  std::vector<double> times(took, took + kFairProcesses);
  ::munmap(shared, sizeof(double) * kFairProcesses);
  return times;
}

void be_batch(int) {
  const sched_param none{};
  check_call(::sched_setscheduler(0, SCHED_BATCH, &none), "choose", "SCHED_BATCH");
}

// A cgroup for each process, all of the same weight, of whichever version has the controller.
class CpuCgroups {
 public:
  // Nothing where this machine, or this user, has none.
  static std::unique_ptr<CpuCgroups> make() {
    namespace fs = std::filesystem;
    const fs::path root = "/sys/fs/cgroup";
    const bool second = try_read_file(root / "cgroup.subtree_control").value_or("").find("cpu") !=
                        std::string::npos;
    const fs::path parent = second ? root : root / "cpu";
    std::unique_ptr<CpuCgroups> made(new CpuCgroups);
    for (int i = 0; i < kFairProcesses; ++i) {
      const fs::path folder =
          parent / ("pleat-bench-" + std::to_string(::getpid()) + '-' + std::to_string(i));
      std::error_code error;
      if (!fs::create_directory(folder, error)) return nullptr;
      made->folders_.push_back(folder);
      if (!fs::exists(folder / (second ? "cpu.weight" : "cpu.shares"))) return nullptr;
    }
    return made;
  }
  ~CpuCgroups() {
    for (const auto& folder : folders_) ::rmdir(folder.c_str());
  }
  CpuCgroups(const CpuCgroups&) = delete;
  CpuCgroups& operator=(const CpuCgroups&) = delete;

  void enter(int number) const {
    write_file(folders_[static_cast<size_t>(number)] / "cgroup.procs", "0");
  }

 private:
  CpuCgroups() = default;
  std::vector<std::filesystem::path> folders_;
};

// The share of the processes that had ended after so many seconds.
Curve ended_after(const std::string& name, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  Curve curve{.name = name, .points = {{0, 0}}, .grey = name == "ideal", .steps = true};
  for (size_t i = 0; i < times.size(); ++i) {
    curve.points.push_back(
        {times[i], 100.0 * static_cast<double>(i + 1) / static_cast<double>(times.size())});
  }
  return curve;
}

void measure_fairness(uint64_t steps) {
  const auto processors = static_cast<double>(std::thread::hardware_concurrency());
  const std::vector<double> ideal =
      ideal_times(kFairProcesses, in_seconds(kFairWork), in_seconds(kFairInterval), processors);
  std::vector<std::vector<std::string>> rows{
      {"means", "median of ideal", "least", "most", "quickest", "slowest"}};
  std::vector<Curve> curves{ended_after("ideal", ideal)};
  const auto measure = [&](const std::string& means, const Prepare& prepare) {
    const std::vector<double> times = times_started_in_turn(steps, prepare);
    curves.push_back(ended_after(means, times));
    Samples ratio, time;
    for (size_t i = 0; i < times.size(); ++i) {
      ratio.add(times[i] / ideal[i]);
      time.add(times[i]);
    }
    rows.push_back({means, number(ratio.median(), 2), number(ratio.least(), 2),
                    number(ratio.most(), 2), number(time.least(), 2) + " s",
                    number(time.most(), 2) + " s"});
  };
  measure("none", [](int) {});
  measure("SCHED_BATCH", be_batch);
  measure("a session each", [](int) { ::setsid(); });  // with autogroups a group of its own
  if (const auto cgroups = CpuCgroups::make()) {
    measure("a cgroup each", [&](int i) { cgroups->enter(i); });
  } else {
    rows.push_back({"a cgroup each", "not allowed here", "", "", "", ""});
  }
  const std::string title = std::to_string(kFairProcesses) + " processes of " +
                            number(in_seconds(kFairWork), 0) + " s, one every " +
                            number(in_seconds(kFairInterval) * 1e3, 0) + " ms";
  print(title, rows);
  draw({.file = "figure-3-fairness",
        .title = title,
        .x = "s from the start of the process",
        .y = "% had ended",
        .curves = std::move(curves)});
}

void measure() {
  const uint64_t steps = steps_in(kWork);
  const Curve computing =
      measure_total("n processes that compute", [&] { result = compute(steps); });
  const Curve in_memory =
      measure_total("n processes with 16 MiB each", [&] { result = compute_in_memory(steps); });
  draw({.file = "figures-1-and-2-scheduling",
        .title = "Time for each of n processes",
        .x = "processes",
        .y = "ms per process",
        .curves = {computing, in_memory}});
  measure_fairness(steps * static_cast<uint64_t>(kFairWork / kWork));
}

}  // namespace
}  // namespace pleat::bench

int main() { pleat::bench::measure(); }
