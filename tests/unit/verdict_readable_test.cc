// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "launcher/verdict/readable.hh"

namespace pleat {
namespace {

using namespace std::chrono_literals;

TEST_CASE("times are rounded to three digits in the unit that fits") {
  CHECK(readable(0s) == "0 s");
  CHECK(readable(1500ns) == "0.002 ms");
  CHECK(readable(310us) == "0.31 ms");
  CHECK(readable(12'345us) == "12.3 ms");
  CHECK(readable(999'400us) == "999 ms");
  CHECK(readable(999'600us) == "1 s");
  CHECK(readable(60s) == "60 s");
  CHECK(readable(119'400ms) == "119 s");
  CHECK(readable(119'600ms) == "2 min 00 s");
  CHECK(readable(205s) == "3 min 25 s");
  CHECK(readable(3599'600ms) == "1 h 00 min");
  CHECK(readable(-2ms) == "-2 ms");
}

TEST_CASE("shares show what matters near nothing and near the whole") {
  CHECK(readable_share(0) == "0 %");
  CHECK(readable_share(0.00001) == "less than 0.01 %");
  CHECK(readable_share(0.0012) == "0.12 %");
  CHECK(readable_share(0.0123) == "1.2 %");
  CHECK(readable_share(0.43) == "43 %");
  CHECK(readable_share(0.9995) == "99.95 %");
  CHECK(readable_share(1) == "100 %");
}

TEST_CASE("counts have their thousands apart, amounts their prefix") {
  CHECK(readable_count(999) == "999");
  CHECK(readable_count(1'203'456) == "1,203,456");
  CHECK(counted(1, "node") == "1 node");
  CHECK(counted(2750, "node") == "2,750 nodes");
  CHECK(readable_bytes(999) == "999 bytes");
  CHECK(readable_bytes(16'777'216) == "16.8 MB");
  CHECK(readable_bytes(999'950'000) == "1 GB");
}

}  // namespace
}  // namespace pleat
