// SPDX-License-Identifier: Apache-2.0
// Pleat for an ordinary user, with and without access to /dev/net/tun.
#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/lab/lab_run.hh"
#include "tests/skip.hh"

using namespace pleat::test;
namespace fs = std::filesystem;

namespace {

const std::string kPing = R"(
[experiment]
name = "as-a-user"
time_limit = "20s"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "all"
prefix = "10.1.0.0/16"
nodes = 2
delay = "10ms"
[[workload]]
name = "pinger"
group = "all"
nodes = 1
command = ["sh", "-c", "id -u; ping -c 3 -i 0.2 target"]
[[workload]]
name = "target"
group = "all"
command = ["sleep", "60"]
finish = "never"
)";

// Runs the experiment as the user `nobody`, in a mount namespace in which /dev/net/tun is a device
// of ours with this mode; the host's is not touched. The program is copied to where he may read.
CommandResult run_as_nobody(LabRun& lab, const std::string& tun_mode) {
  const fs::path scratch = lab.scratch();
  fs::permissions(scratch, fs::perms::all);
  for (const char* part : {"launcher", "preload"}) fs::create_directory(scratch / part);
  const fs::path build = fs::path(PLEAT_PROGRAM).parent_path().parent_path();
  const fs::path program = scratch / "launcher" / "pleat";
  fs::copy(PLEAT_PROGRAM, program);
  fs::copy(build / "preload" / "libpleat-preload.so", scratch / "preload");
  std::string command = program.string();
  for (size_t i = 1; i < lab.argv().size(); ++i) command += " '" + lab.argv()[i] + "'";
  const std::string device = (scratch / "tun").string();
  const std::string script = "mknod " + device + " c 10 200 && chmod " + tun_mode + " " + device +
                             " && mount --bind " + device + " /dev/net/tun && cd / && " +
                             "exec setpriv --reuid=65534 --regid=65534 --clear-groups " + command;
  return Command({"unshare", "--mount", "sh", "-c", script}, scratch).wait();
}

void require_root() {
  require_lab();
  if (::geteuid() != 0) PLEAT_SKIP("to become another user, this has to be run by root");
}

}  // namespace

TEST_CASE("an ordinary user runs an experiment where /dev/net/tun is open") {
  require_root();
  LabRun lab(kPing);
  const CommandResult result = run_as_nobody(lab, "0666");
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  const std::string out = lab.node_file("pinger");
  CHECK(out.starts_with("65534\n"));
  CHECK(out.find("3 received") != std::string::npos);
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
