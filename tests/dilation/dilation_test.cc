// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/preload/program.hh"
#include "tests/skip.hh"

// Every case waits 25 ms by its own clock. It runs natively, which says what is right, and slowed
// down. Slowed down k times the host must have seen at least k times as much, to the microsecond,
// and the program what it sees natively. Later is possible on a busy machine: up to 250 ms are
// allowed, which is less than what slowing down twice would take with k = 4 (400 ms); where a busy
// machine may take any time, as timers of processor time do, these are of the processor's time.
namespace pleat::test {
namespace {

constexpr long kSpanUs = 25'000;
constexpr long kLateUs = 250'000;

struct Line {
  std::string name;
  long host_us;
  long node_us;
  long used_us;  // of the processor by timers of its time, else of the host's clock
  std::string found;
};

std::string now_of_all_clocks() {
  std::string text;
  for (const clockid_t id :
       {CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_MONOTONIC_RAW}) {
    timespec now{};
    clock_gettime(id, &now);
    const long ns = now.tv_sec * 1'000'000'000 + now.tv_nsec;
    text += (text.empty() ? "" : " ") + std::to_string(ns);
  }
  return text;
}

// `k` empty: natively.
Program start(const std::string& k, std::vector<std::string> argv) {
  const std::string instants = now_of_all_clocks();
  bool has_library = false;
#ifdef PLEAT_DILATION_SLOW_CASE
  has_library = !k.empty() && argv[0] == PLEAT_DILATION_CASE;
  if (has_library) argv[0] = PLEAT_DILATION_SLOW_CASE;
#endif
  return Program(argv, [&] {
    unsetenv("PLEAT_DILATION");
    unsetenv("PLEAT_DILATION_START");
    if (k.empty()) return;
    setenv("PLEAT_DILATION", k.c_str(), 1);
    setenv("PLEAT_DILATION_START", instants.c_str(), 1);
    if (!has_library) setenv("LD_PRELOAD", PLEAT_DILATION_LIBRARY, 1);
  });
}

std::vector<Line> lines_of(Program& program) {
  std::istringstream output(program.finish());
  std::vector<Line> lines;
  for (Line line; output >> line.name >> line.host_us >> line.node_us >> line.used_us;) {
    std::getline(output >> std::ws, line.found);
    lines.push_back(line);
  }
  REQUIRE(program.status() == 0);
  return lines;
}

void check_family(const std::string& family) {
  Program native = start("", {PLEAT_DILATION_CASE, family});
  const std::vector<Line> oracle = lines_of(native);
  REQUIRE(oracle.size() > 3);
  struct {
    const char* text;
    long thousandths;
  } const factors[] = {{"4", 4000}, {"2.5", 2500}};
  for (const auto& k : factors) {
    CAPTURE(k.text);
    Program slowed = start(k.text, {PLEAT_DILATION_CASE, family});
    const std::vector<Line> lines = lines_of(slowed);
    REQUIRE(lines.size() == oracle.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CAPTURE(lines[i].name);
      CHECK(lines[i].found == oracle[i].found);
      // Both readings of the node's clock are rounded to the microsecond.
      CHECK(oracle[i].node_us >= kSpanUs - 1);
      CHECK(lines[i].node_us >= kSpanUs - 1);
      CHECK(lines[i].host_us >= kSpanUs * k.thousandths / 1000);
      CHECK(lines[i].used_us < kSpanUs * k.thousandths / 1000 + kLateUs);
      // The host's readings lie around the node's.
      CHECK(lines[i].node_us * k.thousandths / 1000 <= lines[i].host_us + k.thousandths / 1000);
    }
  }
}

TEST_CASE("clocks go k times slower") { check_family("clocks"); }
TEST_CASE("sleeps take k times longer") { check_family("sleeps"); }
TEST_CASE("waits for descriptors and signals take k times longer") { check_family("waits"); }
TEST_CASE("timers fire k times later") { check_family("timers"); }
TEST_CASE("waits for threads take k times longer") { check_family("threads"); }
TEST_CASE("timeouts of sockets take k times longer") { check_family("sockets"); }
TEST_CASE("system calls by number are slowed down too") { check_family("system_calls"); }

TEST_CASE("without PLEAT_DILATION the library changes nothing") {
  Program program({PLEAT_DILATION_CASE, "sleeps"}, [] {
    unsetenv("PLEAT_DILATION");
    setenv("LD_PRELOAD", PLEAT_DILATION_LIBRARY, 1);
  });
  for (const Line& line : lines_of(program)) {
    CAPTURE(line.name);
    CHECK(line.used_us < kSpanUs + kLateUs);
    CHECK(line.host_us - line.node_us < 2'000);
  }
}

TEST_CASE("what is no factor or no start stops the program before it starts") {
  const auto outcome = [](const char* k, const char* instants) {
    Program program({"echo", "started"}, [&] {
      setenv("PLEAT_DILATION", k, 1);
      unsetenv("PLEAT_DILATION_START");
      if (*instants != '\0') setenv("PLEAT_DILATION_START", instants, 1);
      setenv("LD_PRELOAD", PLEAT_DILATION_LIBRARY, 1);
    });
    std::string output = program.finish();
    return std::to_string(program.status()) + " " + output;
  };
  CHECK(
      outcome("0.5", "1 2 3 4") ==
      "127 libpleat-dilation: PLEAT_DILATION=0.5 is not by how much time is slowed down, a number "
      "from 1 to 1000 such as 4 or 2.5\n");
  CHECK(outcome("4", "") ==
        "127 libpleat-dilation: PLEAT_DILATION_START= is not four instants: monotonic, realtime, "
        "boottime and raw monotonic, in nanoseconds\n");
  CHECK(outcome("4", "1 2 3 4") == "0 started\n");
}

// Children have the same time as their parents, whenever they are started.
TEST_CASE("processes of the same start agree about the time") {
  Program program = start("4", {"sh", "-c", "date +%s%N; sleep 0.05; date +%s%N; env date +%s%N"});
  std::vector<long> instants;
  std::istringstream output(program.finish());
  for (long instant; output >> instant;) instants.push_back(instant);
  REQUIRE(instants.size() == 3);
  CHECK(instants[1] - instants[0] >= 50'000'000);
  CHECK(instants[1] - instants[0] < 50'000'000 + 1000 * kLateUs);
  CHECK(instants[2] > instants[1]);
}

TEST_CASE("Python and Perl see what C sees") {
  const char* python =
      "import threading, time, select\n"
      "def span(wait):\n"
      "  begin = time.monotonic(); wait(); return time.monotonic() - begin\n"
      "waits = [lambda: time.sleep(.025), lambda: threading.Event().wait(.025),\n"
      "         lambda: select.select([], [], [], .025), lambda: select.poll().poll(25),\n"
      "         lambda: threading.Lock().acquire() or 0]\n"
      "locked = threading.Lock(); locked.acquire()\n"
      "waits[4] = lambda: locked.acquire(timeout=.025)\n"
      "print(all(.025 <= span(wait) < .1 for wait in waits))\n";
  Program in_python = start("4", {"python3", "-c", python});
  const std::string answer = in_python.finish();
  if (in_python.status() == 127) PLEAT_SKIP("python3 is not installed");
  CHECK(answer == "True\n");

  const char* perl =
      "use Time::HiRes qw(time sleep alarm); my $begin = time; sleep 0.025; "
      "$SIG{ALRM} = sub {}; alarm 0.025; select undef, undef, undef, 5; "
      "my $span = time - $begin; print $span >= 0.05 && $span < 0.15 ? 'yes' : $span";
  Program in_perl = start("4", {"perl", "-e", perl});
  const std::string perl_answer = in_perl.finish();
  if (in_perl.status() == 127) PLEAT_SKIP("perl is not installed");
  CHECK(perl_answer == "yes");
}

TEST_CASE("the library shows a program no more than its exports list and needs libc only") {
  Program symbols({"nm", "-D", "--defined-only", "--format=just-symbols", PLEAT_DILATION_LIBRARY},
                  [] {});
  const std::string shown = symbols.finish();
  if (symbols.status() == 127) PLEAT_SKIP("nm is not installed");
  Program listed({"sed", "-n", "s/^    \\([a-z_0-9]*\\);$/\\1/p", PLEAT_DILATION_EXPORTS}, [] {});
  const auto sorted = [](const std::string& text) {
    std::istringstream words(text);
    std::vector<std::string> names;
    for (std::string name; words >> name;) names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
  };
  const auto exports = sorted(listed.finish());
  CHECK(exports.size() > 60);
  CHECK(sorted(shown) == exports);

  Program dynamic({"readelf", "-d", PLEAT_DILATION_LIBRARY}, [] {});
  const std::string needs = dynamic.finish();
  CHECK(needs.find("[libc.so.6]") != std::string::npos);
  CHECK(needs.find("(NEEDED)") == needs.rfind("(NEEDED)"));
}

}  // namespace
}  // namespace pleat::test
