// SPDX-License-Identifier: Apache-2.0
#include "tests/lab/lab_run.hh"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "sys/file.hh"
#include "tests/skip.hh"

namespace pleat::test {

void require_lab() {
  const CommandResult doctor = test::run({PLEAT_PROGRAM, "doctor"});
  if (doctor.status != 0) PLEAT_SKIP("no lab can be made here; pleat doctor says:\n" + doctor.out);
}

LabRun::LabRun(const std::string& experiment)
    : experiment_(folder_.path() / "experiment.toml"), run_folder_(folder_.path() / "run") {
  write_file(experiment_, experiment);
}

std::vector<std::string> LabRun::argv() const {
  return {PLEAT_PROGRAM, "run", "--output", run_folder_.string(), experiment_.string()};
}

std::vector<std::string> LabRun::argv_after(const std::string& script) const {
  std::vector<std::string> command = {"sh", "-c", script + "\nexec \"$@\"", "sh"};
  for (const std::string& argument : argv()) command.push_back(argument);
  return command;
}

CommandResult LabRun::run() { return Command(argv(), scratch()).wait(); }

std::string LabRun::recorded(const std::string& query) const {
  const CommandResult result = test::run({"sqlite3", (run_folder_ / "results.db").string(), query});
  if (result.status != 0) throw std::runtime_error(query + ": " + result.err);
  return result.out;
}

std::string LabRun::node_file(const std::string& node, const std::string& file) const {
  return read_file(run_folder_ / "nodes" / node / file);
}

pid_t child_lab(pid_t pid) {
  const std::string path =
      "/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children";
  std::istringstream children(try_read_file(path).value_or(""));
  for (pid_t child = 0; children >> child;) {
    // The caretaker of the lab's cgroups is no part of the lab.
    const std::string name = try_read_file("/proc/" + std::to_string(child) + "/comm").value_or("");
    if (name == "pleat-lab\n") return child;
  }
  return 0;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const size_t at = text.find(what);
  if (at == std::string::npos) throw std::runtime_error("no \"" + what + "\" in:\n" + text);
  return text.replace(at, what.size(), by);
}

double number_after(const std::string& text, const std::string& key) {
  const size_t at = text.find(key);
  if (at == std::string::npos) throw std::runtime_error("no \"" + key + "\" in:\n" + text);
  return std::stod(text.substr(at + key.size()));
}

double median(std::vector<double> values) {
  if (values.empty()) throw std::runtime_error("the median of nothing");
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace pleat::test
