// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "launcher/host_time.hh"
#include "launcher/lab/environment.hh"
#include "launcher/lab/tcp_times.hh"
#include "launcher/record/nodes_time.hh"
#include "launcher/verdict/judge.hh"
#include "sys/file.hh"
#include "sys/program_file.hh"
#include "tests/folder.hh"
#include "tests/unit/launcher_small_plan.hh"

using namespace pleat;
using namespace std::chrono_literals;

namespace {

const DilationFactor kSlowed = parse_dilation("4");

bool has(const std::vector<std::string>& environment, const std::string& entry) {
  return std::find(environment.begin(), environment.end(), entry) != environment.end();
}

}  // namespace

TEST_CASE("where time is slowed down a node is told by how much and since when") {
  const Plan plan = test::small_plan({test::workload(Finish::kExit)});
  Surroundings surroundings{.own_programs = "/opt/pleat",
                            .search_path = "/bin",
                            .identity = IdentityBy::kPreload,
                            .preload_library = "/lib/p.so",
                            .dilation_library = "/lib/d.so",
                            .dilation = "4",
                            .dilation_start = "1 2 3 4"};
  const auto slow = node_environment(surroundings, plan.nodes[0], "/d",
                                     {{"LD_PRELOAD", "/lib/own.so"}, {"PLEAT_DILATION", "9"}});
  CHECK(has(slow, "LD_PRELOAD=/lib/p.so:/lib/d.so:/lib/own.so"));
  CHECK(has(slow, "PLEAT_DILATION=4"));
  CHECK(has(slow, "PLEAT_DILATION_START=1 2 3 4"));
  // The cgroups alone tie it to its addresses.
  surroundings.preload_library.clear();
  CHECK(has(node_environment(surroundings, plan.nodes[0], "/d", {}), "LD_PRELOAD=/lib/d.so"));
  // Whatever the experiment says.
  surroundings.dilation_library.clear();
  const auto plain = node_environment(surroundings, plan.nodes[0], "/d", {{"PLEAT_DILATION", "9"}});
  CHECK_FALSE(has(plain, "PLEAT_DILATION=9"));
}

TEST_CASE("a step is not slowed down") {
  const Surroundings surroundings{.own_programs = "/opt/pleat",
                                  .search_path = "/bin",
                                  .identity = IdentityBy::kPreload,
                                  .preload_library = "/lib/p.so",
                                  .dilation_library = "/lib/d.so",
                                  .dilation = "4",
                                  .dilation_start = "1 2 3 4"};
  for (const std::string& entry : step_environment(surroundings, "/d", {})) {
    CHECK_FALSE(entry.starts_with("PLEAT_DILATION"));
    CHECK_FALSE(entry.starts_with("LD_PRELOAD"));
  }
}

TEST_CASE("TCP's constants are as many times longer, up to its longest timeout") {
  CHECK(smallest_retransmission_timeout(kSlowed) == 800ms);
  CHECK(smallest_retransmission_timeout(parse_dilation("1000")) == 120s);
  CHECK(first_timeout(parse_dilation("2.5")) == 2500ms);
  CHECK(first_timeout(parse_dilation("1000")) == 120s);
  const auto settings = tcp_settings(parse_dilation("2.5"));
  const auto value_of = [&](const std::string& name) {
    for (const auto& [known, value] : settings) {
      if (known == name) return value;
    }
    return std::string("none");
  };
  CHECK(value_of("ipv4/tcp_rto_min_us") == "500000");
  CHECK(value_of("ipv4/tcp_keepalive_time") == "18000");
  CHECK(value_of("ipv4/tcp_keepalive_intvl") == "188");  // 187.5
}

// What dilation buys: the host may be k times later.
TEST_CASE("lateness is a fraction of itself in the nodes' time, and never less than that") {
  EngineStats stats;
  stats.lateness.add(400us, 99);
  stats.lateness.add(8ms);
  stats.longest_stall = 100ms;
  const EngineStats node = in_nodes_time(stats, kSlowed);
  CHECK(node.lateness.count() == 100);
  CHECK(node.lateness.max() == Duration(2ms));
  CHECK(node.lateness.quantile(0.5) >= Duration(100us));
  CHECK(node.lateness.quantile(0.5) <= Duration(150us));  // a quarter of its bucket's bound
  CHECK(node.longest_stall == Duration(25ms));
  CHECK(in_nodes_time(stats, {}).lateness.buckets() == stats.lateness.buckets());
}

