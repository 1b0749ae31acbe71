// SPDX-License-Identifier: Apache-2.0
// The thresholds of the verdict, each at its edges.
#include <doctest/doctest.h>

#include "launcher/verdict/evidence.hh"
#include "launcher/verdict/thresholds.hh"
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
  evidence.nodes.packets = 100'000;
  evidence.engine.smallest_delay = 60ms;  // late is more than 2 ms
  evidence.engine.frames_read = 100'000;
  evidence.engine.lateness.add(50us, 100'000);
  evidence.engine.late_second = {0.0, 1s};
  evidence.engine.longest_stall = {4ms, 10s};
  evidence.host.cpu_pressure = {0.2, 17s};
  evidence.host.cpu_stolen = {0.0, 17s};
  return evidence;
}

Evidence with_lateness(uint64_t on_time, Duration span, uint64_t late) {
  Evidence evidence = kept_up();
  evidence.engine.lateness = {};
  evidence.engine.lateness.add(50us, on_time);
  evidence.engine.lateness.add(span, late);
  return evidence;
}

TEST_CASE("a run whose host kept up is faithful, and says why") {
  const Verdict verdict = judge(kept_up());
  CHECK(verdict.level == kFaithful);
  REQUIRE(verdict.reasons.size() == 5);
  CHECK(verdict.reasons[0].text ==
        "99.9 % of 100,000 packets left at most 0.05 ms late, the worst 0.05 ms; the smallest "
        "delay of the experiment is 60 ms");
  CHECK(verdict.reasons[1].text == "the processors were busy at most 43 % over 5 s");
  CHECK(verdict.reasons[2].text == "at least 71 % of the memory was available");
  CHECK(verdict.reasons[3].text ==
        "not measured: how late processors came to who wanted them (no right to real-time "
        "priority, or to a thread on each processor)");
  CHECK(verdict.reasons[4].text ==
        "165 nodes started, none more than 2 ms after its time in the plan");
}

TEST_CASE("what a host does not tell is said, and is no reason to doubt") {
  const auto unmeasured = [](const Evidence& evidence) {
    const auto reasons = judge(evidence).reasons;
    return std::count_if(reasons.begin(), reasons.end(),
                         [](const Reason& reason) { return reason.cause == Cause::kUnmeasured; });
  };
  Evidence evidence = kept_up();
  CHECK(unmeasured(evidence) == 1);
  evidence.host.idle_poll = true;  // so that it is never all who wait for a disk
  CHECK(unmeasured(evidence) == 2);
  evidence.host.memory_pressure.reset();  // which says of disks as well
  CHECK(unmeasured(evidence) == 2);
  evidence.host.waits_known = false;
  CHECK(unmeasured(evidence) == 3);
  CHECK(judge(evidence).level == kFaithful);
  evidence.host.pauses =
      PauseEvidence{.smallest_delay = 60ms, .late = {}, .late_share = {}, .longest = {}};
  CHECK(unmeasured(evidence) == 2);
  evidence.host.cpu_busy.reset();
  CHECK(unmeasured(evidence) == 0);
}

TEST_CASE("more than 1 % of late packets are doubtful, more than 10 % invalid") {
  CHECK(level_of(with_lateness(9900, 5ms, 100), Cause::kLateness) == kFaithful);
  CHECK(level_of(with_lateness(9899, 5ms, 101), Cause::kLateness) == kDoubtful);
  CHECK(level_of(with_lateness(9000, 5ms, 1000), Cause::kLateness) == kDoubtful);
  CHECK(level_of(with_lateness(8999, 5ms, 1001), Cause::kLateness) == kInvalid);
}

TEST_CASE("more than 1 % of packets five times too late are invalid") {
  CHECK(level_of(with_lateness(9900, 20ms, 100), Cause::kLateness) == kFaithful);
  CHECK(level_of(with_lateness(9899, 20ms, 101), Cause::kLateness) == kInvalid);
}

TEST_CASE("of fewer than 100 packets no share is invalid") {
  CHECK(level_of(with_lateness(49, 20ms, 50), Cause::kLateness) == kDoubtful);
  CHECK(level_of(with_lateness(50, 20ms, 50), Cause::kLateness) == kInvalid);
}

