// SPDX-License-Identifier: Apache-2.0
#include "launcher/last_lines.hh"

#include <doctest/doctest.h>

#include "sys/file.hh"
#include "tests/folder.hh"

using namespace pleat;

TEST_CASE("the last lines are those of standard error, or else of standard output") {
  const test::Folder folder;
  CHECK(last_lines(folder.path()).empty());
  write_file(folder.path() / "stdout", "out 1\nout 2\n");
  write_file(folder.path() / "stderr", "");
  CHECK(last_lines(folder.path()) == "out 1\nout 2");
  write_file(folder.path() / "stderr", "oh\n");
  CHECK(last_lines(folder.path()) == "oh");
}

TEST_CASE("of a long output only the end is taken") {
  const test::Folder folder;
  write_file(folder.path() / "stderr", "1\n2\n3\n4\n5\n6\n7\n\n");
  CHECK(last_lines(folder.path()) == "3\n4\n5\n6\n7");
  write_file(folder.path() / "stderr", std::string(1'000'000, 'x'));
  CHECK(last_lines(folder.path()).size() <= 600);
}
