// SPDX-License-Identifier: Apache-2.0
#include "launcher/report/received.hh"

#include <algorithm>

namespace pleat {

double received_at(const std::vector<ReceivedBytes>& received, Duration time) {
  const auto later =
      std::upper_bound(received.begin(), received.end(), time,
                       [](Duration t, const ReceivedBytes& sample) { return t < sample.time; });
  if (later == received.begin()) return 0;
  const ReceivedBytes& from = *(later - 1);
  const auto bytes = static_cast<double>(from.bytes);
  if (later == received.end()) return bytes;
  const double passed = static_cast<double>((time - from.time).count()) /
                        static_cast<double>((later->time - from.time).count());
  return bytes + passed * static_cast<double>(later->bytes - from.bytes);
}

}  // namespace pleat
