// SPDX-License-Identifier: Apache-2.0
// pleat report of what is no run, and of runs into whose folder it may not write.
#include <doctest/doctest.h>
#include <sched.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <sstream>

#include "launcher/commands/commands.hh"
#include "launcher/record/record.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "tests/folder.hh"
#include "tests/skip.hh"
#include "tests/unit/record_swarm.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

// What pleat report says of a run, results and messages in the order in which they come.
struct Said {
  int status = 0;
  std::string text;
};

// Takes what is printed and logged meanwhile.
class Listener {
 public:
  Listener() : output_(std::cout.rdbuf(text_.rdbuf())), logger_(spdlog::default_logger()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "report", std::make_shared<spdlog::sinks::ostream_sink_st>(text_)));
  }
  ~Listener() {
    spdlog::set_default_logger(logger_);
    std::cout.rdbuf(output_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* output_;
  std::shared_ptr<spdlog::logger> logger_;
};

ReportOptions of(const std::filesystem::path& run) {
  ReportOptions options;
  options.run = run;
  return options;
}

Said report_on(const std::filesystem::path& run) {
  const Listener listener;
  const int status = report_command(of(run));
  return {.status = status, .text = listener.text()};
}

void check_summary_and_advice(const Said& said) {
  CAPTURE(said.text);
  CHECK(said.status == 1);
  const size_t verdict = said.text.find("verdict    ");
  const size_t error = said.text.find("[error] cannot ");
  REQUIRE(verdict != std::string::npos);
  REQUIRE(error != std::string::npos);
  CHECK(verdict < error);
  CHECK(said.text.find("copy the run's folder to where you may write, or use sudo") > error);
  CHECK(said.text.find("report: ") == std::string::npos);
}

// For this process only. False where that may not be.
bool make_read_only(const std::filesystem::path& folder) {
  const char* path = folder.c_str();
  if (::geteuid() != 0) return ::chmod(path, 0555) == 0;
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount(path, path, nullptr, MS_BIND, nullptr) == 0 &&
         ::mount(nullptr, path, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

constexpr int kMayNotMount = 3;

// The exit status of a process that does only this.
int report_read_only(const std::filesystem::path& run, const std::filesystem::path& text) noexcept {
  if (!make_read_only(run)) return kMayNotMount;
  const Said said = report_on(run);
  write_file(text, said.text);
  return said.status;
}

// Of a run that may only be read.
Said report_on_read_only(const std::filesystem::path& run) {
  const test::Folder scratch;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(report_read_only(run, scratch.path() / "text"));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  std::filesystem::permissions(run, std::filesystem::perms::owner_all);  // to be removed
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kMayNotMount) PLEAT_SKIP("no new mount namespace is allowed here");
  return {.status = WEXITSTATUS(status), .text = read_file(scratch.path() / "text")};
}

TEST_CASE("a folder that is no run, or is not there, is a mistake of whoever names it") {
  const test::TemporaryFolder folder;
  const std::string name = folder.path().string();
  CHECK_THROWS_WITH_AS(report_command(of(name)),
                       (name + " is no run: a run's folder holds results.db").c_str(), UserError);
  CHECK_THROWS_WITH_AS(report_command(of(name + "/nowhere")),
                       (name + "/nowhere: there is no such run").c_str(), UserError);
}

TEST_CASE("a run is reported on by the name of its folder or of its record") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(3, 1s, 1'000'000));
  for (const auto& run : {folder.path(), folder.path() / "results.db"}) {
    const Said said = report_on(run);
    CHECK(said.status == 0);
    CHECK(said.text.ends_with("report: " + (folder.path() / "report.html").string() + "\n"));
  }
}

TEST_CASE("a page that cannot be written is told after the summary, with what to do") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(3, 1s, 1'000'000));
  std::filesystem::create_directory(folder.path() / "report.html");
  check_summary_and_advice(report_on(folder.path()));
}

TEST_CASE("a run that may only be read has its summary, and what to do is told after it") {
  const test::TemporaryFolder folder;
  test::record_swarm(folder.path(), test::swarm_plan(3, 1s, 1'000'000));
  check_summary_and_advice(report_on_read_only(folder.path()));
}

TEST_CASE("the record of a killed lab can be read where nothing may be written beside it") {
  const test::TemporaryFolder scratch;
  const std::filesystem::path run = scratch.path() / "50 % #1?";
  std::filesystem::create_directory(run);
  {
    Record record(run, test::some_run_info(), test::swarm_plan(3, 1s, 1'000'000));
    record.commit();
  }
  // Its log is gone, and nobody has told the file.
  REQUIRE_FALSE(std::filesystem::exists(run / "results.db-wal"));
  const Said said = report_on_read_only(run);
  check_summary_and_advice(said);
  CHECK(said.text.find("the lab was killed") != std::string::npos);
}

}  // namespace
}  // namespace pleat
