// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/progress.hh"

#include <cinttypes>
#include <cstdio>

#include "sys/clock.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLineEvery = 10s;  // of whoever reads them, not of the nodes

std::string format(const char* pattern, auto... values) {
  char text[160];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}

std::string bytes_text(uint64_t bytes) {
  const double value = static_cast<double>(bytes);
  if (bytes < 10'000'000) return format("%.1f MB", value / 1e6);
  if (bytes < 10'000'000'000) return format("%.0f MB", value / 1e6);
  return format("%.1f GB", value / 1e9);
}

const char* explanation(Phase phase) {
  switch (phase) {
    case Phase::kPreparing: return "making the lab";
    case Phase::kSetup: return "setup step";
    case Phase::kRunning: return "starting the nodes";
    case Phase::kEnding: return "ending the nodes";
    case Phase::kCheck: return "check step";
  }
  return "";
}

}  // namespace

std::string progress_line(const Progress& p) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(p.time).count();
  std::string line = format("%" PRId64 ":%02" PRId64 "  started %u/%u  running %u", seconds / 60,
                            seconds % 60, p.started, p.planned, p.running);
  if (p.awaited > 0) line += format("  finished %u/%u", p.finished, p.awaited);
  if (p.failed > 0) line += format("  failed %u", p.failed);
  line += "  received " + bytes_text(p.received_bytes);
  if (p.late) {
    line += format("  late %.2f ms", std::chrono::duration<double, std::milli>(*p.late).count());
  }
  return line;
}

std::string progress_line(const VerifyProgress& p) {
  if (p.pair == 0) return "making a lab to verify";
  return format("measuring %u/%u: ", p.pair, p.pairs) + p.from + " to " + p.to;
}

void ProgressDisplay::show(const VerifyProgress& progress) {
  if (quiet_) return;
  std::fprintf(stderr, terminal_ ? "\r\033[K%s" : "%s\n", progress_line(progress).c_str());
  line_shown_ = terminal_;
}

void ProgressDisplay::show(Phase phase) {
  if (quiet_) return;
  clear();
  std::fprintf(stderr, "%s\n", explanation(phase));
}

void ProgressDisplay::show(const Progress& progress) {
  if (quiet_) return;
  if (terminal_) {
    std::fprintf(stderr, "\r\033[K%s", progress_line(progress).c_str());
    line_shown_ = true;
  } else if (monotonic_now() >= next_) {
    std::fprintf(stderr, "%s\n", progress_line(progress).c_str());
    next_ = monotonic_now() + kLineEvery;
  }
}

void ProgressDisplay::clear() {
  if (line_shown_) std::fputs("\r\033[K", stderr);
  line_shown_ = false;
}

}  // namespace pleat
