// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pleat {

extern const char kReportTemplate[];  // template.html
extern const char kReportStyle[];     // style.css

}  // namespace pleat
