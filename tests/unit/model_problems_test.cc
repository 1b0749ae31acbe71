// SPDX-License-Identifier: Apache-2.0
// What the file says wrong by itself. What does not fit together is tested where it belongs:
// model_groups_test.cc and so on.
#include <doctest/doctest.h>

#include "model/load_plan.hh"
#include "tests/unit/model_load.hh"

namespace pleat::test {
namespace {

using Texts = std::vector<std::string>;

struct Case {
  std::string rest;  // begins in line 10, behind a group "g" of ten nodes in 10.1.0.0/24
  std::string problem;
};

void check_all(const std::vector<Case>& cases) {
  for (const auto& [rest, problem] : cases) CHECK(problems_of(with_group(rest)) == Texts{problem});
}

TEST_CASE("text that is no TOML is reported alone, with its place") {
  CHECK(problems_of("[experiment]\nname = \"x\"\nname = \"y\"\n[network]\nprefix = 5\n") ==
        Texts{"3:8: this is not TOML: Error while parsing key-value pair: cannot redefine existing "
              "string 'name'"});
  CHECK(problems_of("a = f\n") ==
        Texts{"1:6: this is not TOML: Error while parsing boolean: expected 'false', saw 'f\\n'"});
}

TEST_CASE("an empty file is told all that has to be there") {
  CHECK(problems_of("") ==
        Texts{"1:1: the file has no experiment; begin it with [experiment] and name = "
              "\"my-experiment\"",
              "1:1: the file has no network; add [network] with prefix = \"10.0.0.0/8\"",
              "1:1: the file has no group; add a [[group]] with name, prefix and nodes",
              "1:1: nothing ends this experiment: no workload finishes; write for example "
              "duration = \"90s\", or make it stay with pleat up"});
}

TEST_CASE("what each table must have is asked for") {
  CHECK(problems_of("[experiment]\n[network]\n[[group]]\n[[latency]]\n[[workload]]\n[setup]\n") ==
        Texts{"1:1: [experiment] has no name; write name = \"my-experiment\"",
              "2:1: [network] has no prefix; write prefix = \"10.0.0.0/8\"",
              "3:1: [[group]] has no name; write name = \"dsl\"",
              "3:1: [[group]] has no prefix; write prefix = \"10.1.0.0/16\"",
              "4:1: [[latency]] has no between; write between = [\"10.1.0.0/16\", "
              "\"10.2.0.0/16\"]",
              "4:1: [[latency]] has no delay; write delay = \"100ms\"",
              "5:1: [[workload]] has no name; write name = \"peer\"",
              "5:1: [[workload]] has neither group nor on; write for example group = \"dsl\"",
              "5:1: [[workload]] has no command; write command = [\"ping\", \"-c\", \"3\", "
              "\"10.0.0.1\"]",
              "6:1: [setup] has no command; write command = [\"ping\", \"-c\", \"3\", "
              "\"10.0.0.1\"]"});
}

TEST_CASE("unknown keys are reported with the nearest known one, in each table") {
  check_all({{"dalay = \"1ms\"",
              "10:1: unknown key \"dalay\" in [[group]]; did you mean "
              "\"delay\"?"},
             {"[grup]", "10:2: unknown key \"grup\" in the file; did you mean \"group\"?"},
             {"[[latency]]\nbetween = [\"g\", \"g\"]\ndelay = \"1ms\"\njitter = \"1ms\"",
              "13:1: unknown key \"jitter\" in [[latency]]; known keys are between, delay"}});
  CHECK(problems_of("[experiment]\nname = \"x\"\nsede = 1\nduration = \"1s\"\n[network]\n"
                    "prefix = \"10.0.0.0/8\"\nmtv = 1500\n[[group]]\nname = \"g\"\n"
                    "prefix = \"10.0.0.0/8\"\nnodes = 1\n") ==
        Texts{"3:1: unknown key \"sede\" in [experiment]; did you mean \"seed\"?",
              "7:1: unknown key \"mtv\" in [network]; did you mean \"mtu\"?"});
}

TEST_CASE("values of the wrong kind are reported with an example of the right one") {
  check_all(
      {{"delay = 30", "10:9: delay must be a text, not a number; write delay = \"20ms\""},
       {"up = 1.5",
        "10:6: up must be a text, not a fraction; write up = "
        "\"1Mbit\""},
       {"[latency]\ndelay = \"1ms\"",
        "10:1: latency must be a list of tables; begin each of them with [[latency]]"},
       {"[[setup]]\ncommand = [\"x\"]", "10:1: setup must be one table; begin it with [setup]"},
       {"[setup]\ncommand = \"make it\"",
        "11:11: command must be a list, not a text; write command = [\"ping\", \"-c\", "
        "\"3\", \"10.0.0.1\"]"},
       {"[setup]\ncommand = [\"x\", 3]",
        "11:17: command must be a list of texts, not with a number in it; write command = "
        "[\"ping\", \"-c\", \"3\", \"10.0.0.1\"]"},
       {"[setup]\ncommand = [\"x\"]\nenvironment = { A = 1 }",
        "12:21: environment: \"A\" must be a text, not a number; put it in double quotes"}});
}

TEST_CASE("quantities are checked for their units and limits") {
  check_all(
      {{"delay = \"30\"",
        "10:9: delay: \"30\" has no unit; write for example \"30s\"; the units of a duration are "
        "ns, us, ms, s, min and h"},
       {"delay = \"-1ms\"",
        "10:9: delay: \"-1ms\" is negative; write a number and a unit, like \"30ms\""},
       {"delay_up = \"2h\"", "10:12: delay_up: \"2h\" is too long; the limit is 1h"},
       {"delay = \"1ms\"\ndelay_up = \"2ms\"",
        "10:9: delay is for both directions, and delay_up for one of them; leave one of the two "
        "out"},
       {"up = \"0kbit\"", "10:6: up: \"0kbit\" lets nothing pass; write \"none\" for no limit"},
       {"down = \"99bit\"",
        "10:8: down: \"99bit\" is no rate of an access link; write one from 100bit to 1000Gbit, "
        "or \"none\" for no limit"},
       {"loss = \"100%\"", "10:8: loss: \"100%\" lets nothing pass; write a loss below 100%"},
       {"queue = \"0packets\"",
        "10:9: queue: \"0packets\" lets nothing pass; write \"none\" for no limit"}});
}

TEST_CASE("a workload's and a step's values are checked") {
  const std::string workload =
      "[[workload]]\nname = \"w\"\ngroup = \"g\"\nnodes = 1\ncommand = [\"true\"]\n";
  check_all(
      {{workload + "on_exit = \"stays\"",
        "15:11: on_exit: unknown word \"stays\"; did you mean \"stay\"?"},
       {workload + "finish = \"sometimes\"",
        "15:10: finish: unknown word \"sometimes\"; known words are exit, never"},
       {workload + "finish = { mark = \"\" }",
        "15:19: mark: \"\" is not a line of text; write for example mark = \"done\""},
       {workload + "finish = {}", "15:10: finish has no mark; write finish = { mark = \"done\" }"},
       {workload + "stop_after = \"0s\"",
        "15:14: stop_after: \"0s\" is no time at all; write a duration above 0"},
       {workload + "payload = \"0MB\"",
        "15:11: payload: \"0MB\" is nothing to receive; leave payload out"},
       {workload + "environment = { \"A=B\" = \"x\" }",
        "15:17: \"A=B\" is no name of an environment variable; use letters, digits and \"_\""},
       {workload + "environment = { A = \"a\\u0000b\" }",
        "15:21: environment: the text holds a NUL byte; leave it out: no program can be given "
        "one"},
       {workload + "files = { \"../x\" = \"\" }",
        "15:11: \"../x\" is no file below the working directory; write a relative path without "
        "\".\" and \"..\", like \"conf/x.ini\""},
       {workload + "files = { \"/etc/x\" = \"\" }",
        "15:11: \"/etc/x\" is no file below the working directory; write a relative path without "
        "\".\" and \"..\", like \"conf/x.ini\""},
       {workload + "files = { stdout = \"\" }",
        "15:11: \"stdout\" is where the program's output goes; give the file another name"},
       {workload + "files = { a = \"\", \"a/b\" = \"\" }",
        "15:19: \"a/b\" is below another of the files; give the file or the folder another name"},
       {"[setup]\ncommand = []",
        "11:11: command is empty; write command = [\"ping\", \"-c\", \"3\", \"10.0.0.1\"]"},
       {"[setup]\ncommand = [\"\"]",
        "11:12: command names no program; write command = [\"ping\", \"-c\", \"3\", "
        "\"10.0.0.1\"]"}});
}

TEST_CASE("the experiment's and the network's values are checked") {
  const auto problems = [](const std::string& experiment, const std::string& network) {
    return problems_of("[experiment]\nname = \"x\"\n" + experiment + "\n[network]\n" + network +
                       "\n[[group]]\nname = \"g\"\nprefix = \"10.1.0.0/16\"\nnodes = 1\n");
  };
  const std::string lasts = "duration = \"1s\"", prefix = "prefix = \"10.0.0.0/8\"";
  CHECK(problems(lasts, prefix).empty());
  CHECK(problems("", prefix) == Texts{"1:1: nothing ends this experiment: no workload finishes; "
                                      "write for example duration = \"90s\", or make it stay "
                                      "with pleat up"});
  CHECK(problems("duration = 90", prefix) ==
        Texts{"3:12: duration must be a text, not a number; write duration = \"90s\""});
  CHECK(problems("duration = \"2h\"\ntime_limit = \"1h\"", prefix) ==
        Texts{"4:14: time_limit: it would end the experiment, as failed, before its duration of "
              "2h; write a longer time_limit, or leave it out"});
  CHECK(problems(lasts + "\nseed = -1", prefix) ==
        Texts{"4:8: seed: -1 is out of range; write a number from 0 to 9223372036854775807"});
  CHECK(problems(lasts + "\nneeds = [\"\"]", prefix) ==
        Texts{"4:10: needs: this names no program; leave it out"});
  CHECK(problems(lasts, prefix + "\nidentity = \"magic\"") ==
        Texts{"6:12: identity: \"magic\" ties no program to its node; write \"auto\", \"preload\", "
              "\"bpf\" or \"both\""});
  CHECK(problems(lasts, prefix + "\nshaper = \"magic\"") ==
        Texts{"6:10: shaper: \"magic\" is no back end; write \"engine\", \"tc\" or \"auto\""});
  CHECK(problems(lasts, prefix + "\npacket_memory = \"1kB\"") ==
        Texts{"6:17: packet_memory: \"1kB\" is out of range; write an amount from 1MiB to 1TiB"});
  CHECK(problems(lasts, prefix + "\nmtu = 100") ==
        Texts{"6:7: mtu: 100 is out of range; write a number from 576 to 65535"});
  CHECK(problems(lasts, "prefix = \"127.0.0.0/8\"") ==
        Texts{"5:10: prefix: \"127.0.0.0/8\" cannot be used: 127.0.0.0/8 is the loopback network; "
              "write for example \"10.0.0.0/8\""});
  CHECK(problems(lasts, "prefix = \"10.0.0.0/7\"") ==
        Texts{"5:10: prefix: \"10.0.0.0/7\" is no network of the right size; write a prefix from "
              "/8 to /30"});
}

TEST_CASE("names are made of few characters, because they become names of folders and hosts") {
  for (const std::string name : {"a b", "", "1a", "../x", "-a", "\xc3\xa9"}) {
    CAPTURE(name);
    const auto problems = problems_of(
        with_head("[[group]]\nname = \"" + name + "\"\nprefix = \"10.1.0.0/16\"\nnodes = 1\n"));
    CHECK(problems == Texts{"7:8: name: \"" + name +
                            "\" is no name; use letters, digits, \"-\", \"_\" and \".\", "
                            "beginning with a letter"});
  }
  const auto problems = problems_of(with_head("[[group]]\nname = \"" + std::string(64, 'a') +
                                              "\"\nprefix = \"10.1.0.0/16\"\nnodes = 1\n"));
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].ends_with("is too long; use at most 63 characters"));
}