// Cumulated histograms are converted and then subtracted from each other.
TEST_CASE("what has been added between two histograms is the same in the nodes' time") {
  Histogram first, second;
  for (int us = 1; us < 3000; us += 7) first.add(std::chrono::microseconds(us));
  second = first;
  for (int us = 5; us < 3000; us += 11) second.add(std::chrono::microseconds(us));
  const DilationFactor factor = parse_dilation("2.5");
  const Histogram since = in_nodes_time(second, factor).since(in_nodes_time(first, factor));
  CHECK(since.count() == second.count() - first.count());
}

TEST_CASE("a packet stays in its bucket when a later one is later than all before") {
  const DilationFactor factor = parse_dilation("3");
  Histogram first, second;
  first.add(1100us);
  second = first;
  second.add(1300us);
  const Histogram since = in_nodes_time(second, factor).since(in_nodes_time(first, factor));
  uint64_t packets = 0;
  for (const uint64_t times : since.buckets()) {
    CHECK(times <= 1);  // and no wrapped -1
    packets += times;
  }
  CHECK(packets == 1);
}

TEST_CASE("shares of time are the same in the nodes' time") {
  HostLoad load;
  load.cpu_pressure = 2s;
  load.cpu_busy = 6s;
  load.cpu_total = 8s;
  const HostLoad node = in_nodes_time(load, kSlowed);
  CHECK(*node.cpu_pressure == Duration(500ms));
  CHECK(node.cpu_busy == Duration(1500ms));
  CHECK(node.cpu_total == Duration(2s));
  CHECK_FALSE(node.memory_pressure);
}

TEST_CASE("probes and waits are in the nodes' time") {
  const ProbeSample probe =
      in_nodes_time(ProbeSample{.time = 8s, .round_trip = Duration(40ms)}, kSlowed);
  CHECK(probe.time == Duration(2s));
  CHECK(probe.round_trip == Duration(10ms));
  CHECK_FALSE(in_nodes_time(ProbeSample{.time = 8s, .round_trip = {}}, kSlowed).round_trip);
  const WaitSample wait =
      in_nodes_time(WaitSample{.time = 5s, .node = 1, .span = 5s, .waited = 2s}, kSlowed);
  CHECK(wait.time == Duration(5s));
  CHECK(wait.span == Duration(5s));
  CHECK(wait.waited == Duration(500ms));
}

TEST_CASE("a program that saw the host's time makes a run invalid and is named") {
  Evidence evidence;
  evidence.host_time.slips.count = 2;
  evidence.host_time.slips.first = Duration(1s);
  evidence.host_time.first = "a-1: /usr/bin/x: the program is linked statically";
  const Verdict verdict = judge(evidence);
  CHECK(verdict.level == VerdictLevel::kInvalid);
  REQUIRE(verdict.reasons.front().cause == Cause::kHostTime);
  CHECK(verdict.reasons.front().text.find("/usr/bin/x") != std::string::npos);
}

TEST_CASE("programs that no Go compiler made are not taken for Go") {
  CHECK_FALSE(is_go_program(PLEAT_STATIC_PROGRAM));
  CHECK_FALSE(is_go_program("/proc/self/exe"));
  CHECK_FALSE(is_go_program("/etc/passwd"));
  CHECK_FALSE(is_go_program("/nowhere"));
}

TEST_CASE("programs that ask for the time past libc are known by what is in their files") {
  const test::Folder folder;
  const auto plain = folder.path() / "plain";
  std::filesystem::copy_file("/bin/true", plain);
  CHECK_FALSE(why_host_time(plain));
  const auto go = folder.path() / "go";
  const std::string objcopy = "objcopy --add-section .go.buildinfo=/etc/passwd ";
  REQUIRE(std::system((objcopy + plain.string() + " " + go.string()).c_str()) == 0);
  CHECK(why_host_time(go) == "is written in Go, which does not ask libc for the time");
  CHECK(why_host_time(PLEAT_STATIC_PROGRAM) ==
        "is linked statically, so that no library can be loaded into it");
  // Wherever the name is, also where two pieces meet in which the file is read.
  const std::string program = read_file(plain);
  for (const size_t at : {size_t{100'000}, (size_t{1} << 20) - 5, (size_t{2} << 20) - 70}) {
    CAPTURE(at);
    REQUIRE(program.size() < at);
    const auto past = folder.path() / "past";
    write_file(past, program + std::string(at - program.size(), 'x') + "__vdso_clock_gettime");
    CHECK(why_host_time(past) == "asks the kernel's vDSO for the time, past libc");
  }
  const auto script = folder.path() / "script";
  write_file(script, "#!/bin/sh\necho __vdso_clock_gettime\n");
  CHECK_FALSE(why_host_time(script));
}
