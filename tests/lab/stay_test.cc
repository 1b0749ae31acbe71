// SPDX-License-Identifier: Apache-2.0
// pleat up, exec, down, labs.
#include <doctest/doctest.h>
#include <signal.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <thread>

#include "sys/clock.hh"
#include "sys/file.hh"
#include "sys/process.hh"
#include "tests/lab/host_state.hh"
#include "tests/lab/lab_run.hh"
#include "tests/lab/nobody.hh"
#include "tests/lab/staying_labs.hh"

using namespace pleat::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kExecSleeping = {
    PLEAT_PROGRAM, "exec", "a", "--", "sh", "-c", "echo up >&2; exec sleep 100"};

bool wait_until(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("a lab stays until it is taken down, and the host is as it was, meanwhile and after") {
  require_lab();
  const HostState before = host_state();
  StayingLabs labs;
  const CommandResult up = labs.up();
  require_success(up);
  CHECK(holds(up.out, "lab homes is up: 2 nodes"));
  CHECK(holds(up.out, "pleat exec --lab homes a -- "));
  CHECK(labs.shell_command("a", "sleep 100 & setsid sleep 100 >&- 2>&- & true").status == 0);
  HostState meanwhile = host_state();
  CHECK(holds(meanwhile.at("processes"), "pleat-lab"));
  CHECK(holds(meanwhile.at("processes"), "sleep"));
  meanwhile["processes"] = before.at("processes");
  meanwhile["cgroups"] = before.at("cgroups");
  CHECK(difference(before, meanwhile) == "");
  const pid_t init = labs.init("homes");
  require_success(labs.pleat({"down"}));
  CHECK(!pleat::process_key(init));  // at once, and nobody in a PID namespace outlives its init
  CHECK(holds_no_lab(labs.labs()));
  CHECK(lasting_difference(before) == "");
}

TEST_CASE("a lab that stays needs no workload and no end") {
  require_lab();
  StayingLabs labs;
  pleat::write_file(labs.experiment(),
                    "[experiment]\nname = \"bare\"\n[network]\nprefix = \"10.0.0.0/8\"\n"
                    "[[group]]\nname = \"g\"\nprefix = \"10.1.0.0/24\"\nnodes = 2\n");
  CHECK(holds(labs.pleat({"plan", "--nodes", labs.experiment().string()}).out, "10.1.0.2"));
  CHECK(holds(labs.pleat({"run", labs.experiment().string()}).err, "nothing ends this experiment"));
  require_success(labs.up());
  require_success(labs.exec("10.1.0.1", {"ping", "-c", "1", "10.1.0.2"}));
}

TEST_CASE("a command in a node crosses the access links of both nodes") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  const CommandResult ping = labs.exec("a", {"ping", "-c", "5", "-i", "0.1", "b"});
  require_success(ping);
  const double fastest = number_after(ping.out, "rtt min/avg/max/mdev = ");
  CHECK(fastest >= 40.0);
  CHECK(fastest < 41.0);
}

TEST_CASE("a command in a node has its identity and environment, as in a run") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  ::setenv("PLEAT_TEST_LEAK", "1", 1);
  ::setenv("TERM", "vt100", 1);
  ::unsetenv("COLUMNS");
  ::unsetenv("LINES");
  ::unsetenv("COLORTERM");
  CHECK(labs.shell_command("a", "env | sort | cut -d = -f 1 | tr '\\n' ' '").out ==
        "BINDIP COLOUR HOME LANG LD_PRELOAD PATH PLEAT_IDENTITY PLEAT_NODE PWD TERM TMPDIR ");
  CHECK(labs.shell_command("a", "echo $PLEAT_NODE $BINDIP $COLOUR $TERM").out ==
        "a 10.1.0.1 blue vt100\n");
  const std::string folder = (labs.labs() / "homes" / "nodes" / "b").string();
  CHECK(labs.shell_command("10.1.0.2", "pwd; echo $HOME; hostname; cat /proc/1/comm").out ==
        folder + "\n" + folder + "\nb\npleat-lab\n");
  const std::string status = labs.exec("a", {"cat", "/proc/self/status"}).out;
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
    CHECK(holds(status, std::string(set) + ":\t0000000000000000"));
  }
  CHECK(holds(status, "NoNewPrivs:\t1"));
}