TEST_CASE("groups that do not fit are reported") {
  const auto group = [](const std::string& name, const std::string& prefix, const char* nodes) {
    return "[[group]]\nname = \"" + name + "\"\nprefix = \"" + prefix + "\"\n" + nodes + "\n";
  };
  check_all(
      {{group("g", "10.2.0.0/16", "nodes = 1"),
        "11:8: a second group is called \"g\"; the first is in line 7; give each its own name"},
       {group("G", "10.2.0.0/16", "nodes = 1"),
        "11:8: a second group is called \"G\"; the first is in line 7; give each its own name, "
        "whatever the case of its letters"},
       {group("Pleat-probes", "10.2.0.0/16", "nodes = 1"),
        "11:8: the group is called \"Pleat-probes\"; take a name that does not begin with "
        "\"pleat-\", as those of nodes that Pleat adds do"},
       {group("h", "10.2.0.0/16", "nodes = 1\nup = \"1Mbit\"\nqueue_up = \"1499B\""),
        "10:1: the group \"h\" (10.2.0.0/16) has a queue_up of 1499 bytes, which lets no packet of "
        "1500 bytes "
        "(mtu) pass; write at least \"1500B\", or for example \"10packets\""},
       {group("h", "10.1.0.0/24", "nodes = 1"),
        "12:10: a second group has the prefix 10.1.0.0/24; the first is in line 6; give each its "
        "own"},
       {group("h", "10.1.0.0/25", "nodes = 1"),
        "12:10: the group \"h\" (10.1.0.0/25) is within the group \"g\" (10.1.0.0/24), which has "
        "nodes of its own; only a group without nodes, as that in line 6 could be, encloses "
        "others"},
       {group("h", "11.0.0.0/16", "nodes = 1"),
        "12:10: the group \"h\" (11.0.0.0/16) is not within the network 10.0.0.0/8; move it, or "
        "widen the network's prefix"},
       {group("h", "10.2.0.0/24", "nodes = 255"),
        "13:9: 10.2.0.0/24 has room for 254 nodes, not for 255; take a /23 or fewer nodes"},
       {group("h", "10.2.0.0/24", "nodes = 0"),
        "13:9: nodes: 0 is out of range; write a number from 1 to 1000000"},
       {group("h", "10.2.0.0/24", "nodes = 2000000"),
        "13:9: nodes: 2000000 is out of range; write a number from 1 to 1000000"},
       {group("h", "10.2.0.0/24", ""),
        "10:1: the group \"h\" (10.2.0.0/24) has no nodes and encloses no other group; write for "
        "example nodes = 10"},
       {group("h", "10.16.0.0/12", "nodes = 1000000"),
        "13:9: with this group there are more than 1000000 nodes; that is the limit of an "
        "experiment"}});
}