TEST_CASE("it is said whose packets were late") {
  Evidence evidence = with_lateness(9000, 5ms, 1000);
  evidence.engine.late = {.nodes = 3, .packets = 1000, .most = 900, .most_node = "peer-7"};
  const auto text = [&] { return judge(evidence).reasons.front().text; };
  CHECK(text().find("they were for 3 nodes, most for peer-7 (90 %)") != std::string::npos);
  evidence.engine.late.nodes = 1;
  CHECK(text().find("all were for peer-7") != std::string::npos);
}

TEST_CASE("what is late depends on the smallest delay of the experiment") {
  Evidence evidence = with_lateness(90, 1ms, 10);
  CHECK(level_of(evidence, Cause::kLateness) == kFaithful);
  evidence.engine.smallest_delay = 5ms;
  CHECK(level_of(evidence, Cause::kLateness) != kFaithful);
  evidence.engine.smallest_delay = 0ms;
  evidence.engine.lateness = {};
  evidence.engine.lateness.add(700us, 100);
  CHECK(level_of(evidence, Cause::kLateness) == kFaithful);
}

TEST_CASE("one bad second is doubtful, with its time") {
  Evidence evidence = kept_up();
  evidence.engine.late_second = {0.10, 33s};
  CHECK(level_of(evidence, Cause::kLateness) == kFaithful);
  evidence.engine.late_second = {0.101, 33s};
  CHECK(level_of(evidence, Cause::kLateness) == kDoubtful);
  CHECK(judge(evidence).reasons.front().time == 33s);
}

TEST_CASE("a stall is doubtful from the smallest delay on, invalid from a TCP timeout on") {
  Evidence evidence = kept_up();
  evidence.engine.longest_stall = {50ms, 10s};
  CHECK(level_of(evidence, Cause::kStall) == kFaithful);
  evidence.engine.longest_stall = {51ms, 10s};
  CHECK(level_of(evidence, Cause::kStall) == kDoubtful);
  evidence.engine.longest_stall = {200ms, 10s};
  CHECK(level_of(evidence, Cause::kStall) == kDoubtful);
  evidence.engine.longest_stall = {201ms, 10s};
  CHECK(level_of(evidence, Cause::kStall) == kInvalid);
  evidence.engine.smallest_delay = 1ms;
  evidence.engine.longest_stall = {21ms, 10s};
  CHECK(level_of(evidence, Cause::kStall) == kDoubtful);
}

TEST_CASE("any packet lost before the engine read it is doubtful, more than 0.1 % invalid") {
  Evidence evidence = kept_up();
  evidence.engine.tun_drops = {1, 12s};
  CHECK(level_of(evidence, Cause::kTunDrops) == kDoubtful);
  CHECK(judge(evidence).reasons.front().time == 12s);
  evidence.engine.tun_drops = {100, 12s};
  CHECK(level_of(evidence, Cause::kTunDrops) == kDoubtful);
  evidence.engine.tun_drops = {101, 12s};
  CHECK(level_of(evidence, Cause::kTunDrops) == kInvalid);
}

TEST_CASE("one packet dropped at the engine's memory bound, or refused by the kernel, is invalid") {
  Evidence evidence = kept_up();
  evidence.engine.overflow = {1, 12s};
  CHECK(level_of(evidence, Cause::kEngineMemory) == kInvalid);
  evidence = kept_up();
  evidence.engine.write_errors = {1, 12s};
  CHECK(level_of(evidence, Cause::kEngineErrors) == kInvalid);
}

TEST_CASE("a packet from an address that is no node's is doubtful") {
  Evidence evidence = kept_up();
  evidence.engine.stray_sources = {1, 12s};
  CHECK(level_of(evidence, Cause::kUnpinned) == kDoubtful);
}