TEST_CASE("a peer sees the address of the node that a command runs in") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  const std::string serve =
      "import socket\n"
      "server = socket.create_server(('', 4000))\n"
      "open('ready', 'w')\n"
      "print(server.accept()[1][0])\n";
  Command server({PLEAT_PROGRAM, "exec", "b", "--", "python3", "-c", serve}, labs.scratch());
  const fs::path ready = labs.labs() / "homes" / "nodes" / "b" / "ready";
  REQUIRE(wait_until([&] { return fs::exists(ready); }));
  const std::string connect = "import socket; socket.create_connection(('b', 4000))";
  require_success(labs.exec("a", {"python3", "-c", connect}));
  CHECK(server.wait().out == "10.1.0.1\n");
}

TEST_CASE("exec returns the command's status, and passes standard input and signals on") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  CHECK(labs.shell_command("a", "exit 7").status == 7);
  CHECK(labs.shell_command("a", "kill -KILL $$").status == 128 + SIGKILL);
  CHECK(labs.shell_command("a", "kill -INT $$").status == 128 + SIGINT);
  const CommandResult missing = labs.exec("a", {"no-such-program"});
  CHECK(missing.status == 127);
  CHECK(holds(missing.err, "cannot run no-such-program: No such file or directory"));
  CHECK(labs.exec("a", {"/etc/hosts"}).status == 126);
  // Without the two dashes, and with them as an argument.
  CHECK(labs.pleat({"exec", "a", "echo", "-n", "--", "--lab"}).out == "-- --lab");
  const std::string program = PLEAT_PROGRAM;
  CHECK(run({"sh", "-c", "echo hello | " + program + " exec a cat"}).out == "hello\n");

  const std::string patient = "trap 'exit 9' TERM; echo trapped >&2; while :; do sleep 0.05; done";
  Command command({program, "exec", "a", "--", "sh", "-c", patient}, labs.scratch());
  REQUIRE(command.wait_for_error_text("trapped", 5s));
  command.signal(SIGTERM);
  CHECK(command.wait().status == 9);
}

TEST_CASE("the command ends with a pleat exec that is killed") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  Command command(kExecSleeping, labs.scratch());
  REQUIRE(command.wait_for_error_text("up", 5s));
  const auto processes = [&] {
    return nlohmann::json::parse(labs.pleat({"labs", "--json"}).out).at(0).at("processes") == 0;
  };
  CHECK(!processes());
  command.signal(SIGKILL);
  command.wait();
  CHECK(wait_until(processes));
}

TEST_CASE("labs live side by side by their names, and end one by one") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  const CommandResult second = labs.up();
  CHECK(second.status == 2);
  CHECK(holds(second.err, "lab homes is up already; end it with pleat down --lab homes"));
  require_success(labs.up({"--name", "other"}));

  const CommandResult unclear = labs.exec("a", {"true"});
  CHECK(unclear.status == 2);
  CHECK(holds(unclear.err, "--lab takes one of homes other"));
  CHECK(labs.pleat({"down"}).status == 2);
  CHECK(labs.pleat({"exec", "--lab", "other", "a", "cat", "/proc/sys/kernel/hostname"}).out ==
        "a\n");
  for (const std::string lab : {"other", "homes"}) {
    CHECK(holds(labs.pleat({"exec", "--lab", lab, "a", "pwd"}).out, "/" + lab + "/"));
  }

  const auto list = nlohmann::json::parse(labs.pleat({"labs", "--json"}).out);
  REQUIRE(list.size() == 2);
  CHECK(list[0].at("name") == "homes");
  CHECK(list[1].at("name") == "other");
  CHECK(list[1].at("nodes") == 2);
  CHECK(list[1].at("shaper") == "engine");
  CHECK(list[1].at("processes") == 0);

  Command survivor({PLEAT_PROGRAM, "exec", "--lab", "other", "a", "--", "sh", "-c",
                    "echo up >&2; exec sleep 100"},
                   labs.scratch());
  REQUIRE(survivor.wait_for_error_text("up", 5s));
  require_success(labs.pleat({"down", "--lab", "homes"}));
  CHECK(labs.exec("a", {"ping", "-c", "1", "b"}).status == 0);  // now only one can be meant
  require_success(labs.pleat({"down"}));
  CHECK(survivor.wait().status == 128 + SIGTERM);
}

