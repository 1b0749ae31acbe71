// SPDX-License-Identifier: Apache-2.0
// Pleat for an ordinary user, with and without access to /dev/net/tun.
#include <doctest/doctest.h>

#include "tests/lab/nobody.hh"
#include "tests/lab/two_nodes.hh"

using namespace pleat::test;

namespace {

const std::string kPing = two_nodes("id -u; ping -c 3 -i 0.2 b");

CommandResult run_as_nobody(LabRun& lab, const std::string& tun_mode) {
  std::vector<std::string> arguments = lab.argv();
  arguments.erase(arguments.begin());
  return Command(pleat_as_nobody(lab.scratch(), tun_mode, arguments), lab.scratch()).wait();
}

}  // namespace

TEST_CASE("an ordinary user runs an experiment where /dev/net/tun is open") {
  require_root();
  LabRun lab(kPing);
  const CommandResult result = run_as_nobody(lab, "0666");
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  const std::string out = lab.node_file("a");
  CHECK(out.starts_with("65534\n"));
  CHECK(out.find("3 received") != std::string::npos);
}

TEST_CASE("root of a container with no user and no group but its own runs an experiment") {
  require_root();
  LabRun lab(kPing);
  std::vector<std::string> argv = {"unshare", "--user", "--map-root-user"};
  const std::vector<std::string> pleat = lab.argv();
  argv.insert(argv.end(), pleat.begin(), pleat.end());
  const CommandResult result = run(argv);
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  CHECK(holds(lab.node_file("a"), "3 received"));
}

TEST_CASE("where /dev/net/tun is closed, the message says what to do") {
  require_root();
  LabRun lab(kPing);
  const CommandResult result = run_as_nobody(lab, "0600");
  INFO(result.out << result.err);
  CHECK(result.status != 0);
  CHECK(result.err.find("cannot open /dev/net/tun: Permission denied") != std::string::npos);
  CHECK(result.err.find("chmod 0666 /dev/net/tun") != std::string::npos);
}
