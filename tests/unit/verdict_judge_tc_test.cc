// SPDX-License-Identifier: Apache-2.0
// Where the verdict turns when the kernel shapes the packets, and nobody knows how late they left.
#include <doctest/doctest.h>

#include "launcher/verdict/evidence.hh"
#include "tests/unit/verdict_level.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;
using test::kDoubtful;
using test::kFaithful;
using test::kInvalid;
using test::level_of;

Evidence kept_up() {
  Evidence evidence = test::quiet_minute();
  evidence.nodes.packets = 99'000;
  evidence.tc = TcEvidence();
  evidence.tc->packets_sent = 99'900;
  return evidence;
}

std::string first_text(const Evidence& evidence) { return judge(evidence).reasons.front().text; }

TEST_CASE("a run that nothing speaks against says first what is not known") {
  const Verdict verdict = judge(kept_up());
  CHECK(verdict.level == kFaithful);
  CHECK(without_lateness(verdict));
  REQUIRE(verdict.reasons.size() == 5);
  CHECK(verdict.reasons[0].cause == Cause::kLatenessUnknown);
  CHECK(verdict.reasons[0].text ==
        "how late packets left is not known: the kernel does not measure it, and the load of the "
        "processors has to speak for it");
  CHECK(verdict.reasons[1].text == "the processors were busy at most 43 % over 5 s");
}

TEST_CASE("what is not known is said with every verdict") {
  Evidence evidence = kept_up();
  evidence.host.swapped_in = {1, 20s};
  CHECK(judge(evidence).level == kInvalid);
  CHECK(without_lateness(judge(evidence)));
}

TEST_CASE("where losses hide the overflow of a stage, that is not known either") {
  Evidence evidence = kept_up();
  evidence.tc->overflow_hidden = true;
  CHECK(judge(evidence).level == kFaithful);
  CHECK(first_text(evidence).ends_with(
      "; nor is it known whether stages that delay were full where packets are lost by chance"));
}

TEST_CASE("any packet dropped between two stages is doubtful, more than 0.1 % invalid") {
  Evidence evidence = kept_up();
  evidence.tc->backlog_drops = {1, 12s};
  CHECK(level_of(evidence, Cause::kBacklogDrops) == kDoubtful);
  CHECK(judge(evidence).reasons.front().time == 12s);
  evidence.tc->backlog_drops = {100, 12s};
  CHECK(level_of(evidence, Cause::kBacklogDrops) == kDoubtful);
  evidence.tc->backlog_drops = {101, 12s};
  CHECK(level_of(evidence, Cause::kBacklogDrops) == kInvalid);
  CHECK(first_text(evidence) ==
        "101 packets (0.10 %) were dropped between two stages of the network, because the "
        "kernel's queue for received packets was full; raise the host's "
        "net.core.netdev_max_backlog");
}

TEST_CASE("one packet dropped by a full stage that delays is invalid, and says what to do") {
  Evidence evidence = kept_up();
  evidence.tc->overflow = {1, 12s};
  CHECK(level_of(evidence, Cause::kDelayStage) == kInvalid);
  CHECK(first_text(evidence) ==
        "1 packet was dropped because a stage of the kernel that delays packets was full; raise "
        "network.packet_memory");
}

TEST_CASE("a packet from an address that is no node's is doubtful with the kernel, too") {
  Evidence evidence = kept_up();
  evidence.tc->stray_sources = {1, 12s};
  CHECK(level_of(evidence, Cause::kUnpinned) == kDoubtful);
}

TEST_CASE("packets that the cgroup programs dropped are doubtful, and say whose they were") {
  Evidence evidence = kept_up();
  evidence.unpinned = {.packets = {3, 12s}, .nodes = 2, .first_node = "ping-1"};
  CHECK(level_of(evidence, Cause::kUnpinned) == kDoubtful);
  CHECK(first_text(evidence) ==
        "3 packets of 2 nodes (ping-1 first) were dropped, because they had not their node's "
        "address: a program did not keep to its own");
  evidence.unpinned = {.packets = {1, 12s}, .nodes = 1, .first_node = "ping-1"};
  CHECK(first_text(evidence) ==
        "1 packet of 1 node (ping-1) was dropped, because it had not its node's address: a program "
        "did not keep to its own");
}

TEST_CASE("a run in which no node was given a packet shows nothing") {
  Evidence evidence = kept_up();
  evidence.nodes.packets = 0;
  CHECK(level_of(evidence, Cause::kNoTraffic) == kDoubtful);
}

TEST_CASE("every packet lost between two stages is a share of all, without a division by none") {
  Evidence evidence = kept_up();
  evidence.tc->packets_sent = 0;
  evidence.tc->backlog_drops = {3, 12s};
  CHECK(first_text(evidence).starts_with("3 packets (100 %) were dropped"));
}

TEST_CASE("the processors' load counts for more where nobody knows how late packets left") {
  Evidence evidence = kept_up();
  evidence.host.cpu_busy = {0.75, 17s};
  CHECK(level_of(evidence, Cause::kCpu) == kFaithful);
  evidence.host.cpu_busy = {0.76, 17s};
  CHECK(level_of(evidence, Cause::kCpu) == kDoubtful);
  CHECK(first_text(evidence) ==
        "the processors were busy up to 76 % over 5 s, and above 90 % for 0 % of the run; nothing "
        "shows that packets left in time");
  evidence.host.cpu_busy = {0.95, 17s};
  evidence.host.cpu_saturated = 0.10;
  CHECK(level_of(evidence, Cause::kCpu) == kDoubtful);
  evidence.host.cpu_saturated = 0.11;
  CHECK(level_of(evidence, Cause::kCpu) == kInvalid);
}

TEST_CASE("where the processors' load is not known either, nothing speaks for the run") {
  Evidence evidence = kept_up();
  evidence.host.cpu_busy.reset();
  CHECK(level_of(evidence, Cause::kCpu) == kDoubtful);
  evidence.tc.reset();
  evidence.engine.lateness.add(50us, 1);
  CHECK(judge(evidence).level == kFaithful);
}

}  // namespace
}  // namespace pleat