TEST_CASE("more than 4,096 groups with nodes are too many") {
  const auto with_groups = [](int count) {
    std::string groups;
    for (int i = 0; i < count; ++i) {
      groups += "[[group]]\nname = \"g" + std::to_string(i) + "\"\nprefix = \"10." +
                std::to_string(i / 256) + "." + std::to_string(i % 256) + ".0/24\"\nnodes = 1\n";
    }
    return with_head(groups);
  };
  const auto problems = problems_of(with_groups(4097));
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].ends_with(
      ": this is one more than 4096 groups with nodes; that is the limit of an experiment"));
}

TEST_CASE("all problems of a file are reported at once, in its order, and each once") {
  const std::string toml =
      "[experiment]\n"
      "name = \"a b\"\n"
      "durration = \"5s\"\n"
      "[[workload]]\n"
      "name = \"peer\"\n"
      "group = \"dsk\"\n"  // there is only dsl
      "command = [\"x\", \"{iq}\"]\n"
      "[network]\n"
      "prefix = \"10.0.0.0\"\n"  // so nothing is said about groups outside of it
      "[[group]]\n"
      "name = \"dsl\"\n"
      "prefix = \"10.1.0.0/24\"\n"
      "nodes = 300\n"
      "delay = 30\n";
  CHECK(problems_of(toml) ==
        Texts{"2:8: name: \"a b\" is no name; use letters, digits, \"-\", \"_\" and \".\", "
              "beginning with a letter",
              "3:1: unknown key \"durration\" in [experiment]; did you mean \"duration\"?",
              "6:9: there is no group \"dsk\"; did you mean \"dsl\"?",
              "7:17: unknown placeholder \"{iq}\"; did you mean \"ip\"?",
              "9:10: prefix: \"10.0.0.0\" is no prefix; write one like \"10.0.0.0/8\"",
              "13:9: 10.1.0.0/24 has room for 254 nodes, not for 300; take a /23 or fewer nodes",
              "14:9: delay must be a text, not a number; write delay = \"20ms\""});
}

