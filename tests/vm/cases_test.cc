// SPDX-License-Identifier: Apache-2.0
// How results of test cases get out of the virtual machine, without one: guest_cases runs here, on
// a script that behaves like a doctest binary.
#include <doctest/doctest.h>

#include <filesystem>

#include "sys/file.hh"
#include "tests/folder.hh"
#include "tests/lab/command.hh"
#include "tests/skip.hh"

using namespace pleat::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* kBinary = R"(#!/bin/sh
case $1 in
  --list-test-cases)
    [ "$2" != --test-case=none ] || exec echo '[doctest] listing all test case names'
    echo '[doctest] listing all test case names'
    echo '==============================================================================='
    printf '%s\n' good 'good, with a comma' bad crashing skipped hanging absent
    echo '==============================================================================='
    echo '[doctest] unskipped test cases passing the current filters: 7' ;;
  --test-case=good | '--test-case=good\, with a comma')
    echo '[doctest] test cases: 1 | 1 passed | 0 failed | 0 skipped' ;;
  --test-case=bad) echo 'it went wrong'; exit 1 ;;
  --test-case=crashing) kill -SEGV $$ ;;
  --test-case=skipped) echo 'skipped: for a reason'; exit 77 ;;
  --test-case=hanging) sleep 60 ;;
  *) echo '[doctest] test cases: 0 | 0 passed | 0 failed | 7 skipped' ;;
esac
)";

class Cases {
 public:
  explicit Cases(const std::string& filter) {
    const fs::path binary = folder_.path() / "binary";
    pleat::write_file(binary, kBinary);
    fs::permissions(binary, fs::perms::owner_all);
    ran_ = run({PLEAT_VM "/guest_cases", binary.string(), folder_.path().string(), "1", filter});
  }
  const CommandResult& ran() const { return ran_; }
  const fs::path& folder() const { return folder_.path(); }
  CommandResult result(const std::string& name) const {
    return run({PLEAT_VM "/case_result", folder_.path().string(), name});
  }

 private:
  Folder folder_;
  CommandResult ran_;
};

}  // namespace

TEST_CASE("each test case has the result and the output that it had inside") {
  const Cases cases("");
  INFO(cases.ran().err);
  CHECK(cases.ran().status == 0);
  CHECK(cases.result("good").status == 0);
  CHECK(cases.result("good, with a comma").status == 0);
  CHECK(cases.result("bad").status == 1);
  CHECK(cases.result("bad").out == "it went wrong\n");
  CHECK(cases.result("crashing").status == 139);
  CHECK(cases.result("skipped").status == kSkipped);
  CHECK(cases.result("skipped").out == "skipped: for a reason\n");
  CHECK(cases.result("hanging").status != 0);
}

TEST_CASE("a test case that did not run has failed") {
  const Cases cases("");
  CHECK(cases.result("absent").status == 1);  // doctest found no such one, and said success
  CHECK(cases.result("not in the list").status == 1);
  CHECK(cases.result("goo").status == 1);
  fs::remove(cases.folder() / "cases");
  CHECK(cases.result("good").status == 1);
}

TEST_CASE("a filter that no test case passes is an error") {
  CHECK(Cases("none").ran().status == 1);
}

TEST_CASE("where no machine can be made, each test case is skipped and says why") {
  const Cases cases("");
  pleat::write_file(cases.folder() / "skipped", "skipped: no qemu\n");
  CHECK(cases.result("good").status == kSkipped);
  CHECK(cases.result("good").out == "skipped: no qemu\n");
}
