// SPDX-License-Identifier: Apache-2.0
// A lab in which time is slowed down: to its nodes everything is as the plan says, and the host
// sees it take so many times longer.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>

#include "tests/lab/lab_run.hh"
#include "tests/skip.hh"

using namespace pleat::test;

namespace {

std::string experiment(const std::string& dilation, const std::string& of_a,
                       const std::string& of_b = R"(["sleep", "60"])") {
  return R"(
[experiment]
name = "slow"
time_limit = "30s"
)" + dilation +
         R"(
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 2
up = "1Mbit"
down = "1Mbit"
delay = "10ms"
[[workload]]
name = "a"
group = "all"
nodes = 1
command = )" +
         of_a + R"(
[[workload]]
name = "b"
group = "all"
finish = "never"
command = )" +
         of_b + "\n";
}

// Answers datagrams, and sends 125,000 bytes to whoever connects.
const std::string kServer = R"(["python3", "-c", '''
import socket, threading
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(("0.0.0.0", 9000))
t = socket.create_server(("0.0.0.0", 9001))
def serve():
    while True:
        c, _ = t.accept()
        c.sendall(b"x" * 125000)
        c.close()
threading.Thread(target=serve, daemon=True).start()
while True:
    d, who = u.recvfrom(99)
    u.sendto(d, who)
'''])";

// What /proc says stays the host's time.
const std::string kClient = R"(["python3", "-c", '''
import socket, struct, subprocess, time
def host(): return float(open("/proc/uptime").read().split()[0])
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.settimeout(0.5)
for attempt in range(20):
    try:
        u.sendto(b"?", ("b", 9000)); u.recv(9); break
    except OSError: time.sleep(0.1)
h, n = host(), time.monotonic()
for i in range(20):
    u.sendto(b"x", ("b", 9000)); u.recv(9)
print("node_rtt_ms=", (time.monotonic() - n) / 20 * 1000)
print("host_rtt_ms=", (host() - h) / 20 * 1000)
c = socket.create_connection(("b", 9001))
got, h, n = len(c.recv(1)), host(), time.monotonic()
rto = struct.unpack_from("I", c.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), 8)[0]
while True:
    part = c.recv(65536)
    if not part: break
    got += len(part)
print("bytes=", got)
print("rto_us=", rto)
print("node_s=", time.monotonic() - n)
print("host_s=", host() - h)
# Nobody is there: what the first timeout is of a connection that is not established.
nobody = socket.socket(); nobody.setblocking(False); nobody.connect_ex(("10.1.9.9", 9))
first = struct.unpack_from("I", nobody.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), 8)[0]
print("first_us=", first)
subprocess.run(["pleat", "mark", "done"], check=True)
subprocess.run(["ping", "-q", "-c", "5", "-i", "0.2", "b"])
'''])";

double host_seconds(const std::function<void()>& action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

nlohmann::json summary_of(const LabRun& lab) {
  return nlohmann::json::parse(run({PLEAT_PROGRAM, "report", "--json", lab.folder().string()}).out);
}

// How many programs made the verdict invalid because they saw the host's time.
int accusations_of_host_time(const LabRun& lab) {
  const auto verdict = summary_of(lab).at("verdict");
  CHECK(verdict.at("level") == "invalid");
  int accusations = 0;
  for (const auto& reason : verdict.at("reasons")) {
    if (reason.at("cause") != "host time") continue;
    CHECK(reason.at("level") == "invalid");
    ++accusations;
  }
  return accusations;
}

}  // namespace

// Four passes of a delay of 10 ms, and less than 2 ms for a small packet at 1 Mbit/s.
TEST_CASE("nodes that are slowed down four times measure the plan's delays and rates") {
  require_lab();
  LabRun lab(experiment("dilation = 4", kClient, kServer));
  CommandResult result;
  const double took = host_seconds([&] { result = lab.run(); });
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  const std::string said = lab.node_file("a");
  INFO(said << lab.node_file("a", "stderr"));
  const double node_rtt = number_after(said, "node_rtt_ms=");
  CHECK(node_rtt > 40);
  CHECK(node_rtt < 44);
  CHECK(number_after(said, "host_rtt_ms=") == doctest::Approx(4 * node_rtt).epsilon(0.05));
  CHECK(number_after(said, "bytes=") == 125'000);
  // 125,000 bytes in 84 segments with headers of 52 bytes, at 1 Mbit/s: 1.035 s.
  const double node_s = number_after(said, "node_s=");
  CHECK(node_s > 0.98);
  CHECK(node_s < 1.15);
  CHECK(number_after(said, "host_s=") == doctest::Approx(4 * node_s).epsilon(0.05));
  // Linux's smallest timeout, 200 ms, and the round trip: in the nodes' time.
  CHECK(number_after(said, "rto_us=") > 200'000);
  CHECK(number_after(said, "rto_us=") < 400'000);
  // ping tells the time by stamps that the kernel makes.
  const double ping_least = number_after(said, "rtt min/avg/max/mdev = ");
  CHECK(ping_least > 40);
  CHECK(ping_least < 44);

  const auto summary = summary_of(lab);
  const double elapsed = summary.at("elapsed_ns").get<double>() / 1e9;
  CHECK(took > 4 * elapsed);
  CHECK(took < 4 * elapsed + 5);
  CHECK(summary.at("dilation") == "4");
  // 1 s as without us, in ticks of up to 10 ms; where there are no cgroup programs the host's.
  const double expected = summary.at("identity") == "preload" ? 250'000 : 1'000'000;
  CHECK(number_after(said, "first_us=") == doctest::Approx(expected).epsilon(0.005));
  CHECK(result.out.find("slowed down 4 times") != std::string::npos);
}

TEST_CASE("--dilation takes the place of the experiment's, and is refused in the same way") {
  require_lab();
  LabRun lab(experiment("", R"(["python3", "-c", '''
