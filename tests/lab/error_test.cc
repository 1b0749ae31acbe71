// SPDX-License-Identifier: Apache-2.0
// The paths that users walk when something is wrong: the message, and the exit status.
#include <doctest/doctest.h>

#include <unistd.h>

#include "sys/file.hh"
#include "tests/lab/judged.hh"
#include "tests/lab/one_node.hh"
#include "tests/skip.hh"

using namespace pleat::test;

namespace {

const std::string kOneNode = one_node("time_limit = \"3s\"");

std::string workload(const std::string& command, const std::string& more = "") {
  return "[[workload]]\nname = \"a\"\ngroup = \"all\"\ncommand = [" + command + "]\n" + more;
}

}  // namespace

TEST_CASE("a missing program is found before anything starts, with its place in the file") {
  LabRun lab(kOneNode + workload("\"no-such-program\""));
  const CommandResult result = lab.run();
  CHECK(result.status == 2);
  CHECK(holds(result.err, "experiment.toml:13:"));
  CHECK(holds(result.err, "no-such-program"));
  CHECK_FALSE(std::filesystem::exists(lab.folder()));
}

TEST_CASE("an experiment file that is not there is named") {
  const CommandResult result = run({PLEAT_PROGRAM, "run", "nowhere.toml"});
  CHECK(result.status == 1);
  CHECK(holds(result.err, "cannot open nowhere.toml: No such file or directory"));
}

TEST_CASE("what is no run cannot be reported on, which is no error of the system") {
  const Folder folder;
  for (const std::string& name : {std::string("nowhere"), folder.path().string()}) {
    const CommandResult result = run({PLEAT_PROGRAM, "report", name});
    CHECK(result.status == 2);
    CHECK(holds(result.err, "pleat: " + name));
  }
}

TEST_CASE("a folder that exists already is not written into") {
  LabRun lab(kOneNode + workload("\"true\""));
  std::filesystem::create_directory(lab.folder());
  const CommandResult result = lab.run();
  CHECK(result.status == 2);
  CHECK(holds(result.err, "exists already"));
  CHECK(std::filesystem::is_empty(lab.folder()));
}

TEST_CASE("a node that fails makes the run fail, and its last words are shown") {
  require_lab();
  LabRun lab(kOneNode + workload(R"("sh", "-c", "echo last words >&2; exit 7")"));
  const CommandResult result = lab.run();
  CHECK(result.status == 1);
  CHECK(holds(result.out, "1 of 1 awaited nodes ended without being finished"));
  CHECK(holds(result.out, "status 7"));
  CHECK(holds(result.out, "last words"));
}

TEST_CASE("a setup step that fails ends the run before the first node") {
  require_lab();
  LabRun lab(kOneNode + workload("\"true\"") +
             "[setup]\ncommand = [\"sh\", \"-c\", \"echo no torrent >&2; sleep 1; exit 3\"]\n");
  const CommandResult result = lab.run();
  CHECK(result.status == 1);
  CHECK(holds(result.err, "setup ended with status 3"));
  CHECK(holds(result.out, "no torrent"));
  CHECK_FALSE(std::filesystem::exists(lab.folder() / "nodes"));
  // Its time has not begun, so no node's time had come, however long the setup took.
  const auto select = [&](const char* what) {
    return run({"sqlite3", lab.folder() / "results.db", what}).out;
  };
  CHECK(select("SELECT value FROM run WHERE key = 'elapsed_ns'") == "0\n");
  CHECK(select("SELECT count(*) FROM reasons WHERE text LIKE '%not started before%'") == "0\n");
}

TEST_CASE("a check step that fails makes the run fail") {
  require_lab();
  LabRun lab(kOneNode + workload("\"true\"") + "[check]\ncommand = [\"false\"]\n");
  const CommandResult result = lab.run();
  CHECK(result.status == 1);
  CHECK(holds(result.err, "the check step ended with status 1"));
}

TEST_CASE("an experiment that does not end by itself is ended at its time limit, and failed") {
  require_lab();
  LabRun lab(kOneNode + workload("\"sleep\", \"100\""));
  const CommandResult result = lab.run();
  CHECK(result.status == 1);
  CHECK(holds(result.out, "time limit"));
}

