// SPDX-License-Identifier: Apache-2.0
// The back end tc: what it installs, and what happens where it cannot.
#include <doctest/doctest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "sys/file.hh"
#include "tests/lab/host_state.hh"
#include "tests/lab/judged.hh"
#include "tests/network/network_under_test.hh"
#include "tests/skip.hh"

using namespace pleat::test;

namespace {

void require_tc() {
  require_network();
  if (network_under_test().shaper != "tc") PLEAT_SKIP("this is about the back end tc");
}

// Groups of every kind of limit; delays where there can be any.
std::string some_groups() {
  const bool delays = network_under_test().delays;
  // More than fit into one block of addresses; but a process for each command takes its time.
  const std::string many = network_under_test().virtual_time ? "20" : "300";
  return "[[group]]\nname = \"a\"\nprefix = \"10.1.1.0/24\"\nprefix6 = \"2001:db8:1::/64\"\n"
         "nodes = 3\nup = \"33.6kbit\"\n"
         "down = \"56kbit\"\n" +
         std::string(delays ? "delay = \"100ms\"\nloss_up = \"1.5%\"\n" : "") +
         "[[group]]\nname = \"ipv6-only\"\nprefix6 = \"2001:db8:1:2::/63\"\nnodes = 3\n"
         "[[group]]\nname = \"b\"\nprefix = \"10.1.2.0/25\"\nnodes = 4\nup = \"512kbit\"\n"
         "queue_up = \"20packets\"\n"
         "[[group]]\nname = \"c\"\nprefix = \"10.3.0.0/16\"\nnodes = " +
         many +
         "\ndown = \"100Mbit\"\n"
         "queue_down = \"64kB\"\n" +
         (delays ? "delay_down = \"1.25ms\"\n" : "");
}

// What ip and tc say of the network that they are run in.
const std::string kTellState =
    "ip -d link show; ip route show table local; ip rule show;"
    "ip -6 route show table local; ip -6 rule show; ip -6 address show;"
    "for d in $(ls /proc/sys/net/ipv4/conf); do"
    "  tc -d qdisc show dev $d; tc class show dev $d; tc filter show dev $d; done;"
    "for b in 1 2 3; do tc filter show block $b 2>&1; done;"
    "cd /proc/sys/net/ipv4/conf; cat all/accept_local all/rp_filter default/rp_filter;"
    "cd /proc/sys/net/ipv6; cat ip_nonlocal_bind; cd conf; grep . */disable_ipv6 */addr_gen_mode "
    "*/accept_ra";

// Without what is another one each time: random addresses, ages, the kernel's running numbers.
std::string comparable(std::string state) {
  for (const char* pattern :
       {"link/ether [0-9a-f:]+", "link-netnsid [0-9]+", " (installed|used|firstused) [0-9]+ sec",
        " index [0-9]+", " seed [0-9]+", "promiscuity [0-9]+ *"}) {
    state = std::regex_replace(state, std::regex(pattern), "");
  }
  return state;
}

size_t lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("the printed commands make by hand what pleat installs") {
  require_tc();
  if (::geteuid() != 0) PLEAT_SKIP("the commands take root's rights");
  std::string experiment = experiment_head("1min") + some_groups() +
                           "[[workload]]\nname = \"w\"\non = [\"10.3.0.1\"]\ncommand = [\"true\"]\n"
                           "[setup]\ncommand = [\"sh\", \"-c\", \"(" +
                           kTellState + ") > {run}/state\"]\n";
  if (!network_under_test().virtual_time) {  // programs are static there
    const std::string general = "[experiment]\n";
    experiment.insert(experiment.find(general) + general.size(), "dilation = 2\n");
  }
  LabRun lab(experiment);
  run_to_its_end(lab);
  const std::string installed = comparable(pleat::read_file(lab.folder() / "state"));

  const std::string commands = (lab.scratch() / "commands").string();
  const CommandResult printed =
      run({"sh", "-c", PLEAT_PROGRAM " plan --tc " + lab.argv().back() + " > " + commands});
  REQUIRE(printed.status == 0);
  const CommandResult by_hand =
      run({"unshare", "--net", "sh", "-c", "sh -e " + commands + " || exit 1; " + kTellState});
  INFO(by_hand.err);
  REQUIRE(by_hand.status == 0);
  CHECK(lines(installed) > 300);
  // Line by line, so that a failure is readable.
  std::istringstream ours(installed), theirs(comparable(by_hand.out));
  std::string our_line, their_line;
  while (std::getline(theirs, their_line)) {
    REQUIRE(std::getline(ours, our_line));
    REQUIRE(our_line == their_line);
  }
  CHECK(!std::getline(ours, our_line));
}

TEST_CASE("whichever message to the kernel fails, it is named and no lab remains") {
  require_tc();
  require_network_alone();  // what it compares before and after is the whole host
  const std::string experiment =
      experiment_head("1min") +
      "[[group]]\nname = \"b\"\nprefix6 = \"2001:db8::/64\"\nnodes = 1\n"
      "[[group]]\nname = \"a\"\nprefix = \"10.1.1.0/24\"\nnodes = 2\nup = \"1Mbit\"\n" +
      (network_under_test().delays ? "delay = \"1ms\"\n" : "") +
      "[[workload]]\nname = \"w\"\non = [\"10.1.1.1\"]\ncommand = [\"true\"]\n";
  const HostState before = host_state();
  int failed = 0;
  for (;; ++failed) {
    REQUIRE(failed < 200);
    ::setenv("PLEAT_TEST_TC_SPOILED_MESSAGE", std::to_string(failed + 1).c_str(), 1);
    LabRun lab(experiment);
    const CommandResult result = lab.run();
    INFO("message " << failed + 1 << ": " << result.err);
    if (result.status == 0) break;  // there is no such message any more
    CHECK(result.status == 1);
    // "making the lab", and the error.
    CHECK(lines(result.err) == 2);
    const size_t at = result.err.find("cannot do \"");
    REQUIRE(at != result.err.npos);
    const std::string operation = result.err.substr(at + 11, 3);
    CHECK((operation == "ip " || operation == "tc "));
  }
  ::unsetenv("PLEAT_TEST_TC_SPOILED_MESSAGE");
  MESSAGE(failed << " messages, each failed once");
  CHECK(failed > 20);
  CHECK(lasting_difference(before) == "");
}

TEST_CASE("a kernel without netem is named, with what to do, before anything is made") {
  require_tc();
  if (network_under_test().delays) PLEAT_SKIP("this kernel has netem");
  ::unsetenv("PLEAT_TEST_TC_WITHOUT_DELAYS");
  LabRun lab(experiment_head("1min") +
             "[[group]]\nname = \"a\"\nprefix = \"10.1.1.0/24\"\nnodes = 2\ndelay = \"1ms\"\n"
             "[[workload]]\nname = \"w\"\non = [\"10.1.1.1\"]\ncommand = [\"true\"]\n");
  const CommandResult result = lab.run();
  CHECK(result.status == 1);
  CHECK(result.err.find("this kernel has no netem (CONFIG_NET_SCH_NETEM, module sch_netem)") !=
        result.err.npos);
  CHECK(result.err.find("shaper = \"engine\"") != result.err.npos);
  CHECK_FALSE(std::filesystem::exists(lab.folder()));
}

TEST_CASE("counters of nodes, and packets of nobody, are in the record") {
  require_tc();
  LabRun lab(experiment_head("1min") +
             "[[group]]\nname = \"a\"\nprefix = \"10.1.1.0/24\"\nnodes = 2\nup = \"1Mbit\"\n"
             "[[workload]]\nname = \"w\"\non = [\"10.1.1.1\"]\ncommand = [\"sh\", \"-c\", "
             "\"ping -n -c 10 -i 0.1 -s 972 10.1.1.2; ping -n -c 3 -i 0.1 -W 1 10.1.1.77; "
             "env -u BINDIP -u LD_PRELOAD ping -n -c 2 -i 0.1 -W 1 10.1.1.2; true\"]\n");
  run_to_its_end(lab);
  // 1,000 bytes of IP each, there and back; three more to nobody, of 84.
  CHECK(lab.recorded(
            "SELECT up_packets, up_bytes, down_packets, down_bytes FROM samples WHERE node = 0 "
            "ORDER BY t_ns DESC LIMIT 1") == "13|10252|10|10000\n");
  CHECK(lab.recorded("SELECT stray_source, stray_destination FROM tc ORDER BY t_ns DESC LIMIT 1") ==
        "2|3\n");
}

TEST_CASE("a run on an idle host is faithful") {
  require_tc();
  if (!network_under_test().virtual_time)
    PLEAT_SKIP("only in virtual time is a host known to be idle");
  LabRun lab(experiment_head("1min") + R"([[group]]
name = "all"
prefix = "10.1.0.0/24"
nodes = 8
delay = "10ms"
[[workload]]
name = "client"
group = "all"
nodes = 1
command = ["ping", "-n", "-q", "-c", "60", "-i", "0.1", "10.1.0.2"]
)");
  run_to_its_end(lab);
  CHECK(judged(lab).level == "faithful");
}
