// SPDX-License-Identifier: Apache-2.0
// Runs compared with each other, and an experiment folded until the machine no longer keeps up.
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sys/file.hh"
#include "tests/lab/judged.hh"

using namespace pleat::test;
using namespace std::chrono_literals;

namespace {

// Eight clients, one after the other, fetch 50,000 bytes through a server's uplink: at 1 Mbit/s
// that takes 0.41 s, and some round trips of 40 ms.
std::string shop(const std::string& uplink) {
  return R"([experiment]
name = "shop"
time_limit = "60s"
[network]
prefix = "10.0.0.0/8"
[[group]]
name = "servers"
prefix = "10.1.0.0/16"
nodes = 1
up = ")" +
         uplink + R"("
delay = "10ms"
[[group]]
name = "clients"
prefix = "10.2.0.0/16"
nodes = 8
delay = "10ms"
[[workload]]
name = "server"
group = "servers"
finish = "never"
command = ["sh", "-c", "head -c 50000 /dev/zero > data; exec python3 -m http.server 8000"]
[[workload]]
name = "client"
group = "clients"
start = { at = "2s", every = "600ms" }
command = ["curl", "-sSo", "data", "http://server:8000/data"]
)";
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

void run_well(LabRun& lab) {
  const CommandResult result = lab.run();
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
}

// Whether a file is there within some seconds, and holds `text`.
bool appears(const std::filesystem::path& file, const std::string& text = {}) {
  for (int i = 0; i < 100; ++i) {
    const auto content = pleat::try_read_file(file);
    if (content && content->find(text) != content->npos) return true;
    ::usleep(50'000);
  }
  return false;
}

}  // namespace

TEST_CASE("two runs of an experiment do not compare as different, one with half the uplink does") {
  require_lab();
  LabRun first(shop("1Mbit")), second(shop("1Mbit")), slower(shop("500kbit"));
  for (LabRun* lab : {&first, &second, &slower}) run_well(*lab);
  const Folder scratch;
  const std::string page = scratch.path() / "page.html";
  // What it takes to start a program varies by some percent of the time that a client takes.
  const CommandResult as_json =
      run({PLEAT_PROGRAM, "compare", "--tolerance", "20", "--json", "-o", page, first.folder(),
           second.folder(), slower.folder() / "results.db"});
  INFO(as_json.out << as_json.err);
  REQUIRE(as_json.status == 0);
  const auto comparisons = nlohmann::json::parse(as_json.out).at("comparisons");
  REQUIRE(comparisons.size() == 2);
  const auto& equal = comparisons[0].at("workloads").at(0);
  // Chance alone finds a slight difference in one of twenty pairs.
  CHECK(equal.at("finding") != "different");
  CHECK(std::abs(equal.at("median_change").get<double>()) < 0.2);
  const auto& different = comparisons[1].at("workloads").at(0);
  CHECK(different.at("finding") == "different");
  // No client of one run was as slow as one of the other: 2 of the 12,870 orders.
  CHECK(different.at("ks_distance") == 1);
  CHECK(different.at("ks_p").get<double>() == doctest::Approx(2.0 / 12870));
  CHECK(different.at("median_change").get<double>() > 0.6);
  CHECK(holds(pleat::read_file(page), "<h2>Time to finish: client</h2>"));

  const CommandResult as_text = run({PLEAT_PROGRAM, "compare", "-o", page, first.folder(),
                                     second.folder(), "vs", slower.folder()});
  INFO(as_text.out << as_text.err);
  CHECK(as_text.status == 0);
  CHECK(holds(as_text.out, "B differs from A in how long client nodes took, by more than chance"));
  CHECK(holds(as_text.out, "groups/servers/up/rate_bit_per_s: 1000000 and 500000"));
}

TEST_CASE("what cannot be compared is said, with what would be right") {
  const Folder scratch;
  const std::string folder = scratch.path() / "folder", record = scratch.path() / "results.db";
  std::filesystem::create_directory(folder);
  pleat::write_file(record, "no database at all");
  const auto compare = [&](const std::string& a, const std::string& b) {
    return run({PLEAT_PROGRAM, "compare", "-o", scratch.path() / "page", a, b});
  };
  CHECK(holds(compare("nowhere", folder).err, "nowhere: there is no such run"));
  CHECK(compare("nowhere", folder).status == 2);
  CHECK(holds(compare(folder, "nowhere").err, folder + " is no run: a run's folder holds results"));
  CHECK(compare(record, folder).status == 1);
  CHECK(holds(compare(record, folder).err, "not a database"));
  const CommandResult one = run({PLEAT_PROGRAM, "compare", folder});
  CHECK(one.status == 2);
  CHECK(holds(one.err, "pleat compare A1 A2 vs B1 B2"));
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "page"));
}

