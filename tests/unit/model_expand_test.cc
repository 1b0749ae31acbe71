// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "model/expand.hh"
#include "tests/unit/model_load.hh"

namespace pleat::test {
namespace {

// A workload of one word, in line 14.
std::string with_word(const std::string& word) {
  return with_group(
      "[[workload]]\nname = \"w\"\ngroup = \"g\"\nnodes = 3\ncommand = [\"run\", \"" + word +
      "\"]\n[[workload]]\nname = \"tracker\"\ngroup = \"g\"\nnodes = 1\ncommand = [\"t\"]\n");
}

std::string expanded(const std::string& word) {
  const Plan plan = load(with_word(word));
  return expand(plan, node(plan, "w-2"), "/runs/r").argv.at(1);
}

TEST_CASE("each placeholder of a node has its value") {
  CHECK(expanded("{ip}") == "10.1.0.2");
  CHECK(expanded("{name} {index} {group} {workload}") == "w-2 2 g w");
  CHECK(expanded("{run} {dir}") == "/runs/r /runs/r/nodes/w-2");
  CHECK(expanded("{seed} {network} {experiment}") == "1 10.0.0.0/8 x");
  CHECK(expanded("{ip:tracker},{ip:w-3}") == "10.1.0.4,10.1.0.3");
  CHECK(expanded("{{ip}} {{{ip}}} ${{HOME}}") == "{ip} {10.1.0.2} ${HOME}");
  CHECK(expanded("") == "");
}

TEST_CASE("environment and files are filled in too, the files' paths as well") {
  const Plan plan =
      load(with_group("[[workload]]\nname = \"w\"\ngroup = \"g\"\nnodes = 1\n"
                      "command = [\"run\"]\nenvironment = { ME = \"{name}\" }\n"
                      "files = { \"conf/{name}.ini\" = \"{ip}\\n\" }\n"));
  const NodeCommand command = expand(plan, node(plan, "w"), "/r");
  CHECK(command.environment == std::map<std::string, std::string>{{"ME", "w"}});
  CHECK(command.files == std::vector<PlanFile>{{"conf/w.ini", "10.1.0.1\n"}});
}

TEST_CASE("a step works in a folder of its own and can ask for nodes") {
  const Plan plan = load(with_word("") +
                         "[check]\ncommand = [\"cmp\", \"{dir}\", \"{ip:tracker}\", \"{run}\"]\n");
  CHECK(expand(plan, *plan.check, "/r").argv ==
        std::vector<std::string>{"cmp", "/r/check", "10.1.0.4", "/r"});
}

TEST_CASE("a placeholder that means nothing is an error with what would") {
  struct Case {
    std::string word, problem;
  };
  const Case cases[] = {
      {"{nmae}", "unknown placeholder \"{nmae}\"; did you mean \"name\"?"},
      {"{port}",
       "unknown placeholder \"{port}\"; known placeholders are ip, ip6, name, index, group, "
       "workload, "
       "run, dir, seed, network, experiment"},
      {"${HOME}", "unknown placeholder \"{HOME}\"; for the shell's ${HOME} write \"${{HOME}}\""},
      {"a { b", "a \"{\" without a \"}\" behind it; write \"{{\" and \"}}\" for literal braces"},
      {"a } b", "a \"}\" without a \"{\" before it; write \"{{\" and \"}}\" for literal braces"},
      {"{}", "the placeholder \"{}\" has no name; write \"{{\" and \"}}\" for literal braces"},
      {"{name:w-1}",
       "\"{name:w-1}\": only ip and ip6 can be asked of another node; write \"{name}\""},
      {"{ip:trakcer}", "there is no node \"trakcer\"; did you mean \"tracker\"?"},
      {"{ip:tracker-1}", "there is no node \"tracker-1\"; did you mean \"tracker\"?"},
      {"{ip:w}", "there is no node \"w\"; the nodes of \"w\" are \"w-1\" to \"w-3\""},
      {"{ip:w-4}", "there is no node \"w-4\"; the nodes of \"w\" are \"w-1\" to \"w-3\""},
      {"{ip:other}", "there is no node \"other\"; there are for example w-1, tracker"}};
  for (const auto& [word, problem] : cases) {
    CHECK(problems_of(with_word(word)) == std::vector<std::string>{"14:19: " + problem});
  }
}

TEST_CASE("a step belongs to no node, and a path has no slashes from placeholders") {
  CHECK(problems_of(with_word("") + "[setup]\ncommand = [\"x\", \"{name}\"]\n") ==
        std::vector<std::string>{
            "21:17: \"{name}\" has no meaning here; it is about a node, and a step belongs to "
            "none"});
  CHECK(problems_of(with_word("") + "[setup]\ncommand = [\"x\"]\nfiles = { \"{dir}\" = \"\" }\n") ==
        std::vector<std::string>{
            "22:11: \"{dir}\" has no meaning here; it would put slashes into the path"});
}

}  // namespace
}  // namespace pleat::test