TEST_CASE("a program that did not keep to its node's address is doubtful") {
  Evidence evidence = kept_up();
  evidence.identity = {.slips = {2, 12s}, .first = "a: /bin/x: TCP socket on 0.0.0.0:80"};
  CHECK(level_of(evidence, Cause::kUnpinned) == kDoubtful);
  CHECK(judge(evidence).reasons.front().time == 12s);
  CHECK(judge(evidence).reasons.front().text ==
        "2 cases of a program that did not keep to its node's address; first a: /bin/x: TCP "
        "socket on 0.0.0.0:80");
}

TEST_CASE("a run without packets or without nodes shows nothing") {
  Evidence evidence = kept_up();
  evidence.nodes.packets = 0;  // of the experiment's nodes: probes may have been answered
  CHECK(level_of(evidence, Cause::kNoTraffic) == kDoubtful);
  evidence = kept_up();
  evidence.nodes = {};
  CHECK(level_of(evidence, Cause::kNoTraffic) == kDoubtful);
}

TEST_CASE("processors busy above 90 % are doubtful, for more than half of the run invalid") {
  Evidence evidence = kept_up();
  evidence.host.cpu_busy = {0.90, 17s};
  CHECK(level_of(evidence, Cause::kCpu) == kFaithful);
  evidence.host.cpu_busy = {0.91, 17s};
  evidence.host.cpu_saturated = 0.5;
  CHECK(level_of(evidence, Cause::kCpu) == kDoubtful);
  evidence.host.cpu_saturated = 0.51;
  CHECK(level_of(evidence, Cause::kCpu) == kInvalid);
}

TEST_CASE("processes that wait for a processor nearly always are doubtful") {
  Evidence evidence = kept_up();
  evidence.host.cpu_pressure = {0.90, 17s};
  CHECK(level_of(evidence, Cause::kCpu) == kFaithful);
  evidence.host.cpu_pressure = {0.91, 17s};
  CHECK(level_of(evidence, Cause::kCpu) == kDoubtful);
}

TEST_CASE("stolen processor time above 5 % is doubtful, above 25 % invalid") {
  Evidence evidence = kept_up();
  evidence.host.cpu_stolen = {0.05, 17s};
  CHECK(level_of(evidence, Cause::kStolenCpu) == kFaithful);
  evidence.host.cpu_stolen = {0.06, 17s};
  CHECK(level_of(evidence, Cause::kStolenCpu) == kDoubtful);
  evidence.host.cpu_stolen = {0.26, 17s};
  CHECK(level_of(evidence, Cause::kStolenCpu) == kInvalid);
}

