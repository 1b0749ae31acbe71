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
          .realm = own_realm(),
          .init = *process_key(::getpid()),
          .supervisor = *process_key(::getppid())};
}

LabState dead(const std::string& name) {
  LabState state = lab(name);
  state.init.start += 1;
  return state;
}

LabState of_another_host(const std::string& name) {
  LabState state = dead(name);
  state.realm.host = "alpha";
  state.realm.boot = std::string(36, 'a');
  return state;
}

LabState of_another_namespace(const std::string& name) {
  LabState state = dead(name);
  state.realm.pid_namespace += 1;
  return state;
}

// A hidden name of ours, as this process would use it there.
std::string hidden(const std::string& what, const LabState& lab) {
  return "." + what + "." + std::to_string(lab.init.pid) + "." + std::to_string(lab.init.start) +
         "." + std::to_string(lab.realm.pid_namespace) + "." + lab.realm.boot + "." +
         lab.realm.host;
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
  CHECK(*state == lab("one"));
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
  const auto up = look_for_labs(labs).up;
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
  const std::string owner = hidden("", dead("")).substr(1);
  const std::vector<std::string> others = {
      "Documents",
      "damaged",
      "copy-of-gone",
      "lab.json",
      ".config",
      ".cache.1.2",
      ".lab" + owner,
      "new-lab" + owner,
      ".new-" + owner,
      ".new-lab.x" + owner.substr(1),
      ".old-lab.99999999999" + owner.substr(owner.find('.', 1))};
  for (const std::string& folder : others) keep(folder);
  write_file(labs.path() / "damaged" / "lab.json", "{}");
  write_state(labs.path() / "copy-of-gone", dead("gone"));
  fs::create_directory(labs.path() / "empty");
  put(labs, dead("gone"));
  CHECK(look_for_labs(labs).up.empty());
  CHECK(!fs::exists(labs.of("gone")));
  for (const std::string& folder : others) CHECK(fs::exists(labs.path() / folder / "notes"));
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
  CHECK(ours.filename() == hidden("new-ours", lab("ours")));
  LabState restarted = lab("restarted");
  restarted.realm.boot = std::string(36, 'a');
  for (const std::string& name : {hidden("new-left.over", dead("")), hidden("old-left", dead("")),
                                  hidden("new-left", restarted)}) {
    fs::create_directories(labs.path() / name / "nodes");
    labs.remove_leftovers();
    CHECK(!fs::exists(labs.path() / name));
  }
  CHECK(fs::exists(ours));
}

TEST_CASE("what processes elsewhere left unfinished is not removed") {
  const OwnLabs own;
  const LabsFolder labs;
  for (const LabState& lab : {of_another_host(""), of_another_namespace("")}) {
    const fs::path made = labs.path() / hidden("new-lab", lab);
    fs::create_directories(made);
    labs.remove_leftovers();
    CHECK(fs::exists(made));
  }
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

TEST_CASE("a lab of elsewhere is left alone, and said to be there where it may be meant") {
  const OwnLabs own;
  const LabsFolder labs;
  put(labs, of_another_host("far"));
  put(labs, of_another_namespace("near"));
  const auto text = [&](const std::string& lab, const std::string& where) {
    return "lab " + lab + " is " + where +
           "; use and end it there, or, where that is gone for good, remove " +
           labs.of(lab).string();
  };
  const std::string far = text("far", "of host alpha");
  const std::string near =
      text("near", "in another PID namespace of this machine, host name " + own_realm().host);
  const Labs found = look_for_labs(labs);
  CHECK(found.up.empty());
  REQUIRE(found.elsewhere.size() == 2);
  CHECK(found.elsewhere[0].text == far);
  CHECK(found.elsewhere[1].text == near);
  CHECK(fs::exists(labs.of("far")));
  CHECK(fs::exists(labs.of("near")));
  CHECK_THROWS_WITH_AS(find_lab(found, "near"), near.c_str(), UserError);
  CHECK_THROWS_WITH_AS(find_lab(found, ""), far.c_str(), UserError);
  CHECK_THROWS_WITH_AS(require_free_name(labs, "far"),
                       (far + "; or choose another name with --name").c_str(), UserError);
  put(labs, lab("one"));
  CHECK(find_lab(look_for_labs(labs), "").name == "one");
}

TEST_CASE("the lab that is meant is the one that is named, or the only one") {
  const Labs one{.up = {lab("one")}};
  const Labs two{.up = {lab("one"), lab("two")}};
  CHECK(find_lab(one, "").name == "one");
  CHECK(find_lab(two, "two").name == "two");
  CHECK_THROWS_WITH_AS(find_lab({}, "one"), "no lab is up; pleat up FILE makes one", UserError);
  CHECK_THROWS_WITH_AS(find_lab(two, ""), "which lab? --lab takes one of one two", UserError);
  CHECK_THROWS_WITH_AS(find_lab(one, "oen"), "no lab \"oen\" is up; did you mean \"one\"?",
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
