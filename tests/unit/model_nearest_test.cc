// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "model/in_quotes.hh"
#include "model/nearest.hh"

namespace pleat {
namespace {

constexpr std::string_view kKeys[] = {"delay", "down", "up", "queue", "loss", "name"};

TEST_CASE("the nearest key is found through each kind of slip") {
  for (const char* slip : {"dalay", "dely", "delayy", "dealy", "Delay"}) {
    CAPTURE(slip);
    CHECK(nearest(slip, kKeys) == "delay");
  }
  CHECK(nearest("upp", kKeys) == "up");
}

TEST_CASE("what is far from all of them has no nearest") {
  for (const char* word : {"", "bandwidth", "x", "zz"}) {
    CAPTURE(word);
    CHECK(nearest(word, kKeys).empty());
  }
  CHECK(nearest(std::string(1'000'000, 'd'), kKeys).empty());
}

TEST_CASE("the hint names the nearest, or else what there is") {
  CHECK(did_you_mean("dalay", kKeys, "known keys are") == "did you mean \"delay\"?");
  CHECK(did_you_mean("jitter", kKeys, "known keys are") ==
        "known keys are delay, down, up, queue, loss, name");
  CHECK(did_you_mean("jitter", {}, "known keys are").empty());
}

TEST_CASE("a quoted text fits on a line, whatever is in it") {
  CHECK(in_quotes("plain") == "\"plain\"");
  CHECK(in_quotes("a\nb\tc\x1b[0m") == "\"a\\nb\\tc\\x1b[0m\"");
  CHECK(in_quotes(std::string(100, 'x')) == "\"" + std::string(60, 'x') + "...\"");
  // 59 bytes and a character of two: it is not cut in half.
  CHECK(in_quotes(std::string(59, 'x') + "\xc3\xa9 and more") ==
        "\"" + std::string(59, 'x') + "...\"");
}

}  // namespace
}  // namespace pleat
