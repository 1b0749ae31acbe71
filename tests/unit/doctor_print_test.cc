// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "launcher/doctor/amounts.hh"
#include "launcher/doctor/print.hh"
#include "tests/unit/doctor_facts.hh"

namespace pleat::doctor {
namespace {

using test::contains;
using test::healthy_facts;

TEST_CASE("numbers are grouped by thousands") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(1'234'567) == "1,234,567");
  CHECK(grouped(INT64_MAX) == "unlimited");
}

TEST_CASE("bytes are rounded to three digits") {
  CHECK(rough_bytes(0) == "0 B");
  CHECK(rough_bytes(999) == "999 B");
  CHECK(rough_bytes(1'000) == "1 kB");
  CHECK(rough_bytes(128'000) == "128 kB");
  CHECK(rough_bytes(999'499) == "999 kB");
  CHECK(rough_bytes(999'500) == "1 MB");
  CHECK(rough_bytes(23'456'789'012) == "23.5 GB");
  CHECK(rough_bytes(1'500'000) == "1.5 MB");
  CHECK(rough_bytes(UINT64_MAX) == "unlimited");
}

TEST_CASE("the headline says how many nodes fit and what would let in more") {
  CHECK(headline(diagnose(healthy_facts())) ==
        "ready: up to 9,900 nodes here; the first limit is open files (ulimit -n 20000)");
  CHECK(headline(diagnose(healthy_facts(), {}, 5'000)) ==
        "ready for 5,000 nodes: up to 9,900 here; the first limit is open files");
}

TEST_CASE("the headline names every limit that is too low for the wanted nodes") {
  CHECK(headline(diagnose(healthy_facts(), {}, 50'000)) ==
        "not ready for 50,000 nodes: up to 9,900 here; too low: open files, memory, TCP buffers");
}

TEST_CASE("the headline names what an experiment cannot do without") {
  Facts facts = healthy_facts();
  facts.user = 1000;
  facts.tun = {.in_kernel = true, .open = test::failed(EACCES)};
  CHECK(headline(diagnose(facts)) ==
        "not ready: pleat run cannot work here for want of TUN device (chmod 0666 /dev/net/tun)");
}

TEST_CASE("the headline names the limit that leaves no room at all") {
  Facts facts = healthy_facts();
  facts.limits.open_files_max = 100;
  CHECK(headline(diagnose(facts)) == "not ready: no room for a node; see open files");
}

TEST_CASE("the text has a line for each finding and limit, and one for each command") {
  Facts facts = healthy_facts();
  facts.host.swap = 1'000'000'000;
  const std::string text = plain_text(diagnose(facts, {}, 10'000));
  CHECK(contains(text, "\n  ok       policy rules        packets between"));
  CHECK(contains(text, "\n  limited  swap                1 GB: anything swapped in"));
  CHECK(contains(text, "\n                               -> swapoff -a\n"));
  CHECK(contains(text, "\n  too low  open files"));
  CHECK(contains(text, "9,900  -> ulimit -n 11000\n"));
  CHECK(contains(text, "\n  ok       threads"));
  CHECK_FALSE(contains(text, " \n"));
}

TEST_CASE("JSON has all of the diagnosis") {
  Facts facts = healthy_facts();
  facts.traffic_control[TrafficPiece::kNetem] = test::failed(ENOENT);
  const auto json = nlohmann::json::parse(json_text(diagnose(facts)));
  CHECK(json["ready"] == true);
  CHECK(json["nodes"] == 9'900);
  CHECK(json["wanted"].is_null());
  CHECK(json["first_limit"] == "open files");
  CHECK(json["limits"].size() == diagnose(facts).limits.size());
  for (const auto& each : json["findings"]) {
    if (each["subject"] != "tc netem") continue;
    CHECK(each["state"] == "missing");
    CHECK(each["required"] == false);
    CHECK(contains(each["command"], "sch_netem"));
  }
}

}  // namespace
}  // namespace pleat::doctor