TEST_CASE("names that are wrong are answered with what was probably meant") {
  require_lab();
  StayingLabs labs;
  const CommandResult none = labs.exec("a", {"true"});
  CHECK(none.status == 2);
  CHECK(holds(none.err, "no lab is up; pleat up FILE makes one"));
  require_success(labs.up());
  const CommandResult node = labs.exec("c", {"true"});
  CHECK(node.status == 2);
  CHECK(holds(node.err, "lab homes has no node \"c\"; there are for example a, b"));
  CHECK(labs.exec("10.1.0.3", {"true"}).status == 2);
  const CommandResult lab = labs.pleat({"shell", "--lab", "hoems", "a"});
  CHECK(lab.status == 2);
  CHECK(holds(lab.err, "no lab \"hoems\" is up; did you mean \"homes\"?"));
  CHECK(labs.up({"--name", "../x"}).status == 2);
  CHECK(labs.pleat({"exec", "a"}).status == 2);
}

TEST_CASE("down ends what heeds no SIGTERM within 3 s, and twice is no error") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  Command stubborn({PLEAT_PROGRAM, "exec", "a", "--", "sh", "-c",
                    "trap '' TERM; echo up >&2; while :; do sleep 1; done"},
                   labs.scratch());
  REQUIRE(stubborn.wait_for_error_text("up", 5s));
  const auto asked = pleat::monotonic_now();
  require_success(labs.pleat({"down", "--lab", "homes"}));
  CHECK(pleat::monotonic_now() - asked < 3s);
  CHECK(stubborn.wait().status == 128 + SIGKILL);
  const CommandResult again = labs.pleat({"down", "--lab", "homes"});
  CHECK(again.status == 0);
  CHECK(holds(again.err, "no lab homes is up"));
  CHECK(labs.pleat({"down"}).status == 0);
  CHECK(labs.pleat({"down", "--all"}).status == 0);
}

TEST_CASE("a pleat exec that is stopped does not hold its lab up") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  Command command(kExecSleeping, labs.scratch());
  REQUIRE(command.wait_for_error_text("up", 5s));
  command.signal(SIGSTOP);
  const auto asked = pleat::monotonic_now();
  require_success(labs.pleat({"down"}));
  CHECK(pleat::monotonic_now() - asked < 3s);
  CHECK(command.wait().status == 128 + SIGTERM);
}

TEST_CASE("a lab that was killed leaves nothing, and the next command says so") {
  require_lab();
  const HostState before = host_state();
  StayingLabs labs;
  for (const bool init : {true, false}) {
    require_success(labs.up());
    Command command({PLEAT_PROGRAM, "exec", "a", "--", "sh", "-c", "echo up >&2; exec sleep 100"},
                    labs.scratch());
    REQUIRE(command.wait_for_error_text("up", 5s));
    const pid_t victim = init ? labs.init("homes") : labs.supervisor("homes");
    REQUIRE(victim > 1);
    ::kill(victim, SIGKILL);
    CHECK(command.wait().status != 0);
    CHECK(lasting_difference(before) == "");
    const CommandResult list = labs.pleat({"labs"});
    CHECK(list.out == "no lab is up\n");
    CHECK(holds(list.err, "lab homes is gone"));
    CHECK(holds_no_lab(labs.labs()));
    CHECK(labs.pleat({"labs"}).err == "");
  }
  require_success(labs.up());
  ::kill(labs.init("homes"), SIGKILL);
  REQUIRE(lasting_difference(before) == "");
  const CommandResult up = labs.up();  // in the place of the dead one
  require_success(up);
  CHECK(holds(up.err, "lab homes is gone"));
}

TEST_CASE("a lab ends when its folder is removed") {
  require_lab();
  const HostState before = host_state();
  StayingLabs labs;
  require_success(labs.up());
  fs::remove_all(labs.labs() / "homes");
  CHECK(lasting_difference(before) == "");
}

TEST_CASE("whenever pleat up is killed, there is a whole lab or none") {
  require_lab();
  const HostState before = host_state();
  StayingLabs labs;
  const unsigned seed = std::random_device()();
  MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  const auto begun = pleat::monotonic_now();
  require_success(labs.up());
  const auto whole =
      std::chrono::duration_cast<std::chrono::microseconds>(pleat::monotonic_now() - begun);
  require_success(labs.pleat({"down"}));
  int made = 0;
  for (int i = 0; i < 30; ++i) {
    Command up({PLEAT_PROGRAM, "up", labs.experiment().string()}, labs.scratch());
    std::this_thread::sleep_for(whole * (random() % 1500) / 1000);
    up.signal(SIGKILL);
    up.wait();
    // Either it is up now, or it was up to the moment when its maker died.
    if (labs.exec("a", {"true"}).status == 0) {
      ++made;
      require_success(labs.pleat({"down"}));
    }
    REQUIRE(lasting_difference(before) == "");
    labs.pleat({"labs"});
    REQUIRE(holds_no_lab(labs.labs()));
  }
  // One and a half times as long as it takes: both happen.
  CHECK(made > 0);
  CHECK(made < 30);
}