TEST_CASE("one mistake causes no others") {
  const std::string uses_group =
      "[[latency]]\nbetween = [\"g\", \"10.1.0.0/24\"]\ndelay = \"1ms\"\n"
      "[[workload]]\nname = \"w\"\ngroup = \"g\"\nnodes = 3\n"
      "command = [\"x\", \"{ip:w-3}\", \"{ip:v}\"]\n"
      "[[workload]]\nname = \"v\"\ngroup = \"g\"\nnodes = 1\ncommand = [\"x\"]\n";
  REQUIRE(problems_of(with_group(uses_group)).empty());
  // Each of these makes what others refer to unreadable.
  const std::string good = with_group(uses_group);
  const std::pair<std::string, std::string> slips[] = {
      {"name = \"g\"", "name = \"9\""}, {"\"10.1.0.0/24\"\nnodes", "\"10.1/24\"\nnodes"},
      {"nodes = 10", "nodes = \"10\""}, {"[[group]]", "[group]"},
      {"nodes = 3", "nodes = -3"},      {"name = \"v\"", "name = \"v v\""},
      {"nodes = 3", "nodes = 30"}};
  for (const auto& slip : slips) {
    std::string toml = good;
    toml.replace(toml.find(slip.first), slip.first.size(), slip.second);
    CAPTURE(slip.second);
    CHECK(problems_of(toml).size() == 1);
  }
}

}  // namespace
}  // namespace pleat::test