import time
h, n = float(open("/proc/uptime").read().split()[0]), time.monotonic()
time.sleep(0.5)
print("node_s=", time.monotonic() - n)
print("host_s=", float(open("/proc/uptime").read().split()[0]) - h)
'''])"));
  std::vector<std::string> argv = lab.argv();
  argv.push_back("--dilation");
  argv.push_back("2.5");
  const CommandResult result = run(argv);
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  CHECK(number_after(lab.node_file("a"), "node_s=") == doctest::Approx(0.5).epsilon(0.05));
  CHECK(number_after(lab.node_file("a"), "host_s=") == doctest::Approx(1.25).epsilon(0.05));
  argv.back() = "0.5";
  const CommandResult refused = run(argv);
  CHECK(refused.status == 2);
  CHECK(refused.err.find("is not by how much time is slowed down") != std::string::npos);
}

TEST_CASE("a program that no library reaches is refused before the run") {
  LabRun lab(experiment("dilation = 4", R"([")" PLEAT_WANDERER R"("])"));
  const CommandResult result = lab.run();
  CHECK(result.status == 2);
  CHECK(result.err.find("workload a: " PLEAT_WANDERER " is linked statically") !=
        std::string::npos);
  CHECK_FALSE(std::filesystem::exists(lab.folder()));
}

TEST_CASE("a program that loses the library during a run makes it invalid and is named") {
  require_lab();
  LabRun lab(
      experiment("dilation = 2", R"(["sh", "-c", "ping -q -c 2 b; env -u LD_PRELOAD sleep 16"])"));
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  CHECK(result.err.find("sleep: the program was started without LD_PRELOAD, so that it sees the "
                        "host's time") != std::string::npos);
  CHECK(accusations_of_host_time(lab) == 1);
}

TEST_CASE("a program in Go is refused before the run, and found where a shell starts it") {
  if (!std::filesystem::exists(PLEAT_GO_PROGRAM)) PLEAT_SKIP("there is no Go compiler here");
  LabRun refused(experiment("dilation = 2", R"([")" PLEAT_GO_PROGRAM R"(", "own", "b", "9"])"));
  const CommandResult refusal = refused.run();
  CHECK(refusal.status == 2);
  CHECK(refusal.err.find("workload a: " PLEAT_GO_PROGRAM " is written in Go") != std::string::npos);

  require_lab();
  LabRun lab(experiment("dilation = 2\nneeds = [\"" PLEAT_GO_PROGRAM "\"]",
                        R"(["sh", "-c", ")" PLEAT_GO_PROGRAM R"( udp-server any 9 & sleep 1"])"));
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  CHECK(holds(result.err, "needs: " PLEAT_GO_PROGRAM " is written in Go"));
  CHECK(result.err.find(PLEAT_GO_PROGRAM
                        ": the program is written in Go, which does not ask libc for "
                        "the time, so that it sees the host's time") != std::string::npos);
  CHECK(accusations_of_host_time(lab) == 1);
}
