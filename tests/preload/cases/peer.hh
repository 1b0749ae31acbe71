// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pleat::cases {

// The other host of a case: serves TCP and UDP on the wildcard until its input ends, says from
// which address it is called, and sends back what it gets; to a GET of HTTP, that address.
int serve();

}  // namespace pleat::cases
