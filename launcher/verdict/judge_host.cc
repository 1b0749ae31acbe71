// SPDX-License-Identifier: Apache-2.0
#include "launcher/verdict/judge.hh"
#include "launcher/verdict/readable.hh"
#include "launcher/verdict/thresholds.hh"

namespace pleat {
namespace {

std::string in_window(const HostEvidence& host) { return " over " + readable(host.window); }

// Where it matters.
std::string with_stolen(const HostEvidence& host) {
  const bool stolen = host.cpu_stolen && host.cpu_stolen->value > threshold::kStolenSaid;
  return stolen ? " (with what the hypervisor took)" : "";
}

void judge_load(const HostEvidence& host, bool lateness_known, Reasons& reasons) {
  const threshold::LoadBorne& borne =
      lateness_known ? threshold::kLoadBorne : threshold::kLoadBorneForPackets;
  const auto& [busy, time] = *host.cpu_busy;
  if (busy > borne.busy_doubtful) {
    reasons.push_back({host.cpu_saturated > borne.saturated_invalid ? VerdictLevel::kInvalid
                                                                    : VerdictLevel::kDoubtful,
                       Cause::kCpu,
                       "the processors were busy up to " + readable_share(busy) +
                           with_stolen(host) + in_window(host) + ", and above " +
                           readable_share(threshold::kBusySaturated) + " for " +
                           readable_share(host.cpu_saturated) + " of the run" +
                           (lateness_known ? "" : "; nothing shows that packets left in time"),
                       time});
  } else {
    reasons.push_back({VerdictLevel::kFaithful, Cause::kCpu,
                       "the processors were busy at most " + readable_share(busy) +
                           with_stolen(host) + in_window(host),
                       time});
  }
}

void judge_cpu(const HostEvidence& host, bool lateness_known, Reasons& reasons) {
  if (host.cpu_busy) {
    judge_load(host, lateness_known, reasons);
  } else if (!lateness_known) {
    reasons.push_back({VerdictLevel::kDoubtful, Cause::kCpu,
                       "how busy the processors were is not known: nothing shows that packets "
                       "left in time",
                       std::nullopt});
  }
  if (host.cpu_pressure && host.cpu_pressure->value > threshold::kPressureDoubtful) {
    reasons.push_back({VerdictLevel::kDoubtful, Cause::kCpu,
                       "some process waited for a processor " +
                           readable_share(host.cpu_pressure->value) + " of the time" +
                           in_window(host),
                       host.cpu_pressure->time});
  }
}

// Where nobody knows how long the pauses were that the hypervisor made, how much it took has to
// speak for them.
void judge_stolen_cpu(const HostEvidence& host, Reasons& reasons) {
  if (host.pauses) return;
  if (!host.cpu_stolen || host.cpu_stolen->value <= threshold::kStolenDoubtful) return;
  const auto& [stolen, time] = *host.cpu_stolen;
  reasons.push_back(
      {stolen > threshold::kStolenInvalid ? VerdictLevel::kInvalid : VerdictLevel::kDoubtful,
       Cause::kStolenCpu,
       "the hypervisor gave " + readable_share(stolen) + " of the processors to others" +
           in_window(host),
       time});
}

void judge_memory(const HostEvidence& host, Reasons& reasons) {
  if (!host.memory_available) return;
  const auto& [available, time] = *host.memory_available;
  if (available < threshold::kMemoryDoubtful) {
    reasons.push_back(
        {available < threshold::kMemoryInvalid ? VerdictLevel::kInvalid : VerdictLevel::kDoubtful,
         Cause::kMemory, "only " + readable_share(available) + " of the memory was available",
         time});
  } else {
    reasons.push_back({VerdictLevel::kFaithful, Cause::kMemory,
                       "at least " + readable_share(available) + " of the memory was available",
                       std::nullopt});
  }
  if (host.memory_pressure && host.memory_pressure->value > threshold::kMemoryPressureDoubtful) {
    reasons.push_back({VerdictLevel::kDoubtful, Cause::kMemory,
                       "some process waited for memory " +
                           readable_share(host.memory_pressure->value) + " of the time" +
                           in_window(host),
                       host.memory_pressure->time});
  }
}

void judge_swap(const HostEvidence& host, Reasons& reasons) {
  if (host.swapped_in.count == 0) return;
  reasons.push_back({VerdictLevel::kInvalid, Cause::kSwap,
                     counted(host.swapped_in.count, "page") + " of memory " +
                         (host.swapped_in.count == 1 ? "was" : "were") + " read back from swap",
                     host.swapped_in.first});
}

void judge_oom_kills(const HostEvidence& host, Reasons& reasons) {
  if (host.oom_kills.count == 0) return;
  reasons.push_back({VerdictLevel::kInvalid, Cause::kMemory,
                     "the kernel killed " + readable_count(host.oom_kills.count) +
                         (host.oom_kills.count == 1 ? " process" : " processes") +
                         " on this host for lack of memory",
                     host.oom_kills.first});
}

void judge_disk(const HostEvidence& host, Reasons& reasons) {
  if (!host.disk_stalled || host.disk_stalled->value <= threshold::kDiskStalledDoubtful) return;
  const auto& [stalled, time] = *host.disk_stalled;
  reasons.push_back(
      {stalled > threshold::kDiskStalledInvalid ? VerdictLevel::kInvalid : VerdictLevel::kDoubtful,
       Cause::kDisk,
       "all processes that had something to do waited for a disk " + readable_share(stalled) +
           " of the time" + in_window(host),
       time});
}

void judge_sockets(const HostEvidence& host, Reasons& reasons) {
  const auto add = [&](VerdictLevel level, const Mishaps& mishaps, const std::string& text) {
    if (mishaps.count > 0) reasons.push_back({level, Cause::kSocketMemory, text, mishaps.first});
  };
  const uint64_t pressures = host.tcp_memory_pressures.count;
  add(VerdictLevel::kDoubtful, host.tcp_memory_pressures,
      "TCP was short of memory" + (pressures > 1 ? " " + counted(pressures, "time") : "") +
          ", and gave each connection less (net.ipv4.tcp_mem)");
  add(VerdictLevel::kInvalid, host.tcp_memory_aborts,
      "the kernel ended " + counted(host.tcp_memory_aborts.count, "connection") +
          " for lack of memory for TCP, or because too many had no process any more "
          "(net.ipv4.tcp_mem, net.ipv4.tcp_max_orphans)");
  add(VerdictLevel::kInvalid, host.udp_memory_drops,
      "the kernel dropped " + counted(host.udp_memory_drops.count, "datagram") +
          " for lack of memory for UDP (net.ipv4.udp_mem)");
}

void judge_clocks(const HostEvidence& host, Reasons& reasons) {
  const auto add = [&](const std::optional<Worst<Duration>>& worst, const char* what) {
    if (!worst || worst->value <= threshold::kClockSaid) return;
    reasons.push_back(
        {VerdictLevel::kDoubtful, Cause::kClock, what + readable(worst->value) + "", worst->time});
  };
  add(host.slept, "the host slept for ");
  add(host.clock_set, "the host's clock was set by ");
}

// What nobody could look at here: a reader of "faithful" should know.
void judge_unmeasured(const HostEvidence& host, Reasons& reasons) {
  const auto say = [&](const char* what) {
    reasons.push_back({VerdictLevel::kFaithful, Cause::kUnmeasured,
                       std::string("not measured: ") + what, std::nullopt});
  };
  if (!host.cpu_busy) return;  // too short a run for anything
  if (!host.memory_pressure) {
    say("how long processes waited for processors, memory and disks (this kernel counts no "
        "pressure: psi=1)");
  } else if (host.idle_poll) {
    say("how long processes waited for disks (--idle-poll always has something that could run)");
  }
  if (!host.waits_known) {
    say("how long nodes waited for a processor (this kernel has no /proc/PID/schedstat)");
  }
  if (!host.pauses) {
    say("how late processors came to who wanted them (no right to real-time priority, or to a "
        "thread on each processor)");
  }
}

}  // namespace

void judge_host(const HostEvidence& host, bool lateness_known, Reasons& reasons) {
  judge_cpu(host, lateness_known, reasons);
  judge_stolen_cpu(host, reasons);
  if (host.pauses) judge_pauses(host, reasons);
  judge_memory(host, reasons);
  judge_swap(host, reasons);
  judge_sockets(host, reasons);
  judge_clocks(host, reasons);
  judge_oom_kills(host, reasons);
  judge_disk(host, reasons);
  judge_unmeasured(host, reasons);
}

}  // namespace pleat
