// SPDX-License-Identifier: Apache-2.0
// How much memory does the engine take for a node that is silent?
#include <malloc.h>
#include <unistd.h>

#include <sstream>

#include "bench/lab.hh"
#include "bench/samples.hh"
#include "shaper/engine/engine.hh"
#include "sys/file.hh"

namespace pleat::bench {
namespace {

constexpr uint32_t kFew = 10, kMany = 10'000;
constexpr double kTarget = 1024;

// Of this process, in bytes (proc_pid_statm(5)).
double resident() {
  uint64_t size = 0, pages = 0;
  std::istringstream(read_file("/proc/self/statm")) >> size >> pages;
  return static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

struct Difference {
  double with_few, with_many;
  double per_node() const { return (with_many - with_few) / (kMany - kFew); }
};

// An engine that is never started needs no device.
double engine_bytes(const Plan& plan) {
  const double before = resident();
  const Engine engine(plan, Fd());
  return resident() - before;
}

void measure() {
  // What was freed must be gone, or the next engine would be made from it unseen.
  ::mallopt(M_MMAP_THRESHOLD, 64 * 1024);
  ::mallopt(M_TRIM_THRESHOLD, 0);
  const std::string dsl = "down = \"8Mbit\"\nup = \"1Mbit\"\ndelay = \"20ms\"\n";
  const Plan few = plan_of_homes(kFew, dsl), many = plan_of_homes(kMany, dsl);
  engine_bytes(few);  // what is allocated once, and stays, is none of the next one's
  ::malloc_trim(0);
  const Difference idle{engine_bytes(few), engine_bytes(many)};
  const Plan few_packets = plan_of_homes(kFew, dsl + "queue = \"50packets\"\n");
  const Plan many_packets = plan_of_homes(kMany, dsl + "queue = \"50packets\"\n");
  ::malloc_trim(0);
  const Difference counted{engine_bytes(few_packets), engine_bytes(many_packets)};
  print("engine memory with " + std::to_string(kFew) + " and with " + std::to_string(kMany) +
            " silent nodes",
        {{"queues limited in", "KiB", "KiB", "bytes per node", "target"},
         {"bytes", number(idle.with_few / 1024, 0), number(idle.with_many / 1024, 0),
          number(idle.per_node(), 0), at_most(kTarget, idle.per_node(), 0)},
         {"packets", number(counted.with_few / 1024, 0), number(counted.with_many / 1024, 0),
          number(counted.per_node(), 0), at_most(kTarget, counted.per_node(), 0)}});
}

}  // namespace
}  // namespace pleat::bench

int main() { pleat::bench::measure(); }
