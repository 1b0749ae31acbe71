// SPDX-License-Identifier: Apache-2.0
#include "sys/file.hh"

#include <doctest/doctest.h>

#include "sys/error.hh"
#include "tests/folder.hh"

using namespace pleat;

TEST_CASE("a program is looked for as execvp does it") {
  const test::Folder folder;
  const std::filesystem::path tool = folder.path() / "tool";
  write_file(tool, "#!/bin/sh\n");
  const std::string path = "/nowhere:" + folder.path().string();
  CHECK_FALSE(find_program("tool", path));  // not executable yet
  std::filesystem::permissions(tool, std::filesystem::perms::owner_all);
  CHECK(find_program("tool", path) == std::optional(tool));
  CHECK(find_program(tool.string(), "") == std::optional(tool));
  CHECK_FALSE(find_program("tool", "/nowhere"));
  const auto relative = find_program(std::filesystem::relative(tool).string(), "");
  REQUIRE(relative);
  CHECK(relative->is_absolute());
  CHECK_FALSE(find_program("", path));
  CHECK_FALSE(find_program(folder.path().string(), ""));  // a folder is no program
}

TEST_CASE("a file that cannot be read is named with the reason") {
  CHECK_THROWS_WITH_AS(read_file("/nowhere/at/all"),
                       "cannot open /nowhere/at/all: No such file or directory", SystemError);
  CHECK_FALSE(try_read_file("/nowhere/at/all"));
}

TEST_CASE("a full disk is an error of the write, and names the file") {
  CHECK_THROWS_WITH_AS(write_file("/dev/full", "text"),
                       "cannot write /dev/full: No space left on device", SystemError);
}

TEST_CASE("a file that is replaced has all of the new text or keeps the old one") {
  const test::Folder folder;
  const std::filesystem::path file = folder.path() / "file";
  replace_file(file, "old");
  replace_file(file, "new");
  CHECK(read_file(file) == "new");
  CHECK_FALSE(std::filesystem::exists(unfinished(file)));
  // A disk that is full.
  std::filesystem::create_symlink("/dev/full", unfinished(file));
  CHECK_THROWS_AS(replace_file(file, "newer"), SystemError);
  CHECK(read_file(file) == "new");
}