// Each of so many times a processor was this late, in a run whose smallest delay is 60 ms.
PauseEvidence pauses(double late_share, Duration longest) {
  PauseEvidence pauses;
  pauses.smallest_delay = 60ms;
  pauses.late.add(20us, 23'999);
  pauses.late.add(longest);
  pauses.late_share = {late_share, 17s};
  pauses.longest = {longest, 18s};
  return pauses;
}

TEST_CASE("where pauses are known they are judged, and not how much the hypervisor took") {
  Evidence evidence = kept_up();
  evidence.host.cpu_stolen = {0.26, 17s};
  evidence.host.pauses = pauses(0.0, 4ms);
  CHECK(level_of(evidence, Cause::kStolenCpu) == kFaithful);
  const auto reasons = judge(evidence).reasons;
  const auto said = std::find_if(reasons.begin(), reasons.end(), [](const Reason& reason) {
    return reason.cause == Cause::kPauses;
  });
  REQUIRE(said != reasons.end());
  CHECK(said->text ==
        "for 99.9 % of the time, processors came at most 0.02 ms after somebody wanted them, at "
        "worst 4 ms (the hypervisor took up to 26 % of them)");
}

TEST_CASE("processors that come late for more than 5 % of a window are doubtful, of 25 % invalid") {
  Evidence evidence = kept_up();
  evidence.host.pauses = pauses(0.05, 12ms);
  CHECK(level_of(evidence, Cause::kPauses) == kFaithful);
  evidence.host.pauses = pauses(0.06, 12ms);
  CHECK(level_of(evidence, Cause::kPauses) == kDoubtful);
  CHECK(judge(evidence).reasons.front().text ==
        "for 6.0 % of 5 s, processors came more than 5 ms after somebody wanted them");
  evidence.host.pauses = pauses(0.26, 12ms);
  CHECK(level_of(evidence, Cause::kPauses) == kInvalid);
}

TEST_CASE("where a hypervisor makes the pauses, the verdict says what may shorten them") {
  Evidence evidence = kept_up();
  evidence.host.cpu_stolen = {0.26, 17s};
  evidence.host.pauses = pauses(0.06, 12ms);
  const std::string text =
      "for 6.0 % of 5 s, processors came more than 5 ms after somebody wanted them (the "
      "hypervisor took up to 26 % of them)";
  CHECK(judge(evidence).reasons.front().text ==
        text + "; pleat run --idle-poll keeps idle ones awake");
  evidence.host.idle_poll = true;
  CHECK(judge(evidence).reasons.front().text == text);
}

TEST_CASE("a processor that is away as long as a stall of the engine is judged like it") {
  Evidence evidence = kept_up();
  evidence.host.pauses = pauses(0.0, 50ms);
  CHECK(level_of(evidence, Cause::kPauses) == kFaithful);
  evidence.host.pauses = pauses(0.0, 51ms);
  CHECK(level_of(evidence, Cause::kPauses) == kDoubtful);
  CHECK(judge(evidence).reasons.front().text == "a processor ran nothing at all for 51 ms");
  CHECK(judge(evidence).reasons.front().time == 18s);
  evidence.host.pauses = pauses(0.0, 201ms);
  CHECK(level_of(evidence, Cause::kPauses) == kInvalid);
}

TEST_CASE("how late a processor may come is a twentieth of the round trip, 1 to 5 ms") {
  using threshold::pause_limit;
  CHECK(pause_limit(0ms) == 1ms);
  CHECK(pause_limit(10ms) == 1ms);
  CHECK(pause_limit(30ms) == 3ms);
  CHECK(pause_limit(1s) == 5ms);
}

TEST_CASE("less than 5 % of the memory available is doubtful, less than 1 % invalid") {
  Evidence evidence = kept_up();
  evidence.host.memory_available = {0.05, 17s};
  CHECK(level_of(evidence, Cause::kMemory) == kFaithful);
  evidence.host.memory_available = {0.049, 17s};
  CHECK(level_of(evidence, Cause::kMemory) == kDoubtful);
  evidence.host.memory_available = {0.009, 17s};
  CHECK(level_of(evidence, Cause::kMemory) == kInvalid);
}

TEST_CASE("TCP short of memory is doubtful, connections and datagrams lost by it are invalid") {
  Evidence evidence = kept_up();
  evidence.host.tcp_memory_pressures = {2, 20s};
  CHECK(judge(evidence).level == kDoubtful);
  CHECK(judge(evidence).reasons.front().text ==
        "TCP was short of memory 2 times, and gave each connection less (net.ipv4.tcp_mem)");
  evidence.host.tcp_memory_aborts = {1, 30s};
  CHECK(judge(evidence).level == kInvalid);
  CHECK(judge(evidence).reasons.front().time == 30s);
  evidence.host.tcp_memory_aborts = {};
  evidence.host.udp_memory_drops = {1, 40s};
  CHECK(judge(evidence).level == kInvalid);
  CHECK(judge(evidence).reasons.front().text ==
        "the kernel dropped 1 datagram for lack of memory for UDP (net.ipv4.udp_mem)");
}

TEST_CASE("a host that sleeps, or whose clock is set by more than 100 ms, is doubtful") {
  Evidence evidence = kept_up();
  evidence.host.slept = {100ms, 20s};
  evidence.host.clock_set = {100ms, 20s};
  CHECK(judge(evidence).level == kFaithful);
  SUBCASE("slept") {
    evidence.host.slept->value = 101ms;
    CHECK(judge(evidence).reasons.front().text == "the host slept for 101 ms");
  }
  SUBCASE("set") {
    evidence.host.clock_set->value = 101ms;
    CHECK(judge(evidence).reasons.front().text == "the host's clock was set by 101 ms");
  }
  CHECK(judge(evidence).level == kDoubtful);
}

TEST_CASE("one page read back from swap is invalid") {
  Evidence evidence = kept_up();
  evidence.host.swapped_in = {1, 20s};
  CHECK(level_of(evidence, Cause::kSwap) == kInvalid);
  CHECK(judge(evidence).reasons.front().text == "1 page of memory was read back from swap");
}

TEST_CASE("an engine that is busy for more than 90 % of a window is doubtful") {
  Evidence evidence = kept_up();
  evidence.engine.busy = {0.90, 30s};
  CHECK(level_of(evidence, Cause::kCpu) == kFaithful);
  evidence.engine.busy = {0.91, 30s};
  CHECK(level_of(evidence, Cause::kCpu) == kDoubtful);
}

TEST_CASE("one process that the kernel killed for lack of memory is invalid") {
  Evidence evidence = kept_up();
  evidence.host.oom_kills = {2, 20s};
  CHECK(level_of(evidence, Cause::kMemory) == kInvalid);
  CHECK(judge(evidence).reasons.front().text ==
        "the kernel killed 2 processes on this host for lack of memory");
}

TEST_CASE("a lab that was held up is judged like late starts, and missing starts are doubtful") {
  Evidence evidence = kept_up();
  evidence.nodes.held_up = {1s, 50s};
  CHECK(level_of(evidence, Cause::kSchedule) == kFaithful);
  evidence.nodes.held_up = {1001ms, 50s};
  CHECK(level_of(evidence, Cause::kSchedule) == kDoubtful);
  evidence.nodes.held_up = {10'001ms, 50s};
  CHECK(level_of(evidence, Cause::kSchedule) == kInvalid);
  evidence.nodes.held_up.reset();
  evidence.nodes.never_started = {1, 30s};
  CHECK(level_of(evidence, Cause::kSchedule) == kDoubtful);
}

TEST_CASE("a start later than the limit is doubtful, ten times as late invalid") {
  Evidence evidence = kept_up();
  evidence.nodes.latest = {1s, 50s};
  CHECK(level_of(evidence, Cause::kSchedule) == kFaithful);
  evidence.nodes.latest = {1001ms, 50s};
  evidence.nodes.late = 1;
  CHECK(level_of(evidence, Cause::kSchedule) == kDoubtful);
  evidence.nodes.latest = {10'001ms, 50s};
  CHECK(level_of(evidence, Cause::kSchedule) == kInvalid);
}

TEST_CASE("a node that could not be started makes the run invalid, and is named") {
  Evidence evidence = kept_up();
  evidence.nodes.not_started = 3;
  evidence.nodes.first_not_started = "peer-7: cannot run /x: No such file or directory";
  CHECK(level_of(evidence, Cause::kNotStarted) == kInvalid);
  CHECK(judge(evidence).reasons.front().text ==
        "3 nodes could not be started; first peer-7: cannot run /x: No such file or directory");
}

TEST_CASE("how the run ended matters only where the record or the lab broke") {
  for (const EndReason reason : {EndReason::kDuration, EndReason::kTimeLimit,
                                 EndReason::kInterrupted, EndReason::kStoppedByNode}) {
    Evidence evidence = kept_up();
    evidence.end.reason = reason;
    CHECK(level_of(evidence, Cause::kEnd) == kFaithful);
  }
  Evidence evidence = kept_up();
  evidence.end.reason = EndReason::kLabKilled;
  CHECK(level_of(evidence, Cause::kEnd) == kDoubtful);
  evidence.end.reason = EndReason::kError;
  CHECK(level_of(evidence, Cause::kEnd) == kInvalid);
}

TEST_CASE("the worst reasons come first") {
  Evidence evidence = kept_up();
  evidence.engine.stray_sources = {1, 12s};
  evidence.host.swapped_in = {1, 20s};
  const Verdict verdict = judge(evidence);
  CHECK(verdict.level == kInvalid);
  CHECK(verdict.reasons[0].cause == Cause::kSwap);
  CHECK(verdict.reasons[1].cause == Cause::kUnpinned);
  CHECK(verdict.reasons[2].level == kFaithful);
}

}  // namespace
}  // namespace pleat