TEST_CASE("a program that cannot be executed is an error of its node, not of the run") {
  require_lab();
  const Folder folder;
  const std::filesystem::path program = folder.path() / "garbage";
  pleat::write_file(program, "no program at all");
  std::filesystem::permissions(program, std::filesystem::perms::all);
  // Whether anybody waits for it or not.
  for (const std::string more : {"", "finish = \"never\"\n"}) {
    LabRun lab(replaced(kOneNode, "time_limit = \"3s\"", "duration = \"1s\"") +
               workload("\"" + program.string() + "\"", more));
    const CommandResult result = lab.run();
    INFO(result.out << result.err);
    CHECK(result.status == 1);
    CHECK(holds(result.out, "Exec format error"));
    CHECK(holds(result.err, more.empty() ? "1 of 1 awaited nodes ended without being finished"
                                         : "1 of 1 nodes could not be started"));
  }
}

TEST_CASE("a run that may not open files any more ends in order, with a record of why") {
  require_lab();
  LabRun lab(replaced(kOneNode, "nodes = 1", "nodes = 64") +
             workload("\"sleep\", \"60\"", "start = { at = \"0s\", every = \"10ms\" }\n"));
  const CommandResult result = Command(lab.argv_after("ulimit -n 24"), lab.scratch()).wait();
  INFO(result.out << result.err);
  CHECK(result.status == 1);
  CHECK(holds(result.err, "Too many open files"));
  CHECK(lab.recorded("SELECT value FROM run WHERE key = 'end'") == "error\n");
  CHECK(lab.recorded("SELECT count(*) > 0 FROM events WHERE kind = 'start'") == "1\n");
  CHECK(judged(lab).level == "invalid");
}

TEST_CASE("a mark outside of a lab says where it belongs") {
  const CommandResult result = run({PLEAT_PROGRAM, "mark", "done"});
  CHECK(result.status == 1);
  CHECK(holds(result.err, "for programs that run in a lab"));
}

TEST_CASE("a full disk ends the run with a message that names the file, whenever it happens") {
  require_lab();
  if (::geteuid() != 0) PLEAT_SKIP("to mount a small disk, this has to be run by root");
  for (const char* size : {"48k", "100k"}) {
    LabRun lab(kOneNode + workload("\"sleep\", \"2\""));
    const std::string disk = lab.scratch().string() + "/disk";
    const std::string script = "mkdir " + disk + " && mount -t tmpfs -o size=" + size + " tmpfs " +
                               disk + " && exec " PLEAT_PROGRAM " run --output " + disk + "/run " +
                               lab.argv().back();
    const CommandResult result =
        Command({"unshare", "--mount", "sh", "-c", script}, lab.scratch()).wait();
    INFO(size << ": " << result.out << result.err);
    CHECK(result.status == 1);
    CHECK(holds(result.err, "No space left on device"));
  }
}

TEST_CASE("output that meets a full disk is an error") {
  LabRun lab(kOneNode + workload("\"true\""));
  const std::string file = lab.argv().back();
  const CommandResult result =
      run({"sh", "-c", PLEAT_PROGRAM " plan --json '" + file + "' > /dev/full"});
  CHECK(result.status == 1);
  CHECK(holds(result.err, "cannot write all of the output"));
  // Who reads no more has read enough: here before anything is written, which is much.
  const std::string status = (lab.scratch() / "status").string();
  run({"sh", "-c",
       "trap '' PIPE; { sleep 0.2; " PLEAT_PROGRAM " plan --json " PLEAT_TOPOLOGIES
       "/p2plab-fig5.toml; echo $? > " +
           status + "; } | true"});
  CHECK(pleat::read_file(status) == "0\n");
}

TEST_CASE("doctor refuses nodes that take no memory") {
  const CommandResult result = run({PLEAT_PROGRAM, "doctor", "--memory-per-node", "0MB"});
  CHECK(result.status == 2);
  CHECK(holds(result.err, "--memory-per-node"));
}

TEST_CASE("a program of the working directory is run wherever its node is") {
  require_lab();
  LabRun lab(kOneNode + workload("\"./program\""));
  pleat::write_file(lab.scratch() / "program", "#!/bin/sh\nexit 0\n");
  std::filesystem::permissions(lab.scratch() / "program", std::filesystem::perms::owner_all);
  const CommandResult result = run(lab.argv_after("cd " + lab.scratch().string()));
  INFO(result.out << result.err);
  CHECK(result.status == 0);
}
