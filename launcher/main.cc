// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>

#include "launcher/commands/commands.hh"
#include "launcher/commands/exit_status.hh"
#include "launcher/doctor/doctor.hh"
#include "launcher/lab/supervisor.hh"
#include "launcher/log.hh"
#include "launcher/version.hh"
#include "model/plan.hh"
#include "model/problem.hh"
#include "model/units.hh"
#include "sys/error.hh"
#include "sys/signals.hh"

namespace pleat {
namespace {

std::string quoted_command_line(int argc, char** argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) {
    const std::string word = argv[i];
    const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$`*?&|;<>()") == word.npos;
    line += (i == 0 ? "" : " ") + (plain ? word : "'" + word + "'");
  }
  return line;
}

// The command line: what is asked for, as a function that does it.
class Arguments {
 public:
  Arguments() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("pleat ") + kVersion);
    app_.add_option("--log-level", log_level_, "error, warn, info, debug or trace")
        ->capture_default_str();
    app_.footer("Manual: pleat(1), pleat-experiment(5), pleat-preload(7), pleat-dilation(7).");
    add_run();
    add_plan();
    add_validate();
    add_verify();
    add_doctor();
    add_mark();
    add_report();
    add_compare();
    add_fold();
    add_up();
    add_exec();
    add_shell();
    add_down();
    add_labs();
    add_lab();
  }

  // The exit status, or nothing where a command is to be run.
  std::optional<int> parse(int argc, char** argv) {
    command_line_ = quoted_command_line(argc, argv);
    const int ours = set_command_aside(argc, argv);
    try {
      app_.parse(ours, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : kUserError;
    }
    return std::nullopt;
  }

  const std::string& log_level() const { return log_level_; }
  int perform() const { return command_(); }

 private:
  CLI::App* add(const char* name, const char* what, std::function<int()> command) {
    CLI::App* sub = app_.add_subcommand(name, what);
    sub->callback([this, command] { command_ = command; });
    return sub;
  }

  static void add_dilation(CLI::App* sub, std::optional<DilationFactor>& dilation) {
    sub->add_option_function<std::string>(
        "--dilation", [&dilation](const std::string& text) { dilation = parse_dilation(text); },
        "Let time pass so many times more slowly for the nodes, whatever the experiment says");
  }

  static CLI::Option* add_idle_poll(CLI::App* sub, bool& idle_poll) {
    return sub->add_flag(
        "--idle-poll", idle_poll,
        "Keep idle processors awake, so that a hypervisor does not give them away");
  }

  void add_run() {
    CLI::App* sub = add("run", "Run an experiment and write its report",
                        [this] { return run_command(run_, command_line_); });
    sub->add_option("FILE", run_.file, "The experiment: see pleat-experiment(5)")->required();
    sub->add_option("-o,--output", run_.output,
                    "The run's folder; must not exist. Default: runs/<name>-<time>");
    sub->add_flag("-q,--quiet", run_.quiet, "Show no progress");
    sub->add_flag("--strict", run_.strict, "Fail unless the verdict is faithful");
    add_dilation(sub, run_.dilation);
    sub->add_option("--seed", run_.seed,
                    "Draw losses and start times by this, whatever the experiment says")
        ->check(CLI::Range(uint64_t{0}, kLargestSeed));
    sub->add_flag("--verify", run_.verify,
                  "Measure the network before the run, and with probes during it");
    CLI::Option* const poll = add_idle_poll(sub, run_.idle_poll);
    sub->add_option("--idle-poll-by", run_.idle_poll_by)->group("")->excludes(poll);  // of fold
  }

  void add_plan() {
    CLI::App* sub = add("plan", "Print what an experiment compiles to; nothing is started",
                        [this] { return plan_command(plan_); });
    sub->add_option("FILE", plan_.file, "The experiment")->required();
    sub->add_flag("--json", plan_.json, "As JSON, complete");
    sub->add_flag("--nodes", plan_.every_node, "A line for every node");
    sub->add_flag("--tc", plan_.tc, "As commands that make its network with shaper = \"tc\"")
        ->excludes("--json", "--nodes");
  }

  void add_validate() {
    CLI::App* sub = add("validate", "Tell everything that is wrong with an experiment file",
                        [this] { return validate_command(validated_); });
    sub->add_option("FILE", validated_, "The experiment")->required();
  }

  void add_verify() {
    CLI::App* sub = add("verify", "Make an experiment's network, and measure whether it is right",
                        [this] { return verify_command(verify_); });
    sub->add_option("FILE", verify_.file, "The experiment")->required();
    sub->add_option("--pairs", verify_.pairs, "Between how many pairs of nodes at most")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    sub->add_flag("--json", verify_.json, "As JSON");
    sub->add_flag("-q,--quiet", verify_.quiet, "Show no progress");
  }

  void add_doctor() {
    CLI::App* sub = add("doctor", "Tell what this machine can do, and for how many nodes",
                        [this] { return doctor::run(doctor_, std::cout); });
    sub->add_option("--nodes", doctor_.nodes, "How many nodes are wanted");
    sub->add_option_function<std::string>(
        "--memory-per-node",
        [this](const std::string& text) {
          doctor_.needs.memory = parse_byte_count(text).bytes;
          if (doctor_.needs.memory == 0)
            throw BadValue("--memory-per-node: nothing takes no memory");
        },
        "What a node's program takes, for example 5MB. Default: 3MB");
    sub->add_flag("--json", doctor_.json, "As JSON");
  }

  void add_mark() {
    CLI::App* sub = add("mark", "Record an event; for programs that run in a node",
                        [this] { return mark_command(mark_); });
    sub->add_option("TEXT", mark_, "What happened")->required();
  }

  void add_report() {
    CLI::App* sub = add("report", "Judge a run again, write its report, print its summary",
                        [this] { return report_command(report_); });
    sub->add_option("RUN", report_.run, "The run's folder. Default: the last one, runs/latest");
    sub->add_flag("--json", report_.json, "The summary as JSON");
    sub->add_option("--figures", report_.figures, "Also write each figure to this folder, as SVG")
        ->type_name("FOLDER");
  }

  void add_compare() {
    CLI::App* sub = add("compare", "Tell whether runs differ, and by how much",
                        [this] { return compare_command(compare_); });
    sub->add_option("RUN", compare_.runs,
                    "Folders of runs, compared with the first. Repetitions are grouped by the word "
                    "vs: A1 A2 vs B1 B2")
        ->required();
    sub->add_option("-o,--output", compare_.output, "The page to write")->capture_default_str();
    sub->add_option("--tolerance", compare_.tolerance,
                    "Differences of quantiles and of received data up to so many percent do not "
                    "matter")
        ->check(CLI::Range(0.0, 1000.0))
        ->capture_default_str();
    sub->add_flag("--json", compare_.json, "As JSON");
  }

  void add_fold() {
    CLI::App* sub = add("fold", "Find out how many nodes of an experiment this machine carries",
                        [this] { return fold_command(fold_); });
    sub->add_option("FILE", fold_.file, "The experiment")->required();
    sub->add_option("--copies", fold_.copies,
                    "How many copies of the experiment run side by side in each round")
        ->delimiter(',')
        ->allow_extra_args(false)  // or it would take FILE, too
        ->capture_default_str();
    sub->add_option("--repetitions", fold_.repetitions, "How often each round is run")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    sub->add_option("--tolerance", fold_.tolerance,
                    "Differences of quantiles and of received data up to so many percent do not "
                    "matter")
        ->check(CLI::Range(0.0, 1000.0))
        ->capture_default_str();
    sub->add_flag("--strict", fold_.strict, "A doubtful verdict ends it, as an invalid one does");
    add_idle_poll(sub, fold_.idle_poll);
    sub->add_flag("--keep-going", fold_.keep_going, "Run all rounds, also after one that fails");
    add_dilation(sub, fold_.dilation);
    sub->add_option("-o,--output", fold_.output,
                    "The folder; what is there of the same experiment is not repeated. Default: "
                    "runs/<name>-fold, with -dilation-<k> where time is slowed down");
    sub->add_flag("-q,--quiet", fold_.quiet, "Show no progress");
    sub->add_flag("--json", fold_.json, "As JSON");
  }

  void add_up() {
    CLI::App* sub = add("up", "Make an experiment's lab that stays; no workload is started",
                        [this] { return up_command(up_); });
    sub->add_option("FILE", up_.file, "The experiment")->required();
    sub->add_option("--name", up_.name, "The lab's name. Default: the experiment's");
    sub->add_flag("--json", up_.json, "As JSON");
  }

  void add_exec() {
    CLI::App* sub = add("exec", "Run a command in a node of a lab that stays", [this] {
      // Without "--" the command is what CLI11 has not understood.
      std::vector<std::string> command = app_.get_subcommand("exec")->remaining();
      if (!command.empty() && !exec_.command.empty()) command.push_back("--");
      exec_.command.insert(exec_.command.begin(), command.begin(), command.end());
      return exec_command(exec_);
    });
    add_lab_option(sub, exec_.lab);
    sub->add_option("NODE", exec_.node,
                    "The node's name or address; then, behind --, the command and its arguments")
        ->required();
    sub->prefix_command();
  }

  void add_shell() {
    CLI::App* sub = add("shell", "Start a shell in a node of a lab that stays",
                        [this] { return shell_command(shell_); });
    add_lab_option(sub, shell_.lab);
    sub->add_option("NODE", shell_.node, "The node's name or address")->required();
  }

  void add_down() {
    CLI::App* sub = add("down", "End a lab that stays, and all that runs in it",
                        [this] { return down_command(down_); });
    add_lab_option(sub, down_.lab);
    sub->add_flag("--all", down_.all, "Every lab of this user");
  }

  void add_labs() {
    CLI::App* sub =
        add("labs", "List the labs that stay", [this] { return labs_command(labs_json_); });
    sub->add_flag("--json", labs_json_, "As JSON");
  }

  static void add_lab_option(CLI::App* sub, std::string& lab) {
    sub->add_option("--lab", lab, "The lab's name; not needed where only one is up");
  }

  // CLI11 drops what follows "--" where it expects no positional. For exec all of that is the
  // command: it is kept, and the count of what is left for CLI11 returned.
  int set_command_aside(int argc, char** argv) {
    const std::vector<std::string> words(argv, argv + argc);
    size_t i = 1;
    while (i < words.size() && words[i].starts_with("-")) i += words[i] == "--log-level" ? 2 : 1;
    if (i >= words.size() || words[i] != "exec") return argc;
    const auto dashes = std::find(words.begin(), words.end(), "--");
    if (dashes == words.end()) return argc;
    exec_.command.assign(dashes + 1, words.end());
    return static_cast<int>(dashes - words.begin());
  }

  // How `pleat run` and `pleat up` start a lab; of no use to people.
  void add_lab() {
    add("lab", "Serve a lab over standard input and output", [] { return serve_lab(); })->group("");
  }

  CLI::App app_{"Fold thousands of real, unmodified peers onto one Linux machine.", "pleat"};
  std::string log_level_ = "info";
  std::string command_line_;
  std::function<int()> command_;
  RunOptions run_;
  PlanOptions plan_;
  std::string validated_;
  VerifyOptions verify_;
  doctor::Options doctor_;
  std::string mark_;
  ReportOptions report_;
  CompareOptions compare_;
  FoldOptions fold_;
  UpOptions up_;
  ExecOptions exec_;
  ShellOptions shell_;
  DownOptions down_;
  bool labs_json_ = false;
};

bool has_no_reader(int fd) {
  pollfd poller{.fd = fd, .events = POLLOUT, .revents = 0};
  return ::poll(&poller, 1, 0) > 0 && (poller.revents & POLLERR) != 0;
}

int run_main(int argc, char** argv) {
  Arguments arguments;
  if (const auto status = arguments.parse(argc, argv)) return *status;
  start_logging(arguments.log_level());
  const int status = arguments.perform();
  // What was to be read may have met a full disk. Who has read enough closes the pipe.
  if (std::cout.flush() || has_no_reader(STDOUT_FILENO)) return status;
  std::fputs("pleat: cannot write all of the output; is the disk full?\n", stderr);
  return status == kSuccess ? kFailure : status;
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) {
  using namespace pleat;
  keep_status_of_children();
  try {
    return run_main(argc, argv);
  } catch (const BadExperiment& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return kUserError;
  } catch (const BadValue& error) {
    std::fprintf(stderr, "pleat: %s\n", error.what());
    return kUserError;
  } catch (const UserError& error) {
    std::fprintf(stderr, "pleat: %s\n", error.what());
    return kUserError;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pleat: %s\n", error.what());
    return kFailure;
  }
}
