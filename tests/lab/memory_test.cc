// SPDX-License-Identifier: Apache-2.0
// A run on a host whose memory does not suffice is never faithful. To be run only in a virtual
// machine: it takes all memory, and swaps to a device in memory.
#include <doctest/doctest.h>

#include "sys/file.hh"
#include "tests/lab/judged.hh"

using namespace pleat;
using namespace pleat::test;

namespace {

// One of the nodes wants what the machine has but `left` MiB.
std::string experiment(int left) {
  return pinging("9s", R"(
[[workload]]
name = "eater"
group = "all"
nodes = 1
finish = "never"
start = "1s"
command = [")" PLEAT_MEMORY_EATER "\", \"" +
                           std::to_string(left) + "\"]\n");
}

Judged run_leaving(int mebibytes) {
  LabRun lab(experiment(mebibytes));
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  INFO(lab.node_file("eater"));
  CHECK(lab.node_file("eater").starts_with("took "));
  return judged(lab);
}

void swap_to_memory() {
  write_file("/sys/block/zram0/disksize", "1G");
  for (const char* command : {"mkswap", "swapon"}) {
    const CommandResult result = run({"busybox", command, "/dev/zram0"});
    INFO(result.out << result.err);
    REQUIRE(result.status == 0);
  }
}

}  // namespace

TEST_CASE("a run with memory to spare says nothing about memory") {
  require_lab();
  const Judged verdict = run_leaving(400);
  CHECK_FALSE(verdict.by("memory"));
  CHECK_FALSE(verdict.by("swap"));
}

TEST_CASE("a run that leaves less than 5 % of the memory is not faithful") {
  require_lab();
  const Judged verdict = run_leaving(25);
  CHECK(verdict.level != "faithful");
  CHECK(verdict.by("memory"));
}

TEST_CASE("a run in which memory is swapped in is invalid") {
  require_lab();
  swap_to_memory();
  const Judged verdict = run_leaving(-100);
  CHECK(verdict.level == "invalid");
  CHECK(verdict.by("swap"));
}
