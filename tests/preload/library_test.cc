// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/preload/world.hh"
#include "tests/skip.hh"

// The library as such: how it loads and what it adds to a program.
namespace pleat::test {
namespace {

struct Result {
  std::string output;
  int status;
};

Result run_with(const std::vector<std::pair<std::string, std::string>>& environment,
                const std::vector<std::string>& argv) {
  Program program = FoldedWorld().start_with(environment, argv);
  std::string output = program.finish();
  return {output, program.status()};
}

// The output of a tool for object files; skips the test where there is none.
std::string look(const std::vector<std::string>& argv) {
  Program program(argv, [] {});
  std::string output = program.finish();
  if (program.status() == 127) PLEAT_SKIP(argv[0] + " is not installed");
  REQUIRE(program.status() == 0);
  return output;
}

TEST_CASE("BINDIP that is no address stops the program before it starts") {
  for (const std::string wrong : {"", "10.0.0", "localhost", "::1", "0.0.0.0", "224.0.0.1"}) {
    CAPTURE(wrong);
    const Result result = run_with({{"BINDIP", wrong}}, {"echo", "started"});
    CHECK(result.status == 127);
    CHECK(result.output == "libpleat-preload: BINDIP=" + wrong +
                               " is not the IPv4 address of a node, such as 10.0.0.7\n");
  }
}

TEST_CASE("BINDIP6 that is no address stops the program before it starts") {
  for (const std::string wrong : {"", "10.0.0.7", "localhost", "::", "::1", "fe80::7", "ff02::1",
                                  "::ffff:10.0.0.7", "2001:db8::7%lo", "fd50:6c65:6174::7"}) {
    CAPTURE(wrong);
    const Result result = run_with({{"BINDIP", kHere}, {"BINDIP6", wrong}}, {"echo", "started"});
    CHECK(result.status == 127);
    CHECK(result.output == "libpleat-preload: BINDIP6=" + wrong +
                               " is not the IPv6 address of a node, such as 2001:db8::7\n");
  }
}

TEST_CASE("without BINDIP the library does nothing") {
  const Result result = run_with({}, {PLEAT_PRELOAD_CASE, "unpinned", kHere, kThere});
  CHECK(result.status == 0);
  CHECK(result.output == "0.0.0.0 port 8000\n10.0.0.9\n127.0.0.1\n");
}

TEST_CASE("the library shows a program no more than its exports list") {
  std::istringstream symbols(look({"nm", "-D", "--defined-only", PLEAT_PRELOAD_LIBRARY}));
  std::vector<std::string> shown;
  for (std::string value, type, name; symbols >> value >> type >> name;) shown.push_back(name);
  std::sort(shown.begin(), shown.end());
  const std::vector<std::string> exports = {"__connect",      "__gethostname_chk",
                                            "__recvfrom_chk", "accept",
                                            "accept4",        "bind",
                                            "connect",        "getaddrinfo",
                                            "gethostname",    "getifaddrs",
                                            "getpeername",    "getsockname",
                                            "if_indextoname", "if_nameindex",
                                            "if_nametoindex", "ioctl",
                                            "listen",         "recvfrom",
                                            "recvmmsg",       "recvmsg",
                                            "sendmmsg",       "sendmsg",
                                            "sendto",         "setsockopt",
                                            "socket",         "uname"};
  CHECK(shown == exports);
}

// The library is in the program, with the thread sanitizer, which ends it with status 66 after a
// race. It knows no addresses as random as newer kernels' are.
#ifdef PLEAT_PRELOAD_THREADS
TEST_CASE("threads in the library do not race") {
  for (const char* identity : {"preload", "both"}) {
    CAPTURE(identity);
    const Result result = run_with(
        {{"BINDIP", kHere}, {"PLEAT_IDENTITY", identity}, {"LD_PRELOAD", ""}},
        {"setarch", "-R", PLEAT_PRELOAD_THREADS, "threads_do_everything_at_once", kHere, kThere});
    CHECK(result.status == 0);
    CHECK(result.output ==
          "200 calls, 200 datagrams, 200 at home, 200 messages, 200 names, 200 addresses\n");
  }
}
#endif

TEST_CASE("the library needs libc and nothing else") {
  const std::string dynamic = look({"readelf", "-d", PLEAT_PRELOAD_LIBRARY});
  std::istringstream lines(dynamic);
  int needed = 0;
  for (std::string line; std::getline(lines, line);) needed += line.find("(NEEDED)") != line.npos;
  CHECK(needed == 1);
  CHECK(dynamic.find("[libc.so.6]") != std::string::npos);
}

}  // namespace
}  // namespace pleat::test
