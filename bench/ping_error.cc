// SPDX-License-Identifier: Apache-2.0
// How wrong is a ping in a network that does nothing else? The nodes of two runs ping each other
// over a path of 850 ms, and over pipes of 20 ms; what they measure is compared with what the path
// adds up to.
//
// The pings are as ping(8) sends and times them, down to the kernel's time stamp on arrival, but
// ping rounds what it shows to three digits.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>
#include <optional>
#include <sstream>
#include <string>
#include <tuple>

#include "bench/pleat_run.hh"
#include "bench/samples.hh"
#include "launcher/paths.hh"
#include "sys/clock.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/file.hh"

namespace pleat::bench {
namespace {

using namespace std::chrono_literals;

constexpr size_t kData = 56;  // bytes, as ping(8): 84 of IP
constexpr double kBitsOfPing = (20 + 8 + kData) * 8;

// ---- the program in the node ----

Duration wall_time() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

class Pinger {
 public:
  explicit Pinger(const char* address)
      : fd_(check_call(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP), "create",
                       "a ping socket")) {
    const int on = 1;
    check_call(::setsockopt(fd_.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on), "set",
               "SO_TIMESTAMPNS");
    sockaddr_in name{};
    name.sin_family = AF_INET;
    check(::inet_pton(AF_INET, address, &name.sin_addr) == 1);
    check_call(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), "connect to",
               address);
  }

  void send(uint16_t sequence) const {
    struct {
      icmphdr header;
      Duration sent;
      char rest[kData - sizeof(Duration)];
    } packet{};
    packet.header.type = ICMP_ECHO;
    packet.header.un.echo.sequence = htons(sequence);
    packet.sent = wall_time();
    check_call(::send(fd_.get(), &packet, sizeof packet, 0), "send", "a ping");
  }

  // The round trip of the next answer; nothing if none comes in time.
  std::optional<Duration> receive(Duration at_most) const {
    pollfd readable{fd_.get(), POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
    if (::poll(&readable, 1, static_cast<int>(milliseconds)) == 0) return std::nullopt;
    char packet[sizeof(icmphdr) + kData];
    iovec data{packet, sizeof packet};
    alignas(cmsghdr) char control[128];
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    check_call(::recvmsg(fd_.get(), &message, 0), "receive", "a ping's answer");
    timespec arrived{};
    Duration sent;
    std::memcpy(&arrived, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof arrived);
    std::memcpy(&sent, packet + sizeof(icmphdr), sizeof sent);
    return std::chrono::seconds(arrived.tv_sec) + std::chrono::nanoseconds(arrived.tv_nsec) - sent;
  }

 private:
  Fd fd_;
};

// Prints each round trip in nanoseconds.
int ping(const char* address, int count, Duration interval) {
  const Pinger pinger(address);
  Duration next_time = monotonic_now();
  for (int sent = 0, answers = 0; answers < count;) {
    if (sent < count && monotonic_now() >= next_time) {
      pinger.send(static_cast<uint16_t>(sent++));
      next_time += interval;
    }
    const Duration left = sent < count ? next_time - monotonic_now() : 5s;
    if (const auto took = pinger.receive(std::max(left, Duration(0)))) {
      std::printf("%lld\n", static_cast<long long>(took->count()));
      ++answers;
    } else if (sent == count) {
      throw SystemError("see the answer to", "every ping", 0);
    }
  }
  return 0;
}

// ---- the runs ----

struct Path {
  const char* text;
  const char* groups;  // "here" pings "there"
  double milliseconds;
  int pings;
  const char* interval_ms;
};

double sending(double bits_per_second) { return kBitsOfPing * 1e3 / bits_per_second; }

// The longest path of the P2PLab paper's figure 6 but for those of over a second.
const Path kLong{"850 ms",
                 R"(
[[group]]
name = "here"
prefix = "10.1.3.0/24"
nodes = 1
down = "8Mbit"
up = "1Mbit"
delay = "20ms"
[[group]]
name = "there"
prefix = "10.2.0.0/16"
nodes = 1
down = "10Mbit"
up = "10Mbit"
delay = "5ms"
[[latency]]
between = ["here", "there"]
delay = "400ms"
)",
                 850 + sending(1e6) + sending(8e6) + 2 * sending(10e6), 60, "100"};

// One node behind a pipe of 20 ms in each direction, as mm-delay 20 does it.
const Path kShort{"20 ms pipes",
                  R"(
[[group]]
name = "here"
prefix = "10.1.0.0/24"
nodes = 1
delay = "20ms"
[[group]]
name = "there"
prefix = "10.2.0.0/24"
nodes = 1
)",
                  40, 1000, "10"};

Samples errors_in_milliseconds(const Path& path) {
  const PleatRun run("[experiment]\nname = \"pings\"\n[network]\nprefix = \"10.0.0.0/8\"\n" +
                     std::string(path.groups) + R"(
[[workload]]
name = "pinged"
group = "there"
command = ["sleep", "infinity"]
finish = "never"
[[workload]]
name = "pinger"
group = "here"
command = [")" + own_program().string() +
                     R"(", "{ip:pinged}", ")" + std::to_string(path.pings) + "\", \"" +
                     path.interval_ms + "\"]\n");
  std::istringstream round_trips(read_file(run.folder() / "nodes" / "pinger" / "stdout"));
  Samples errors;
  for (double nanoseconds; round_trips >> nanoseconds;)
    errors.add(nanoseconds / 1e6 - path.milliseconds);
  return errors;
}

void measure() {
  std::vector<std::vector<std::string>> rows{
      {"path", "pings", "earliest", "median", "p99", "latest", "target"}};
  for (const auto& [path, target_for, quantile, target] :
       {std::tuple{&kLong, "median", 0.5, 0.15}, std::tuple{&kShort, "p99", 0.99, 0.5}}) {
    const Samples errors = errors_in_milliseconds(*path);
    rows.push_back({path->text, std::to_string(errors.count()), number(errors.least(), 3),
                    number(errors.median(), 3), number(errors.quantile(0.99), 3),
                    number(errors.most(), 3),
                    std::string(target_for) + " " + at_most(target, errors.quantile(quantile), 2) +
                        (errors.least() < 0 ? ", EARLY" : ", never early")});
  }
  print("error of pings in milliseconds", rows);
}

}  // namespace
}  // namespace pleat::bench

// With arguments it is the program in the node: ADDRESS COUNT INTERVAL_MS.
int main(int argc, char** argv) {
  using namespace pleat::bench;
  if (argc == 4)
    return ping(argv[1], std::stoi(argv[2]), std::chrono::milliseconds(std::stoi(argv[3])));
  measure();
}
