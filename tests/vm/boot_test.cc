// SPDX-License-Identifier: Apache-2.0
// The virtual machine seen from outside: what goes in and out of it, and how it fails.
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>

#include "sys/file.hh"
#include "tests/folder.hh"
#include "tests/lab/command.hh"
#include "tests/skip.hh"

using namespace pleat::test;
namespace fs = std::filesystem;

namespace {

// Boots with these options and this command. Skips the test where that cannot be done here.
CommandResult boot(const std::vector<std::string>& words) {
  std::vector<std::string> argv{PLEAT_VM "/boot"};
  argv.insert(argv.end(), words.begin(), words.end());
  CommandResult result = run(argv);
  if (result.status == kSkipped && result.out.starts_with("skipped: ")) PLEAT_SKIP(result.out);
  return result;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("status, output, errors and files come out as they are") {
  const Folder folder;
  const fs::path sent = folder.path() / "sent";
  const std::string size = "5000000";
  REQUIRE(run({"sh", "-c", "head -c " + size + " /dev/urandom >" + sent.string()}).status == 0);
  const CommandResult result = boot(
      {"--file", sent.string() + ":/srv/file", "--output", (folder.path() / "out").string(), "--",
       "sh", "-c", "echo it\\'s out; echo wrong >&2; cp /srv/file /out/got; exit \"$0\"", "3"});
  INFO(result.err);
  CHECK(result.status == 3);
  CHECK(result.out == "it's out\n");
  CHECK(result.err == "wrong\n");
  CHECK(run({"cmp", sent.string(), (folder.path() / "out" / "got").string()}).status == 0);
}

TEST_CASE("an hour of waiting takes a minute at most") {
  const auto start = std::chrono::steady_clock::now();
  const CommandResult result =
      boot({"--time-limit", "60", "--", "sh", "-c", "date +%s; sleep 3600; date +%s"});
  INFO(result.err);
  REQUIRE(result.status == 0);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::minutes(1));
  long before = 0, after = 0;
  REQUIRE(std::sscanf(result.out.c_str(), "%ld\n%ld", &before, &after) == 2);
  CHECK(after - before == 3600);
}

TEST_CASE("a run says the same again, to the nanosecond, on a busy machine too") {
  const std::vector<std::string> lossy = {
      "--program",
      "ip",
      "--program",
      "tc",
      "--program",
      "ping",
      "--",
      "sh",
      "-c",
      "tc qdisc add dev lo root netem delay 5ms 1ms loss 10%; "
      "ping -i 0.01 -c 300 127.0.0.1; cat /proc/sys/kernel/random/uuid /proc/timer_list"};
  const CommandResult first = boot(lossy);
  const Folder folder;
  const Command busy({"sh", "-c", "while :; do :; done"}, folder.path());
  const CommandResult second = boot(lossy);
  INFO(first.err);
  REQUIRE(first.status == 0);
  CHECK(contains(first.out, "% packet loss"));
  CHECK(contains(first.out, "now at "));
  CHECK(first.out == second.out);
}

TEST_CASE("a command that does not end is ended, and that is an error") {
  const CommandResult result =
      boot({"--time-limit", "15", "--", "sh", "-c", "echo begun; while :; do :; done"});
  CHECK(result.status == 124);
  CHECK(result.out == "begun\n");
  CHECK(contains(result.err, "did not end within 15 s"));
}

TEST_CASE("a kernel panic is an error, and is shown") {
  const CommandResult result = boot({"--", "sh", "-c", "echo c >/proc/sysrq-trigger"});
  CHECK(result.status == 125);
  CHECK(contains(result.err, "the kernel panicked"));
  CHECK(contains(result.err, "sysrq triggered crash"));
}

TEST_CASE("a machine that ends before its command is an error") {
  const CommandResult result = boot({"--", "busybox", "poweroff", "-f"});
  CHECK(result.status == 125);
  CHECK(contains(result.err, "without an exit status"));
}

TEST_CASE("files that cannot be written on this side are an error") {
  // In units of 512 bytes; the image is smaller.
  const CommandResult result =
      run({"sh", "-c", "ulimit -f 40000; exec \"$@\"", "sh", PLEAT_VM "/boot", "--", "sh", "-c",
           "head -c 30000000 /dev/zero >/out/large"});
  if (result.status == kSkipped) PLEAT_SKIP(result.out);
  CHECK(result.status == 125);
  CHECK(contains(result.err, "without an exit status"));
}

TEST_CASE("what cannot be put into the image is named") {
  const CommandResult program = boot({"--program", "no-such-program", "--", "true"});
  CHECK(program.status == 125);
  CHECK(contains(program.err, "there is no program no-such-program here"));
  const CommandResult file = boot({"--file", "/no/such/file", "--", "true"});
  CHECK(file.status == 125);
  CHECK(contains(file.err, "there is no file /no/such/file here"));
  const CommandResult module = boot({"--module", "no-such-module", "--", "true"});
  CHECK(module.status == 125);
  CHECK(contains(module.err, "no-such-module"));
}

TEST_CASE("wrong usage is told and has status 2") {
  CHECK(contains(run({PLEAT_VM "/boot"}).err, "a command is missing"));
  CHECK(run({PLEAT_VM "/boot"}).status == 2);
  CHECK(contains(run({PLEAT_VM "/boot", "--memry", "1G", "--", "true"}).err, "'--memry'"));
  CHECK(run({PLEAT_VM "/boot", "--memry", "1G", "--", "true"}).status == 2);
  CHECK(run({PLEAT_VM "/boot", "--time-limit", "soon", "--", "true"}).status == 2);
}

TEST_CASE("without a kernel it says why, and skips or fails") {
  const Folder folder;
  const auto without = [&](const std::string& must_run) {
    return run({"env", "PLEAT_MUST_RUN=" + must_run, "PLEAT_VM_CACHE=" + folder.path().string(),
                PLEAT_VM "/boot", "--kernel", "linux-image-of-nobody", "--", "true"});
  };
  const CommandResult skipped = without("0");
  CHECK(skipped.status == kSkipped);
  CHECK(skipped.out.starts_with("skipped: "));
  const CommandResult failed = without("1");
  CHECK(failed.status == 1);
  CHECK(contains(failed.err, "must run, but would skip"));
}
