// SPDX-License-Identifier: Apache-2.0
#include "launcher/lab/waiting.hh"

#include <doctest/doctest.h>

#include "sys/file.hh"
#include "sys/pressure.hh"
#include "sys/run_queue.hh"
#include "tests/folder.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// A /proc with one process.
void write_schedstat(const std::filesystem::path& proc, int pid, const std::string& text) {
  const auto folder = proc / std::to_string(pid);
  std::filesystem::create_directories(folder);
  write_file(folder / "schedstat", text);
}

std::optional<Duration> unknown(uint32_t) { return std::nullopt; }

TEST_CASE("the time that a process waited is the second number of its schedstat") {
  CHECK(parse_waited("5000 1234567 89\n") == 1234567ns);
  CHECK_FALSE(parse_waited(""));
  CHECK_FALSE(parse_waited("5000"));
  CHECK_FALSE(parse_waited("5000 x 89"));
}

TEST_CASE("a process that is gone has waited for nothing that is known") {
  const test::Folder proc;
  CHECK_FALSE(waited_for_processor(7, proc.path()));
}

TEST_CASE("what counts is how long a node waited between two looks at the same process") {
  const test::Folder proc;
  Waiting waiting({.pressure = unknown, .used = unknown}, 2, {}, proc.path());
  write_schedstat(proc.path(), 70, "1 400 1\n");
  CHECK_FALSE(waiting.look(10s, 3, 70));
  write_schedstat(proc.path(), 70, "1 1000000400 1\n");
  const WaitSample second{.time = 15s, .node = 3, .span = 5s, .waited = 1s};
  CHECK(waiting.look(15s, 3, 70) == second);
  // Started again: another process.
  write_schedstat(proc.path(), 71, "1 2000000400 1\n");
  CHECK_FALSE(waiting.look(20s, 3, 71));
  CHECK_FALSE(waiting.look(20s, 4, 72));
}

TEST_CASE("a sleep that the kernel has taken for a wait is none, where the node's cgroup knows") {
  const test::Folder proc;
  std::optional<Duration> pressure = 3s, used = 24ms;
  int questions = 0;
  Waiting waiting({.pressure = [&](uint32_t) { return pressure; },
                   .used = [&](uint32_t) { return ++questions, used; }},
                  2, {}, proc.path());
  write_schedstat(proc.path(), 70, "1 0 1\n");
  CHECK_FALSE(waiting.look(10s, 3, 70));
  CHECK(questions == 0);
  write_schedstat(proc.path(), 70, "1 1000000000 1\n");
  *pressure += 1ms;
  CHECK(waiting.look(15s, 3, 70)->waited == 8ms);  // 1 ms (1 + sqrt(1 + 4 x 24 / 2))
  CHECK(questions == 1);
  // It is not made longer than it was.
  write_schedstat(proc.path(), 70, "1 1300000000 1\n");
  *pressure += 180ms;
  CHECK(waiting.look(20s, 3, 70)->waited == 300ms);
  // What it had used before the last two questions is not counted again: the node slept.
  CHECK(waiting.look(21s, 3, 70)->waited == 0s);
  write_schedstat(proc.path(), 70, "1 2300000000 1\n");
  *pressure += 1ms;
  CHECK(waiting.look(22s, 3, 70)->waited == 2ms);
  // One of them is not known any more.
  used.reset();
  write_schedstat(proc.path(), 70, "1 3300000000 1\n");
  CHECK(waiting.look(25s, 3, 70)->waited == 1s);
  used = 24ms;
  pressure.reset();
  write_schedstat(proc.path(), 70, "1 4300000000 1\n");
  CHECK(waiting.look(30s, 3, 70)->waited == 1s);
}

TEST_CASE("a wait that began before a look counts when it ends, though the pressure is older") {
  const test::Folder proc;
  std::optional<Duration> pressure = 0s;
  Waiting waiting({.pressure = [&](uint32_t) { return pressure; },
                   .used = [](uint32_t) { return std::optional<Duration>(0s); }},
                  2, {}, proc.path());
  write_schedstat(proc.path(), 70, "1 0 1\n");
  CHECK_FALSE(waiting.look(10s, 3, 70));
  pressure = 900ms;
  CHECK(waiting.look(15s, 3, 70)->waited == 0s);
  write_schedstat(proc.path(), 70, "1 1000000000 1\n");
  pressure = 1s;
  CHECK(waiting.look(20s, 3, 70)->waited == 1s);
}

TEST_CASE("no wait that the pressure leaves possible is cut") {
  // One second on one processor, three of running on the other: 1 x 1 / (1 + 3).
  CHECK(longest_wait(250ms, 3s, 2) >= 1s);
  // On one alone the pressure is the wait.
  CHECK(longest_wait(1s, 3s, 1) >= 1s);
  CHECK(longest_wait(1s, 0s, 1) == 1s);
  CHECK(longest_wait(0s, 3s, 2) == 0s);
}

TEST_CASE("what a cgroup has used is a number of its cpu.stat") {
  constexpr std::string_view kKey = "usage_usec ";
  CHECK(microseconds_after("usage_usec 1234\nuser_usec 1000\nsystem_usec 234\n", kKey) == 1234us);
  CHECK_FALSE(microseconds_after("user_usec 1000\n", kKey));
  CHECK_FALSE(microseconds_after("usage_usec x\n", kKey));
  CHECK_FALSE(microseconds_after("", kKey));
}

TEST_CASE("pressure is the total of a line") {
  const std::string text =
      "some avg10=0.00 avg60=1.50 avg300=0.00 total=1234567\n"
      "full avg10=0.00 avg60=0.00 avg300=0.00 total=89\n";
  CHECK(parse_pressure(text, "some") == 1234567us);
  CHECK(parse_pressure(text, "full") == 89us);
  CHECK_FALSE(parse_pressure("some avg10=0.00", "some"));
  CHECK_FALSE(parse_pressure("some avg10=0.00\nfull total=5\n", "some"));
  CHECK_FALSE(parse_pressure("some total=x", "some"));
  CHECK_FALSE(parse_pressure("", "some"));
}

TEST_CASE("in as many turns as there are every node is looked at once") {
  for (uint32_t node = 0; node < 23; ++node) {
    int looks = 0;
    for (uint32_t turn = 100; turn < 100 + Waiting::kTurns; ++turn) {
      looks += Waiting::is_turn(node, turn) ? 1 : 0;
    }
    CHECK(looks == 1);
  }
}

TEST_CASE("this kernel says how long this process waited") {
  // It takes CONFIG_SCHED_INFO, which the kernels of all distributions have.
  CHECK(waited_for_processor(1));
}

}  // namespace
}  // namespace pleat
