// SPDX-License-Identifier: Apache-2.0
#include "launcher/commands/fold_folder.hh"

#include <doctest/doctest.h>

#include <vector>

#include "sys/error.hh"
#include "sys/file.hh"
#include "tests/folder.hh"

namespace pleat {
namespace {

namespace fs = std::filesystem;

const FoldPremises kPremises = {.experiment = "[experiment]", .dilation = "2", .machine = "lyon"};

void check_premises(const fs::path& folder) {
  CHECK(read_file(folder / "folded.toml") == kPremises.experiment);
  CHECK(read_file(folder / "dilation.txt") == kPremises.dilation);
  CHECK(read_file(folder / "host.txt") == kPremises.machine);
}

std::string refusal(const fs::path& folder, const FoldPremises& premises) {
  try {
    FoldFolder(folder, premises);
  } catch (const UserError& error) {
    return error.what();
  }
  return {};
}

TEST_CASE("a fold's folder is made with what it takes to go on, and taken again") {
  const test::Folder scratch;
  const fs::path place = scratch.path() / "runs/fold";
  for (int time = 0; time < 2; ++time) {
    const FoldFolder folder(place, kPremises);
    CHECK(folder.path() == place);
    CHECK(read_file(folder.experiment()) == kPremises.experiment);
    check_premises(place);
    fs::create_directories(place / "copies-1");
  }
}

TEST_CASE("a fold that broke off before its first run does not refuse its own folder") {
  // What it had written, to the end or only in part.
  const std::vector<std::vector<std::string>> left_behind = {
      {},
      {"host.txt.unfinished"},
      {"host.txt"},
      {"host.txt", "dilation.txt.unfinished"},
      {"host.txt", "dilation.txt", "folded.toml.unfinished"},
      {"host.txt", "dilation.txt", "folded.toml"},
  };
  for (const std::vector<std::string>& files : left_behind) {
    CAPTURE(files.size());
    const test::Folder scratch;
    for (const std::string& file : files) write_file(scratch.path() / file, "");
    CHECK_NOTHROW(FoldFolder(scratch.path(), kPremises));
    check_premises(scratch.path());
  }
}

TEST_CASE("a folder with something else, or with runs of other premises, is no folder for a fold") {
  const test::Folder scratch;
  write_file(scratch.path() / "thesis.tex", "precious");
  CHECK(refusal(scratch.path(), kPremises).find("holds something else than a fold") !=
        std::string::npos);
  const fs::path place = scratch.path() / "fold";
  { FoldFolder(place, kPremises); }
  fs::create_directory(place / "copies-1");
  FoldPremises other = kPremises;
  other.experiment += "\n";
  CHECK(refusal(place, other).find("holds the fold of another experiment") != std::string::npos);
  other = kPremises;
  other.dilation = "1";
  CHECK(refusal(place, other).find("with another dilation") != std::string::npos);
  other = kPremises;
  other.machine = "rennes";
  CHECK(refusal(place, other).find("holds a fold on another machine (lyon)") != std::string::npos);
  check_premises(place);
}

TEST_CASE("two folds are not in one folder at the same time") {
  const test::Folder scratch;
  const FoldFolder first(scratch.path(), kPremises);
  CHECK(refusal(scratch.path(), kPremises).find("a fold runs already in") == 0);
}

}  // namespace
}  // namespace pleat
