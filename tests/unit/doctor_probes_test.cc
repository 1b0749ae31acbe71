// SPDX-License-Identifier: Apache-2.0
// The probes on the machine that the tests run on: they may find what they like, but they leave
// the machine as it was.
#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>

#include "launcher/doctor/doctor.hh"
#include "launcher/doctor/probes.hh"
#include "launcher/doctor/proc_file.hh"
#include "launcher/doctor/trial.hh"
#include "sys/error.hh"
#include "sys/file.hh"
#include "tests/skip.hh"
#include "tests/unit/doctor_facts.hh"

namespace pleat::doctor {
namespace {

using test::contains;

std::string output_of(const std::string& command) {
  FILE* const pipe = ::popen(("PATH=$PATH:/usr/sbin:/sbin; " + command).c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) text.push_back(static_cast<char>(c));
  if (::pclose(pipe) != 0)
    PLEAT_SKIP("this test compares what ip(8) says, which fails: " + command);
  return text;
}

// What of the host's network a probe could have touched, and the mounts.
std::string host_state() {
  return output_of("ip -o link | sed 's/qlen.*//'; ip rule; ip route show table all; ip -o addr") +
         read_file("/proc/self/mountinfo") +
         try_read_file("/proc/sys/net/ipv4/conf/all/rp_filter").value_or("");
}

// What `doctor` says to an ordinary user.
nlohmann::json doctor_as_nobody() {
  constexpr uid_t kNobody = 65534;
  if (::geteuid() != 0) PLEAT_SKIP("only root can become another user");
  const Attempt attempt = try_in_child([] {
    check_call(::setgroups(0, nullptr), "give up groups");
    check_call(::setresgid(kNobody, kNobody, kNobody), "change the group");
    check_call(::setresuid(kNobody, kNobody, kNobody), "change the user");
    // As after an exec: otherwise this process's files in /proc still belong to root.
    ::prctl(PR_SET_DUMPABLE, 1);
    std::ostringstream out;
    const int status = run({.json = true}, out);
    auto json = nlohmann::json::parse(out.str());
    json["status"] = status;
    // A trial's text is short.
    for (auto& finding : json["findings"]) finding.erase("meaning");
    json.erase("limits");
    return json.dump();
  });
  REQUIRE_MESSAGE(attempt.worked(), attempt.text);
  return nlohmann::json::parse(attempt.text);
}

TEST_CASE("doctor leaves the host's network and mounts as they were") {
  const std::string before = host_state();
  std::ostringstream out;
  const int status = run({}, out);
  CHECK(status == (out.str().starts_with("ready") ? 0 : 1));
  CHECK(host_state() == before);
}

TEST_CASE("doctor for an ordinary user leaves the host as it was") {
  const std::string before = host_state();
  const auto json = doctor_as_nobody();
  CHECK(json["status"] == (json["ready"] == true ? 0 : 1));
  CHECK(host_state() == before);
}

TEST_CASE("doctor tells an ordinary user whether the TUN device is open to all") {
  const auto json = doctor_as_nobody();
  const bool open_to_all =
      std::filesystem::exists("/dev/net/tun") &&
      (std::filesystem::status("/dev/net/tun").permissions() &
       std::filesystem::perms::others_all) >= std::filesystem::perms::others_write;
  for (const auto& finding : json["findings"]) {
    if (finding["subject"] != "TUN device" || finding["state"] == "unknown") continue;
    CHECK((finding["state"] == "ok") == open_to_all);
  }
}

TEST_CASE("the probes find what /proc says") {
  const Facts facts = gather_facts();
  CHECK(facts.host.cpus >= 1);
  CHECK(facts.limits.memory_available <= facts.limits.memory_total);
  CHECK(facts.limits.tasks >= 1);
  CHECK(facts.limits.pid_max == read_number("/proc/sys/kernel/pid_max"));
  if (facts.cgroups.mount) CHECK(facts.cgroups.ours.starts_with(*facts.cgroups.mount));
  // Each probe of a piece came to an answer.
  if (!facts.lab.namespaces.worked()) PLEAT_SKIP("no namespaces here");
  CHECK(facts.traffic_control.size() == kTrafficPieces.size());
  for (const auto& entry : facts.traffic_control) {
    const Attempt& attempt = entry.second;
    CHECK_MESSAGE((attempt.worked() || attempt.error == ENOENT || attempt.error == EPERM),
                  attempt.text);
  }
  // A kernel that has IPv6 gives it to labs.
  if (facts.lab.proc.worked() && std::filesystem::exists("/proc/sys/net/ipv6")) {
    CHECK_MESSAGE(facts.lab.ipv6.worked(), facts.lab.ipv6.text);
  }
}

TEST_CASE("a trial tells what it found, or why it failed") {
  CHECK(try_in_child([] { return std::string("42"); }).text == "42");
  const Attempt refused =
      try_in_child([]() -> std::string { throw SystemError("open", "the box", EACCES); });
  CHECK(refused.failed());
  CHECK(refused.error == EACCES);
  CHECK(refused.text == "cannot open the box: Permission denied");
}

TEST_CASE("a trial whose process dies has failed") {
  const Attempt died = try_in_child([]() -> std::string { ::_exit(3); });
  CHECK(died.failed());
  CHECK(died.error == 0);
}

TEST_CASE("a trial in a lab is the first process of its own PID namespace") {
  const Attempt attempt = try_in_lab([] { return std::to_string(::getpid()); });
  if (attempt.failed()) PLEAT_SKIP(attempt.text);
  CHECK(attempt.text == "1");
}

TEST_CASE("numbers in /proc are found by the start of their line") {
  const std::string text = "SwapTotal:       12 kB\nTCP: inuse 1\nUid:\t7\t8\n";
  CHECK(number_after(text, "SwapTotal:") == 12);
  CHECK(number_after(text, "Uid:") == 7);
  CHECK(number_after(text, "Total:") == std::nullopt);
  CHECK(number_after(text, "TCP:") == std::nullopt);
  CHECK(number_after("", "x") == std::nullopt);
  CHECK(read_number("/nowhere") == std::nullopt);
}

}  // namespace
}  // namespace pleat::doctor