TEST_CASE("a lab holds nothing of whoever made it") {
  require_lab();
  StayingLabs labs;
  const std::string up = std::string(PLEAT_PROGRAM) + " up " + labs.experiment().string();
  const std::string lock = (labs.scratch() / "lock").string();
  // cat would wait for whoever else has the pipe.
  require_success(run({"sh", "-c", "exec 9>" + lock + "; " + up + " 2>&1 | cat"}));
  for (const pid_t pid : {labs.init("homes"), labs.supervisor("homes")}) {
    const fs::path process = "/proc/" + std::to_string(pid);
    for (const auto& entry : fs::directory_iterator(process / "fd")) {
      const std::string file = fs::read_symlink(entry.path());
      INFO(entry.path().filename() << " -> " << file);
      CHECK(file != lock);
      CHECK(!file.starts_with("/dev/pts"));
      CHECK((std::stoi(entry.path().filename()) > 2 || file == "/dev/null" ||
             file == (labs.labs() / "homes" / "log").string()));
    }
    const std::string stat = pleat::read_file(process / "stat");
    // Its session is not ours: the terminal's end is not its own.
    std::istringstream fields(stat.substr(stat.rfind(')') + 1));
    std::string state;
    pid_t parent = 0, group = 0, session = 0;
    fields >> state >> parent >> group >> session;
    CHECK(session == labs.supervisor("homes"));
  }
}

TEST_CASE("marks of a lab that stays go to its log") {
  require_lab();
  StayingLabs labs;
  require_success(labs.up());
  require_success(labs.exec("a", {"pleat", "mark", "half way"}));
  const fs::path log = labs.labs() / "homes" / "log";
  CHECK(wait_until([&] { return holds(pleat::read_file(log), "mark a: half way\n"); }));
}

TEST_CASE("programs in a lab that stays are looked at as well, and the log names what slips") {
  require_lab();
  StayingLabs labs;
  std::string experiment = kTwoHomes;
  const std::string network = "[network]\n";
  experiment.insert(experiment.find(network) + network.size(), "identity = \"preload\"\n");
  pleat::write_file(labs.experiment(), experiment);
  require_success(labs.up());
  require_success(labs.shell_command("b", "nc -l 5000 < /dev/null & " PLEAT_WANDERER " 7000 &"));
  const fs::path log = labs.labs() / "homes" / "log";
  const std::string wanderer = "warning: b: " PLEAT_WANDERER ": ";
  CHECK(wait_until([&] {
    const std::string text = pleat::read_file(log);
    return holds(text, wanderer + "TCP socket on 0.0.0.0:7000 is at no node's address\n") &&
           holds(text, wanderer +
                           "the program is linked statically, so that the identity library "
                           "does not reach it\n");
  }));
  CHECK_FALSE(holds(pleat::read_file(log), "/nc"));
}

TEST_CASE("an ordinary user's lab stays, too") {
  require_root();
  const HostState before = host_state();
  StayingLabs labs;
  const auto as_nobody = [&](const std::vector<std::string>& arguments, const char* mode = "0666") {
    const Folder output;
    return Command(pleat_as_nobody(labs.scratch(), mode, arguments), output.path()).wait();
  };
  const std::string file = labs.experiment().string();
  const CommandResult closed = as_nobody({"up", file}, "0600");
  CHECK(closed.status == 1);
  CHECK(holds(closed.err, "cannot open /dev/net/tun: Permission denied"));
  CHECK(holds_no_lab(labs.scratch() / "pleat" / "labs"));

  require_success(as_nobody({"up", file}));
  CHECK(as_nobody({"exec", "a", "--", "id", "-u"}).out == "65534\n");
  const CommandResult ping = as_nobody({"exec", "a", "--", "ping", "-c", "2", "b"});
  CHECK(holds(ping.out, "2 received"));
  CHECK(holds(as_nobody({"exec", "a", "grep", "CapEff", "/proc/self/status"}).out,
              "0000000000000000"));
  const auto list = nlohmann::json::parse(as_nobody({"labs", "--json"}).out);
  CHECK(list.at(0).at("processes") == 0);
  require_success(as_nobody({"down"}));
  CHECK(holds_no_lab(labs.scratch() / "pleat" / "labs"));
  CHECK(lasting_difference(before) == "");
}
