// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pleat {

extern const char kReportTemplate[];  // template.html: the content of a report's page

}  // namespace pleat
