// SPDX-License-Identifier: Apache-2.0
// What `pleat` can do: one function a command, its options as plain data. Each returns the exit
// status; errors are thrown (sys/error.hh).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/dilation_factor.hh"

namespace pleat {

struct RunOptions {
  std::string file;
  std::string output;                           // the run's folder; empty: runs/<name>-<time>
  bool quiet = false;                           // no progress
  bool strict = false;                          // a doubtful or invalid verdict is a failure
  std::optional<DilationFactor> dilation = {};  // in the place of the experiment's
  std::optional<uint64_t> seed = {};            // in the place of the experiment's
  bool verify = false;     // measure the network before, and a little during the run
  bool idle_poll = false;  // keep idle processors awake
  // Somebody does it already: a process.
  std::optional<int64_t> idle_poll_by = {};
};
// 0: it went as the experiment says; 1: it did not; 130: interrupted.
int run_command(const RunOptions& options, const std::string& command_line);

struct PlanOptions {
  std::string file;
  bool json = false;
  bool every_node = false;
  bool tc = false;  // as the commands that make its network with the kernel's traffic control
};
int plan_command(const PlanOptions& options);

int validate_command(const std::string& file);

struct VerifyOptions {
  std::string file;
  uint32_t pairs = 10;
  bool json = false;
  bool quiet = false;  // no progress
};
// 0: the network is the one that the experiment asks for; 1: it is not; 130: interrupted.
int verify_command(const VerifyOptions& options);

struct ReportOptions {
  std::string run;  // folder; empty: the last run, runs/latest
  bool json = false;
  std::string figures;  // folder for the figures as files; empty: none
};
int report_command(const ReportOptions& options);

struct CompareOptions {
  // Folders, or their results.db. Each is a group of its own, unless "vs" stands between groups.
  std::vector<std::string> runs;
  double tolerance = 5;  // percent: smaller differences of quantiles do not matter
  std::string output = "comparison.html";
  bool json = false;
};
int compare_command(const CompareOptions& options);

struct FoldOptions {
  std::string file;
  std::vector<uint32_t> copies = {1, 2, 4, 8};  // ascending from 1
  uint32_t repetitions = 3;
  double tolerance = 5;                         // percent
  bool strict = false;                          // doubtful runs do not hold
  bool keep_going = false;                      // also after a round that does not hold
  std::optional<DilationFactor> dilation = {};  // in the place of the experiment's
  bool idle_poll = false;                       // keep idle processors awake
  std::string output;                           // folder; empty: runs/<name>-fold
  bool quiet = false;
  bool json = false;
};
// 0: it is known how many copies hold; 1: not even one does; 130: interrupted.
int fold_command(const FoldOptions& options);

int mark_command(const std::string& text);

// ---- labs that stay; `lab` is a name, or empty where only one is up ----

struct UpOptions {
  std::string file;
  std::string name;  // of the lab; empty: the experiment's
  bool json = false;
};
int up_command(const UpOptions& options);

struct ExecOptions {
  std::string lab;
  std::string node;                  // by name or address
  std::vector<std::string> command;  // and its arguments
};
// The command's status as a shell gives it (sys/foreground.hh).
int exec_command(const ExecOptions& options);

struct ShellOptions {
  std::string lab;
  std::string node;
};
int shell_command(const ShellOptions& options);

struct DownOptions {
  std::string lab;
  bool all = false;
};
int down_command(const DownOptions& options);

int labs_command(bool json);

}  // namespace pleat
