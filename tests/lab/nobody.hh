// SPDX-License-Identifier: Apache-2.0
// Pleat as an ordinary user, for tests that root runs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pleat::test {

// Skips the test where no lab can be made here, or where this is not root.
void require_root();

// The command that runs `pleat` with these arguments as the user `nobody`. /dev/net/tun is for it a
// device of ours with this mode, in a mount namespace of its own; the host's is not touched. The
// program is copied to `scratch`, where he may read; it is his runtime folder, too.
std::vector<std::string> pleat_as_nobody(const std::filesystem::path& scratch,
                                         const std::string& tun_mode,
                                         const std::vector<std::string>& arguments);

}  // namespace pleat::test
