// SPDX-License-Identifier: Apache-2.0
// The folder in which labs that stay keep their state: whose it is, and what is left alone in it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "sys/file.hh"
#include "tests/lab/host_state.hh"
#include "tests/lab/lab_run.hh"
#include "tests/lab/nobody.hh"
#include "tests/lab/staying_labs.hh"

using namespace pleat::test;
namespace fs = std::filesystem;

TEST_CASE("a folder of labs that holds other things keeps them, and nothing is said of them") {
  require_lab();
  StayingLabs labs;
  const std::vector<fs::path> things = {"notes/today", "homes/plan", ".x.1.2/y", "file"};
  for (const fs::path& thing : things) {
    fs::create_directories((labs.labs() / thing).parent_path());
    pleat::write_file(labs.labs() / thing, "mine");
  }
  const CommandResult listed = labs.pleat({"labs"});
  CHECK(listed.out == "no lab is up\n");
  CHECK(listed.err == "");
  const CommandResult up = labs.up();
  CHECK(up.status == 2);
  CHECK(holds(up.err, "is there already, and is not the folder of a lab"));
  require_success(labs.up({"--name", "lab"}));
  CHECK(labs.exec("a", {"true"}).err == "");
  require_success(labs.pleat({"down", "--all"}));
  for (const fs::path& thing : things) CHECK(pleat::read_file(labs.labs() / thing) == "mine");
}

TEST_CASE("a lab whose state cannot be read is left alone") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  const fs::path state = labs.labs() / "homes" / "lab.json";
  const std::string text = pleat::read_file(state);
  pleat::write_file(state, "{\"name\": \"homes\"}");
  const CommandResult listed = labs.pleat({"labs"});
  CHECK(listed.err.find("of another version of Pleat, or damaged") != std::string::npos);
  pleat::write_file(state, text);
  CHECK(labs.exec("a", {"true"}).status == 0);
}

TEST_CASE("a lab of another host is left alone, and what would use it says where it is") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  const fs::path state = labs.labs() / "homes" / "lab.json";
  const std::string text = pleat::read_file(state);
  nlohmann::json other = nlohmann::json::parse(text);
  other["host"] = "alpha";
  other["boot"] = std::string(36, 'a');
  other["init"]["start"] = 1;
  pleat::write_file(state, other.dump());
  const std::string where = "lab homes is of host alpha; use and end it there";
  const CommandResult listed = labs.pleat({"labs"});
  CHECK(listed.out == "no lab is up\n");
  CHECK(holds(listed.err, where));
  CHECK(holds(labs.pleat({"down"}).err, where));
  for (const CommandResult& refused :
       {labs.exec("a", {"true"}), labs.up(), labs.pleat({"down", "--lab", "homes"})}) {
    CHECK(refused.status == 2);
    CHECK(holds(refused.err, where));
  }
  pleat::write_file(state, text);
  CHECK(labs.exec("a", {"true"}).status == 0);
}

TEST_CASE("a lab is left alone by who sees its folder from another PID namespace") {
  require_root();
  StayingLabs labs;
  require_success(labs.up());
  const CommandResult listed =
      run({"unshare", "--pid", "--fork", "--mount-proc", PLEAT_PROGRAM, "labs"});
  CHECK(listed.out == "no lab is up\n");
  CHECK(holds(listed.err, "lab homes is in another PID namespace of this machine"));
  CHECK(labs.exec("a", {"true"}).status == 0);
}

TEST_CASE("a lab that is of the time before the host's restart is gone") {
  require_lab();
  const HostState host = host_state();
  StayingLabs labs;
  require_success(labs.up());
  const fs::path state = labs.labs() / "homes" / "lab.json";
  nlohmann::json before = nlohmann::json::parse(pleat::read_file(state));
  before["boot"] = std::string(36, 'a');
  pleat::write_file(state, before.dump());
  CHECK(holds(labs.pleat({"labs"}).err, "lab homes is gone"));
  CHECK(holds_no_lab(labs.labs()));
  CHECK(lasting_difference(host) == "");  // as it is up all the same, it ends with its folder
}

TEST_CASE("a folder that others may write to is not trusted") {
  require_lab();
  StayingLabs labs;
  fs::create_directory(labs.labs());
  fs::permissions(labs.labs(), fs::perms::all);
  const CommandResult up = labs.up();
  CHECK(up.status == 1);
  CHECK(holds(up.err, "cannot trust the folder " + labs.labs().string()));
}
