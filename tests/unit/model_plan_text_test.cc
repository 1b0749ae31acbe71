// SPDX-License-Identifier: Apache-2.0
// Details of the plan's text; whole texts are in tests/golden.
#include <doctest/doctest.h>

#include "model/plan_text.hh"
#include "model/text_table.hh"
#include "tests/unit/model_load.hh"

namespace pleat::test {
namespace {

// doctest shows both where this fails.
void check_has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CAPTURE(part);
  CHECK(text.find(part) != std::string::npos);
}

std::string workload(const std::string& rest) {
  return "[[workload]]\nname = \"w\"\ncommand = [\"true\"]\n" + rest + "\n";
}

TEST_CASE("nodes that follow each other are shown as a range") {
  check_has(to_text(load(with_group(workload("group = \"g\"\nstart = { every = \"0.25s\" }")))),
            "10 nodes  w-1 .. w-10  10.1.0.1 .. 10.1.0.10  start 0s + 250ms each\n");
  check_has(to_text(load(with_group(workload("on = [\"10.1.0.2\", \"10.1.0.3\", \"10.1.0.1\"]")))),
            "3 nodes  w-1 .. w-3  10.1.0.2 .. 10.1.0.3, 10.1.0.1  start 0s\n");
  const std::string apart =
      "on = [\"10.1.0.1\", \"10.1.0.3\", \"10.1.0.5\", \"10.1.0.7\", "
      "\"10.1.0.9\"]";
  check_has(to_text(load(with_group(workload(apart)))),
            "10.1.0.1, 10.1.0.3, 10.1.0.5, 10.1.0.7, ...  start 0s\n");
}

TEST_CASE("commands are shown as one would type them") {
  const Plan plan =
      load(with_group("[[workload]]\nname = \"w\"\ngroup = \"g\"\nnodes = 1\n"
                      "command = [\"sh\", \"-c\", \"echo 'a b' \\\"$1\\\"\", \"\"]\n"));
  check_has(to_text(plan), "    sh -c 'echo '\\''a b'\\'' \"$1\"' ''\n");
}

TEST_CASE("groups that are all equally far from each other are one line") {
  std::string groups;
  for (const char* number : {"1", "2", "3", "4", "9"}) {
    groups += "[[group]]\nname = \"g" + std::string(number) + "\"\nprefix = \"10." + number +
              ".0.0/16\"\nnodes = 1\n";
  }
  const auto latency = [](const std::string& a, const std::string& b, const std::string& delay) {
    return "[[latency]]\nbetween = [\"" + a + "\", \"" + b + "\"]\ndelay = \"" + delay + "\"\n";
  };
  const std::string all = latency("10.0.0.0/13", "10.0.0.0/13", "5ms");
  const std::string far = latency("10.0.0.0/13", "g9", "90ms");
  const std::string within = latency("g9", "g9", "1ms");
  check_has(to_text(load(with_head(groups + all + far + within))),
            "latency between groups\n"
            "   1ms  within g9\n"
            "   5ms  among g1 .. g4\n"
            "  90ms  g1 .. g4 - g9\n");
  // One pair apart from the rest: no longer all the same. What is not stated may be forgotten.
  check_has(to_text(load(with_head(groups + all + latency("g1", "g2", "7ms")))),
            "latency between groups\n"
            "   0s  g1 .. g4 - g9\n"
            "  5ms  g1, g2 - g3, g4\n"
            "  5ms  g3 - g4\n"
            "  7ms  g1 - g2\n");
}

TEST_CASE("a line for each node is there on request") {
  const Plan plan = load(with_group(workload("group = \"g\"\nnodes = 1\nstart = \"2s\"")));
  CHECK(to_text(plan).find("\nnodes\n") == std::string::npos);
  check_has(to_text(plan, {.every_node = true}),
            "\nnodes\n"
            "  w     10.1.0.1   g  w     start 2s\n"
            "  g-2   10.1.0.2   g  idle\n");
}

TEST_CASE("a table's columns are aligned, to the right where asked") {
  CHECK(text_table({{"a", "1"}, {"bcd", "100", "x"}}, "> ", {1}) ==
        "> a      1\n"
        "> bcd  100  x\n");
  CHECK(text_table({}, "> ").empty());
}

}  // namespace
}  // namespace pleat::test
