// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/pkt_sched.h>

#include <cstdint>

namespace pleat::tc {

inline constexpr uint32_t kShapingRoot =
    TC_H_MAKE(1U << 16, 0U);  // 1:, what every shaping qdisc is called

}  // namespace pleat::tc
