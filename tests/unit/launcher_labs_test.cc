// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "launcher/labs/find_lab.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "tests/folder.hh"
#include "tests/unit/launcher_small_plan.hh"

using namespace pleat;
namespace fs = std::filesystem;

namespace {

// A lab that is up as long as this test runs.
LabState lab(const std::string& name) {
  return {.name = name,
          .experiment = "/some/where/x.toml",
          .shaper = "engine",
          .identity = "both",
          .cgroup = "/sys/fs/cgroup/pleat-1-2",
          .nodes = 7,
          .since = "2026-11-22T09:30:00Z",
          .init = *process_key(::getpid()),
          .supervisor = *process_key(::getppid())};
}

LabState dead(const std::string& name) {
  LabState state = lab(name);
  state.init.start += 1;
  return state;
}

void put(const LabsFolder& labs, const LabState& state) {
  const fs::path folder = labs.make_unfinished(state.name);
  write_state(folder, state);
  REQUIRE(labs.publish(folder, state.name));
}

class OwnLabs {
 public:
  OwnLabs() { ::setenv("PLEAT_LABS", (folder_.path() / "labs").c_str(), 1); }

 private:
  test::Folder folder_;
};

}  // namespace

TEST_CASE("what is written down of a lab comes back as it was") {
  const test::Folder folder;
  CHECK(!read_state(folder.path()));
  write_state(folder.path(), lab("one"));
  const auto state = read_state(folder.path());
  REQUIRE(state);
  CHECK(to_json(*state) == to_json(lab("one")));
  write_file(folder.path() / "lab.json", "{\"name\": \"one\"}");
  CHECK(!read_state(folder.path()));

  const Plan plan = test::small_plan({test::workload(Finish::kExit)});
  write_plan(folder.path(), plan);
  CHECK(read_plan(folder.path()) == plan);
  write_file(folder.path() / "plan.json", "{}");
  CHECK_THROWS_AS(read_plan(folder.path()), SystemError);
}

TEST_CASE("labs that are up are found, and what is left of dead ones is removed") {
  const OwnLabs own;
  const LabsFolder labs;
  put(labs, lab("two"));
  put(labs, lab("one"));
  put(labs, dead("gone"));
  const auto up = labs_that_are_up(labs);
  REQUIRE(up.size() == 2);
  CHECK(up[0].name == "one");
  CHECK(up[1].name == "two");
  CHECK(!fs::exists(labs.of("gone")));
}

TEST_CASE("what is not a lab's is left alone, whatever is in the folder of labs") {
  const OwnLabs own;
  const LabsFolder labs;
  const auto keep = [&](const fs::path& folder) {
    fs::create_directories(labs.path() / folder);
    write_file(labs.path() / folder / "notes", "mine");
  };
  for (const char* folder :
       {"Documents", "damaged", "copy-of-gone", "lab.json", ".config", ".cache.1.2", ".new-lab.1",
        ".old-lab.1x.2", ".new-lab.1.2.bak", ".new-lab.-1.2", ".new-lab.99999999999.2"}) {
    keep(folder);
  }
  write_file(labs.path() / "damaged" / "lab.json", "{}");
  write_state(labs.path() / "copy-of-gone", dead("gone"));
  fs::create_directory(labs.path() / "empty");
  put(labs, dead("gone"));
  CHECK(labs_that_are_up(labs).empty());
  CHECK(!fs::exists(labs.of("gone")));
  int kept = 0;
  for (const auto& entry : fs::directory_iterator(labs.path())) {
    kept += fs::exists(entry.path() / "notes") ? 1 : 0;
  }
  CHECK(kept == 11);
  CHECK(fs::exists(labs.of("empty")));
}

TEST_CASE("a lab takes the place of nothing that is in the folder of labs") {
  const OwnLabs own;
  const LabsFolder labs;
  fs::create_directory(labs.of("empty"));
  const fs::path unfinished = labs.make_unfinished("empty");
  write_state(unfinished, lab("empty"));
  CHECK(!labs.publish(unfinished, "empty"));
  CHECK(fs::is_empty(labs.of("empty")));
  CHECK_THROWS_WITH_AS(require_free_name(labs, "empty"),
                       (labs.of("empty").string() +
                        " is there already, and is not the folder of a lab; choose another name "
                        "with --name")
                           .c_str(),
                       UserError);
  put(labs, lab("one"));
  CHECK_THROWS_WITH_AS(require_free_name(labs, "one"),
                       "lab one is up already; end it with pleat down --lab one, or choose "
                       "another name with --name",
                       UserError);
  put(labs, dead("gone"));
  CHECK_NOTHROW(require_free_name(labs, "gone"));
}

TEST_CASE("a name is given to one lab only") {
  const OwnLabs own;
  const LabsFolder labs;
  put(labs, lab("one"));
  const fs::path second = labs.make_unfinished("one");
  write_state(second, lab("one"));
  CHECK(!labs.publish(second, "one"));
}

TEST_CASE("what a dead process left unfinished is removed, and what a living one makes is not") {
  const OwnLabs own;
  const LabsFolder labs;
  const fs::path ours = labs.make_unfinished("ours");
  const ProcessKey self = *process_key(::getpid());
  const std::string other = "." + std::to_string(self.pid) + "." + std::to_string(self.start + 1);
  const fs::path made = labs.path() / (".new-left.over" + other);
  const fs::path removed = labs.path() / (".old-left" + other);
  fs::create_directories(made / "nodes");
  fs::create_directories(removed / "nodes");
  labs.remove_leftovers();
  CHECK(fs::exists(ours));
  CHECK(!fs::exists(made));
  CHECK(!fs::exists(removed));
}

TEST_CASE("a lab is removed only while the condition holds") {
  const OwnLabs own;
  const LabsFolder labs;
  put(labs, lab("one"));
  CHECK(!labs.remove("one", [] { return false; }));
  CHECK(fs::exists(labs.of("one")));
  CHECK(labs.remove("one", [] { return true; }));
  CHECK(!fs::exists(labs.of("one")));
  CHECK(!labs.remove("one", [] { return true; }));
}

TEST_CASE("the lab that is meant is the one that is named, or the only one") {
  CHECK(find_lab({lab("one")}, "").name == "one");
  CHECK(find_lab({lab("one"), lab("two")}, "two").name == "two");
  CHECK_THROWS_WITH_AS(find_lab({}, "one"), "no lab is up; pleat up FILE makes one", UserError);
  CHECK_THROWS_WITH_AS(find_lab({lab("one"), lab("two")}, ""),
                       "which lab? --lab takes one of one two", UserError);
  CHECK_THROWS_WITH_AS(find_lab({lab("one")}, "oen"), "no lab \"oen\" is up; did you mean \"one\"?",
                       UserError);
}

TEST_CASE("a node is found by its name and by its address") {
  const Plan plan =
      test::small_plan({test::workload(Finish::kExit), test::workload(Finish::kExit)});
  CHECK(find_node(plan, "node-1").address().text() == "10.1.0.2");
  CHECK(find_node(plan, "10.1.0.1").name == "node-0");
  Plan dual = plan;
  dual.nodes[1].ipv6 = Address::parse("2001:db8::a01:2");
  CHECK(find_node(dual, "2001:db8:0::10.1.0.2").name == "node-1");
  CHECK_THROWS_WITH_AS(find_node(plan, "node1"),
                       "lab small has no node \"node1\"; did you mean \"node-1\"?", UserError);
  CHECK_THROWS_WITH_AS(find_node(plan, "10.1.0.3"),
                       "no node of lab small has the address 10.1.0.3; they are in 10.0.0.0/8",
                       UserError);
}