TEST_CASE("a fold ends with one sentence, and repeats nothing that is there") {
  require_lab();
  const Folder scratch;
  const std::string experiment = scratch.path() / "shop.toml", folder = scratch.path() / "fold";
  pleat::write_file(experiment, shop("1Mbit"));
  const std::vector<std::string> fold = {PLEAT_PROGRAM,   "fold",    "--copies",     "1,2",
                                         "--repetitions", "2",       "--keep-going", "-o",
                                         folder,          experiment};
  const CommandResult first = run(fold);
  INFO(first.out << first.err);
  CHECK(count(first.err, ": running") == 4);
  CHECK(holds(pleat::read_file(folder + "/fold.html"),
              "<h2>Median time to finish and nodes at once: client</h2>"));
  const auto known = nlohmann::json::parse(pleat::read_file(folder + "/fold.json"));
  const auto& two = known.at("rounds").at(1);
  CHECK(two.at("group").at("runs").size() == 4);
  // Of each repetition, how much of the time its copies ran together: else nobody knows.
  REQUIRE(two.at("together").size() == 2);
  for (const double share : two.at("together")) {
    CHECK(share > 0);
    CHECK(share <= 1);
  }
  const auto& clients = two.at("compared_with_one_copy").at(0);
  CHECK(clients.at("finding") != "different");
  // Programs of two copies wait for one another at their start: milliseconds, which all 16 clients
  // against the 8 of one copy may well show, so `ks_p` says nothing.
  CHECK(std::abs(clients.at("median_change").get<double>()) < 0.2);
  // On a machine that others keep busy the verdicts say so, and the sentence has to as well.
  const std::string sentence = known.at("sentence");
  CHECK(holds(first.out, "\n\n" + sentence + "\n"));
  CHECK(holds(sentence, "On this machine ("));
  switch (known.at("holds_up_to_copies").get<int>()) {
    case 0:
      CHECK(first.status == 1);
      CHECK(holds(sentence, "do not hold, not even of its 9 nodes (1 copy): "));
      CHECK(holds(sentence, " invalid ("));
      break;
    case 1:
      CHECK(first.status == 0);
      CHECK(holds(sentence, "results hold up to 9 nodes (1 copy) of shop"));
      // Two repetitions cannot show that two copies differ, only that they are not alike.
      CHECK((holds(sentence, "; with 18 nodes (2 copies) they do not: ") ||
             holds(sentence, "; whether they do with 18 nodes (2 copies) is not known: ")));
      CHECK(two.at("against").empty() == !holds(sentence, " invalid ("));
      break;
    default:
      CHECK(first.status == 0);
      CHECK(holds(sentence, "results hold up to 18 nodes (2 copies) of shop: completion times"));
      CHECK(holds(sentence, "; more copies were not tried."));
  }

  // Each run has a seed of its own.
  CHECK(run({"sqlite3", folder + "/copies-2/repetition-2/copy-2/results.db",
             "SELECT value FROM run WHERE key = 'seed'"})
            .out == "100004\n");

  // What has ended is not tried again until it goes well; a record that broke off before it was one
  // counts as none.
  const std::string repetition = folder + "/copies-2/repetition-1";
  std::filesystem::resize_file(repetition + "/copy-2/results.db", 0);
  const CommandResult again = run(fold);
  INFO(again.out << again.err);
  CHECK(count(again.err, ": there already") == 4);
  CHECK(holds(again.out, "1 run left no record; the first: copies-2/repetition-1/copy-2"));
  std::filesystem::remove_all(repetition);
  const CommandResult repeated = run(fold);
  CHECK(count(repeated.err, ": there already") == 3);
  CHECK(count(repeated.err, ": running") == 1);
  CHECK(holds(repeated.err, "2 copies, repetition 1 of 2: running"));

  const CommandResult slower =
      run({PLEAT_PROGRAM, "fold", "--copies", "1", "--dilation", "2", "-o", folder, experiment});
  CHECK(slower.status == 2);
  CHECK(holds(slower.err, "holds the fold of this experiment with another dilation"));

  const std::string host = pleat::read_file(folder + "/host.txt");
  pleat::write_file(folder + "/host.txt", "another machine");
  const CommandResult elsewhere = run(fold);
  CHECK(elsewhere.status == 2);
  CHECK(holds(elsewhere.err, "holds a fold on another machine (another machine)"));
  pleat::write_file(folder + "/host.txt", host);

  pleat::write_file(experiment, shop("2Mbit"));
  const CommandResult changed = run(fold);
  CHECK(changed.status == 2);
  CHECK(holds(changed.err, "holds the fold of another experiment"));
}

