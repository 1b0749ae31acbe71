// SPDX-License-Identifier: Apache-2.0
#include "model/read_workload.hh"

#include "model/in_quotes.hh"
#include "model/limits.hh"

namespace pleat {
namespace {

constexpr std::string_view kCommandExample = "[\"ping\", \"-c\", \"3\", \"10.0.0.1\"]";

std::vector<Stated<std::string>> read_command(TableReader& from) {
  auto command = from.texts("command", kCommandExample);
  const std::string hint = "write command = " + std::string(kCommandExample);
  const TomlValue* value = from.find("command");
  from.require("command", hint);
  if (value == nullptr || value->kind != TomlValue::Kind::kArray) return command;
  if (value->items.empty()) {
    from.problems().add(value->place, "command is empty", hint);
  } else if (!command.empty() && command[0].value.empty()) {
    from.problems().add(command[0].place, "command names no program", hint);
  }
  return command;
}

// Calls `take` with each key and text of a table of texts.
template <class Take>
void read_texts_of(TableReader& from, std::string_view key, std::string_view example, Take take) {
  const TomlValue* table = from.find(key, TomlValue::Kind::kTable, example);
  for (size_t i = 0; table != nullptr && i < table->items.size(); ++i) {
    const TomlValue& value = table->items[i];
    if (value.kind != TomlValue::Kind::kText) {
      from.problems().add(value.place,
                          std::string(key) + ": " + in_quotes(table->keys[i].text) +
                              " must be a text, not " + std::string(name_of(value.kind)),
                          "put it in double quotes");
    } else if (auto text = without_nul(key, value, from.problems())) {
      take(table->keys[i], std::move(*text));
    }
  }
}

void read_environment(TableReader& from, StatedProgram& program) {
  const auto take = [&](const TomlKey& key, Stated<std::string> text) {
    const bool sound = !key.text.empty() && key.text.find('=') == std::string::npos &&
                       key.text.find('\0') == std::string::npos;
    if (sound) {
      program.environment.emplace(key.text, std::move(text));
    } else {
      from.problems().add(key.place, in_quotes(key.text) + " is no name of an environment variable",
                          "use letters, digits and \"_\"");
    }
  };
  read_texts_of(from, "environment", "{ KEY = \"value\" }", take);
}

// Whether a path stays in the folder that it is relative to, and is written in one way only, so
// that equal files have equal paths.
bool is_inner_path(std::string_view path) {
  for (;;) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return path.find('\0') == std::string_view::npos;
    path.remove_prefix(slash + 1);
  }
}

// Ordered as in the TOML table, by key: "a" comes before "a/b".
bool is_below_another(std::string_view path, const std::vector<StatedProgram::File>& files) {
  for (const StatedProgram::File& file : files) {
    if (path.starts_with(file.path.value + "/")) return true;
  }
  return false;
}

void read_files(TableReader& from, StatedProgram& program) {
  const auto take = [&](const TomlKey& key, Stated<std::string> text) {
    if (!is_inner_path(key.text)) {
      from.problems().add(key.place,
                          in_quotes(key.text) + " is no file below the working directory",
                          "write a relative path without \".\" and \"..\", like \"conf/x.ini\"");
    } else if (key.text == "stdout" || key.text == "stderr") {
      from.problems().add(key.place, in_quotes(key.text) + " is where the program's output goes",
                          "give the file another name");
    } else if (is_below_another(key.text, program.files)) {
      from.problems().add(key.place, in_quotes(key.text) + " is below another of the files",
                          "give the file or the folder another name");
    } else {
      program.files.push_back({{key.text, key.place}, std::move(text)});
    }
  };
  read_texts_of(from, "files", "{ \"conf/x.ini\" = \"text\" }", take);
}

StatedProgram read_program(TableReader& from) {
  StatedProgram program;
  program.command = read_command(from);
  read_environment(from, program);
  read_files(from, program);
  return program;
}

StatedStart read_start_table(TableReader from) {
  StatedStart start;
  start.place = from.place();
  if (const auto at = from.parsed("at", parse_moment, "5s")) start.at = at->value;
  const auto every = from.parsed("every", parse_moment, "0.5s");
  const auto poisson = from.parsed("poisson", parse_span, "0.5s");
  if (every && poisson) {
    from.problems().add(poisson->place, "start has both every and poisson", "leave one out");
  }
  if (every) start.gap = every->value;
  if (poisson) {
    start.gaps = StatedStart::Gaps::kPoisson;
    start.gap = poisson->value;
  }
  from.refuse_other_keys();
  return start;
}

StatedStart read_start(TableReader& from) {
  const TomlValue* value = from.find("start");
  if (value != nullptr && value->kind == TomlValue::Kind::kTable) {
    return read_start_table({*value, "start", from.problems()});
  }
  StatedStart start;
  if (const auto at = from.parsed("start", parse_moment, "5s")) {
    start.at = at->value;
    start.place = at->place;
  }
  return start;
}

void read_finish(TableReader& from, StatedWorkload& workload) {
  constexpr Choice<Finish> kChoices[] = {{"exit", Finish::kExit}, {"never", Finish::kNever}};
  const TomlValue* value = from.find("finish");
  if (value == nullptr || value->kind != TomlValue::Kind::kTable) {
    const auto finish = from.choice<Finish>("finish", kChoices);
    if (finish) workload.finish = *finish;
    return;
  }
  TableReader table(*value, "finish", from.problems());
  workload.finish = Finish::kMark;
  const auto mark = table.text("mark", "done");
  table.require("mark", "write finish = { mark = \"done\" }");
  if (mark) workload.mark = mark->value;
  if (mark && (mark->value.empty() || mark->value.find('\n') != std::string::npos)) {
    from.problems().add(mark->place, "mark: " + in_quotes(mark->value) + " is not a line of text",
                        "write for example mark = \"done\"");
  }
  table.refuse_other_keys();
}

// Either `group`, and perhaps `nodes`, or `on`.
void read_placement(TableReader& from, StatedWorkload& workload) {
  workload.group = from.name("group");
  if (const auto nodes = from.integer("nodes", 1, kMostNodes)) {
    workload.nodes = {static_cast<uint32_t>(nodes->value), nodes->place};
  }
  const size_t problems_before = from.problems().count();
  for (const auto& text : from.texts("on", "[\"10.1.1.137\"]")) {
    try {
      workload.on.push_back({Address::parse(text.value), text.place});
    } catch (const BadValue& bad) {
      from.problems().add(text.place, "on: " + bad.wrong(), bad.hint());
    }
  }
  const TomlValue* on = from.find("on");
  const TomlValue* group = from.find("group");
  const TomlValue* nodes = from.find("nodes");
  if (on != nullptr && (group != nullptr || nodes != nullptr)) {
    from.problems().add(on->place, "the addresses of on already say which nodes are taken",
                        "leave out on, or group and nodes");
  } else if (on == nullptr && group == nullptr) {
    from.problems().add(from.place(), "[[workload]] has neither group nor on",
                        "write for example group = \"dsl\"");
  } else if (on != nullptr && workload.on.empty() && from.problems().count() == problems_before) {
    from.problems().add(on->place, "on is empty", "write for example on = [\"10.1.1.137\"]");
  }
  workload.nodes_unsound = from.problems().count() != problems_before ||
                           (group != nullptr && !workload.group) ||
                           (nodes != nullptr && !workload.nodes);
}

}  // namespace

