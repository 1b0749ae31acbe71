// SPDX-License-Identifier: Apache-2.0
// What a record is worth when its writer or its disk fails.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "launcher/record/record.hh"
#include "launcher/record/results.hh"
#include "launcher/verdict/verdict.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "tests/skip.hh"
#include "tests/unit/record_swarm.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// Runs `action` in a process of its own and returns how that ended, as waitpid() says it.
int in_child(const std::function<void()>& action) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    action();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

// One more second in which all nodes received something.
void add_second(Record& record, std::vector<NodeCounters>& nodes, int second) {
  for (NodeCounters& node : nodes) node.down.bytes += 1000;
  record.samples(second * 1s, nodes);
}

TEST_CASE("when the writer is killed the record holds everything up to the last commit") {
  const test::TemporaryFolder folder;
  constexpr uint32_t kPeers = 2000;
  const int status = in_child([&] {
    Record record(folder.path(), test::some_run_info(), test::swarm_plan(kPeers, 1ms, 1));
    std::vector<NodeCounters> nodes(kPeers + 5);
    for (int second = 1; second <= 3; ++second) {
      add_second(record, nodes, second);
      record.commit();
    }
    // More than SQLite keeps in memory: part of this transaction is in the file already.
    for (int second = 4; second <= 60; ++second) add_second(record, nodes, second);
    ::raise(SIGKILL);
  });
  REQUIRE(WIFSIGNALED(status));
  const Results results = read_results(folder.path());
  CHECK(results.end.reason == EndReason::kLabKilled);
  CHECK(results.end.elapsed == 3s);
  REQUIRE(results.traffic.size() == 3);
  CHECK(results.traffic.back().down.bytes == (kPeers + 5) * 3000);
  CHECK(results.totals.back().down.bytes == 3000);
  SUBCASE("and takes a verdict") {
    store_verdict(folder.path(), {VerdictLevel::kDoubtful,
                                  {{VerdictLevel::kDoubtful, Cause::kEnd, "breaks off", 3s}}});
    CHECK(read_results(folder.path()).traffic.size() == 3);
  }
}

// In a mount namespace of its own, so that nothing outlives the test. False where that may not be.
bool mount_small_disk(const std::filesystem::path& folder) {
  const std::string uid_map = "0 " + std::to_string(::getuid()) + " 1";
  const int user = ::geteuid() == 0 ? 0 : CLONE_NEWUSER;
  if (::unshare(CLONE_NEWNS | user) < 0) return false;
  if (user != 0) write_setting("/proc/self/uid_map", uid_map);
  return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=2m") == 0;
}

// Records until the disk is full, and then some. Returns the message, and reads the record.
std::string record_until_full(const std::filesystem::path& folder, Results& results) {
  constexpr uint32_t kPeers = 1000;
  std::string message;
  {
    Record record(folder, test::some_run_info(), test::swarm_plan(kPeers, 1ms, 1));
    std::vector<NodeCounters> nodes(kPeers + 5);
    for (int second = 1; second <= 200; ++second) {
      try {
        add_second(record, nodes, second);
        record.commit();
      } catch (const SystemError& error) {
        message += error.what();
      }
    }
    record.end({});
  }
  results = read_results(folder);
  return message;
}

constexpr int kCannotMount = 3;

TEST_CASE("a full disk is told once, with what is lost, and spoils nothing that was recorded") {
  const test::TemporaryFolder folder, report;
  const int status = in_child([&] {
    if (!mount_small_disk(folder.path())) ::_exit(kCannotMount);
    Results results;
    std::string text = record_until_full(folder.path(), results) + "\n";
    text += "samples: " + std::to_string(results.traffic.size());
    text += ", up to " + to_text(results.end.elapsed) + ", " + to_text(results.end);
    write_file(report.path() / "text", text);
  });
  if (WIFEXITED(status) && WEXITSTATUS(status) == kCannotMount) {
    PLEAT_SKIP("no new mount namespace is allowed here");
  }
  REQUIRE(status == 0);
  const std::string text = read_file(report.path() / "text");
  CAPTURE(text);
  CHECK(text.starts_with("cannot write " + folder.path().string() +
                         "/results.db: No space left on device; the record holds the run up to "));
  CHECK(text.find("what follows is not recorded\nsamples: ") != std::string::npos);
  // The message and the record agree on how far it goes.
  const size_t begin = text.find("up to ") + 6;
  const std::string time = text.substr(begin, text.find(',') - begin);
  CHECK(text.ends_with(", up to " + time + ", the lab was killed"));
}

TEST_CASE("a record is not written over another") {
  const test::TemporaryFolder folder;
  write_file(folder.path() / "results.db", "precious");
  CHECK_THROWS_WITH_AS(Record(folder.path(), test::some_run_info(), test::swarm_plan(1, 1s, 1)),
                       ("cannot write " + folder.path().string() +
                        "/results.db: File exists; the run would not be recorded")
                           .c_str(),
                       SystemError);
  CHECK(read_file(folder.path() / "results.db") == "precious");
}

TEST_CASE("what is no record is refused with its name") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(read_results(folder.path()), SystemError);
  write_file(folder.path() / "results.db", "");
  CHECK_THROWS_WITH_AS(read_results(folder.path()),
                       (folder.path().string() + "/results.db is no record of a run").c_str(),
                       UserError);
  write_file(folder.path() / "results.db", std::string(5000, 'x'));
  CHECK_THROWS_WITH_AS(
      read_results(folder.path()),
      ("cannot read " + folder.path().string() + "/results.db (file is not a database)").c_str(),
      SystemError);
}

}  // namespace
}  // namespace pleat