TEST_CASE("a fold slows time down as it is told") {
  require_lab();
  const Folder scratch;
  const std::string experiment = scratch.path() / "shop.toml", folder = scratch.path() / "fold";
  pleat::write_file(experiment, shop("1Mbit"));
  const CommandResult slowed = run({PLEAT_PROGRAM, "fold", "--copies", "1", "--repetitions", "1",
                                    "--dilation", "2", "-o", folder, experiment});
  INFO(slowed.out << slowed.err);
  const auto known = nlohmann::json::parse(pleat::read_file(folder + "/fold.json"));
  CHECK(known.at("dilation") == "2");
  CHECK(holds(known.at("sentence"), ") with time slowed down 2 times "));
  const CommandResult recorded =
      run({"sqlite3", folder + "/copies-1/repetition-1/copy-1/results.db",
           "SELECT value FROM run WHERE key = 'dilation'"});
  CHECK(recorded.out == "2\n");
}

TEST_CASE("what keeps idle processors awake for a fold is no load in any of its copies") {
  require_lab();
  const Folder scratch;
  const std::string experiment = scratch.path() / "shop.toml", folder = scratch.path() / "fold";
  pleat::write_file(experiment, shop("1Mbit"));
  const CommandResult folded = run({PLEAT_PROGRAM, "fold", "--copies", "1,2", "--repetitions", "1",
                                    "--keep-going", "--idle-poll", "-o", folder, experiment});
  INFO(folded.out << folded.err);
  for (const char* copy : {"copies-1/repetition-1/copy-1", "copies-2/repetition-1/copy-1",
                           "copies-2/repetition-1/copy-2"}) {
    const std::string one = folder + "/" + copy;
    CHECK(run({"sqlite3", one + "/results.db", "SELECT value FROM run WHERE key = 'idle_poll'"})
              .out == "1\n");
    CHECK(busy_share(one) < 0.5);
  }
}

TEST_CASE("a fold that is interrupted ends its copies, and goes on with them at the next call") {
  require_lab();
  const Folder scratch;
  const std::string experiment = scratch.path() / "shop.toml";
  const std::filesystem::path folder = scratch.path() / "fold";
  pleat::write_file(experiment, shop("1Mbit"));
  const std::vector<std::string> argv = {
      PLEAT_PROGRAM, "fold", "--copies", "1", "--repetitions", "1", "-o", folder, experiment};
  Command fold(argv, scratch.path());
  REQUIRE(fold.wait_for_error_text("running", 10s));
  const std::filesystem::path record = folder / "copies-1/repetition-1/copy-1/results.db";
  REQUIRE(appears(record));
  const CommandResult second = run(argv);
  CHECK(second.status == 2);
  CHECK(holds(second.err, "a fold runs already in"));
  CHECK(std::filesystem::exists(record));
  fold.signal(SIGINT);
  const CommandResult interrupted = fold.wait();
  CHECK(interrupted.status == 130);
  CHECK(holds(interrupted.err, "the same command goes on where it stopped"));
  const CommandResult again = run(argv);
  INFO(again.out << again.err);
  CHECK(again.status != 130);
  CHECK(count(again.err, ": running") == 1);
  CHECK(count(again.err, ": done, client in the median after") == 1);
  CHECK(holds(again.out, "On this machine ("));
}

TEST_CASE("a fold that is killed leaves no run behind") {
  require_lab();
  const Folder scratch;
  const std::string experiment = scratch.path() / "shop.toml";
  const std::filesystem::path place = scratch.path() / "fold/copies-1/repetition-1";
  pleat::write_file(experiment, shop("1Mbit"));
  Command fold({PLEAT_PROGRAM, "fold", "-o", scratch.path() / "fold", experiment}, scratch.path());
  REQUIRE(fold.wait_for_error_text("running", 10s));
  REQUIRE(appears(place / "copy-1/results.db"));
  fold.signal(SIGKILL);
  fold.wait();
  CHECK(appears(place / "copy-1.log", "shop: interrupted after"));
}

TEST_CASE("a fold says what is wrong with what it was asked for") {
  const Folder scratch;
  const std::string experiment = scratch.path() / "shop.toml";
  pleat::write_file(experiment, shop("1Mbit"));
  const auto fold = [&](const std::string& copies, const std::string& folder) {
    return run({PLEAT_PROGRAM, "fold", "-o", folder, "--copies", copies, experiment});
  };
  CHECK(fold("2,4", scratch.path() / "fold").status == 2);
  CHECK(holds(fold("1,4,2", scratch.path() / "fold").err, "must ascend from 1"));
  CHECK(holds(fold("1", scratch.path()).err, "holds something else than a fold"));
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "fold"));
}
