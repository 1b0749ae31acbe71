// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "model/load_plan.hh"
#include "tests/unit/model_load.hh"

namespace pleat::test {
namespace {

std::string workload(const std::string& name, const std::string& rest) {
  return "[[workload]]\nname = \"" + name + "\"\ncommand = [\"true\"]\n" + rest + "\n";
}

TEST_CASE("workloads take the next free nodes of their group in the order of the file") {
  const Plan plan = load(with_group(workload("tracker", "group = \"g\"\nnodes = 1") +
                                    workload("seeder", "group = \"g\"\nnodes = 2") +
                                    workload("peer", "group = \"g\"")));
  CHECK(node(plan, "tracker").address().text() == "10.1.0.1");
  CHECK(node(plan, "seeder-1").address().text() == "10.1.0.2");
  CHECK(node(plan, "seeder-2").address().text() == "10.1.0.3");
  CHECK(node(plan, "peer-1").address().text() == "10.1.0.4");
  CHECK(node(plan, "peer-7").address().text() == "10.1.0.10");
  CHECK(node(plan, "peer-7").number == 7);
  CHECK(node(plan, "peer-7").workload == 2);
}

TEST_CASE("listed addresses are taken first, and numbered as they are listed") {
  const Plan plan = load(with_group(workload("peer", "group = \"g\"\nnodes = 3") +
                                    workload("server", "on = [\"10.1.0.9\", \"10.1.0.2\"]")));
  CHECK(node(plan, "server-1").address().text() == "10.1.0.9");
  CHECK(node(plan, "server-2").address().text() == "10.1.0.2");
  CHECK(node(plan, "peer-1").address().text() == "10.1.0.1");
  CHECK(node(plan, "peer-2").address().text() == "10.1.0.3");
  CHECK(node(plan, "peer-3").address().text() == "10.1.0.4");
  CHECK(node(plan, "g-10").address().text() ==
        "10.1.0.10");  // idle: named by its place in the group
}

TEST_CASE("wishes for nodes that are not there are errors") {
  struct Case {
    std::string rest;
    std::vector<std::string> problems;
  };
  const Case cases[] = {
      {workload("a", "group = \"g\"\nnodes = 11"),
       {"14:9: of the 10 nodes of \"g\" 10 are left, not 11; give the group more nodes, or its "
        "workloads fewer"}},
      {workload("a", "group = \"g\"") + workload("b", "group = \"g\""),
       {"17:9: of the 10 nodes of \"g\" 0 are left; give the group more nodes, or its workloads "
        "fewer"}},
      {workload("a", "group = \"gg\""),
       {"13:9: there is no group \"gg\"; the groups with nodes are g"}},
      {workload("a", "group = \"all\"") + "[[group]]\nname = \"all\"\nprefix = \"10.0.0.0/8\"\n",
       {"13:9: the group \"all\" has no nodes of its own; the groups with nodes are g"}},
      {workload("a", "on = [\"10.1.0.11\"]"),
       {"13:7: on: no node has the address 10.1.0.11; the nodes of a group have its first "
        "addresses; `pleat plan` shows them"}},
      {workload("a", "on = [\"10.1.0.1\", \"10.1.0.1\"]"),
       {"13:19: on: 10.1.0.1 is already taken in line 10; list each node once"}},
      {workload("a", "on = [\"10.1.0\"]"),
       {"13:7: on: \"10.1.0\" is no IPv4 address; write one like \"10.0.0.1\""}},
      {workload("a", "on = []"), {"13:6: on is empty; write for example on = [\"10.1.1.137\"]"}},
      {workload("a", "on = [\"10.1.0.1\"]\nnodes = 1"),
       {"13:6: the addresses of on already say which nodes are taken; leave out on, or group and "
        "nodes"}},
      {workload("a", ""),
       {"10:1: [[workload]] has neither group nor on; write for example group = \"dsl\""}},
      {workload("a", "group = \"g\"\nnodes = 1") + workload("a", "group = \"g\""),
       {"16:8: a second workload is called \"a\"; the first is in line 11; give each its own "
        "name"}},
      {workload("a", "group = \"g\"\nnodes = 3") + workload("A-2", "group = \"g\"\nnodes = 1"),
       {"16:8: two nodes would be called \"A-2\"; rename the workload"}},
      {workload("a", "group = \"g\"\nnodes = 3") + workload("a-2", "group = \"g\"\nnodes = 1"),
       {"16:8: two nodes would be called \"a-2\"; rename the workload"}},
      {workload("localhost", "group = \"g\""),
       {"11:8: name: each node is \"localhost\" to itself; take another name"}},
      {workload("pleat-probe", "group = \"g\""),
       {"11:8: the workload is called \"pleat-probe\"; take a name that does not begin with "
        "\"pleat-\", as those of nodes that Pleat adds do"}},
  };
  for (const auto& [rest, problems] : cases) CHECK(problems_of(with_group(rest)) == problems);
}

TEST_CASE("programs are listed once, with what to report where they are missing") {
  const std::string toml = with_group(workload("a", "group = \"g\"\nnodes = 1") +
                                      workload("b", "group = \"g\"\nnodes = 1") +
                                      "[[workload]]\nname = \"c\"\ngroup = \"g\"\n"
                                      "command = [\"{run}/built\"]\n"
                                      "[check]\ncommand = [\"/bin/we{{ird\"]\n");
  const auto programs = load_plan(toml, "x.toml").programs;
  REQUIRE(programs.size() == 2);
  CHECK(programs[0].program == "true");
  CHECK(programs[0].when_missing.text() ==
        "x.toml:12:12: there is no program \"true\" in PATH; install it, or write another");
  CHECK(programs[1].program == "/bin/we{ird");
  CHECK(programs[1].when_missing.text() ==
        "x.toml:25:12: there is no program \"/bin/we{ird\"; install it, or write another");
}

}  // namespace
}  // namespace pleat::test