StatedWorkload read_workload(TableReader from) {
  constexpr Choice<OnExit> kChoices[] = {
      {"stay", OnExit::kStay}, {"restart", OnExit::kRestart}, {"stop", OnExit::kStop}};
  StatedWorkload workload;
  workload.place = from.place();
  workload.name = from.name("name");
  from.require("name", "write name = \"peer\"");
  if (workload.name && workload.name->value == "localhost") {
    from.problems().add(workload.name->place, "name: each node is \"localhost\" to itself",
                        "take another name");
  }
  read_placement(from, workload);
  workload.program = read_program(from);
  workload.start = read_start(from);
  read_finish(from, workload);
  const auto on_exit = from.choice<OnExit>("on_exit", kChoices);
  if (on_exit) workload.on_exit = *on_exit;
  if (const auto after = from.parsed("stop_after", parse_span, "60s")) {
    workload.stop_after = after->value;
  }
  if (const auto payload = from.parsed("payload", parse_payload, "4MB")) {
    workload.payload = payload->value;
  }
  from.refuse_other_keys();
  return workload;
}

StatedStep read_step(TableReader from) {
  constexpr Duration kDefaultLimit = std::chrono::minutes(10);
  StatedStep step;
  step.program = read_program(from);
  const auto limit = from.parsed("time_limit", parse_span, "10min");
  step.time_limit = limit ? limit->value : kDefaultLimit;
  from.refuse_other_keys();
  return step;
}

}  // namespace pleat
