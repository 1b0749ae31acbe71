# SPDX-License-Identifier: Apache-2.0
# Runs the test cases of a doctest binary in the virtual machine: one boot for all of them, and a
# ctest test for each, which reads its result from what the boot left. A test case without a result
# has failed, and all have where the boot has.
#
#   pleat_add_vm_tests(TARGET
#     [FILTER PATTERN]              which test cases (doctest's --test-case)
#     [NAME NAME]                   the tests' prefix, "TARGET in vm" if not given
#     [FILES SRC[:DEST]...]         what else has to be there, by boot's --file
#     [PROGRAMS NAME...]            by boot's --program
#     [MODULES NAME...]             of the kernel, by boot's --module
#     [ENVIRONMENT NAME=VALUE...]   inside
#     [TIME_LIMIT SECONDS])         of real time, for all of them (default 300)

function(pleat_add_vm_tests target)
  cmake_parse_arguments(PARSE_ARGV 1 vm "" "FILTER;NAME;TIME_LIMIT" "FILES;PROGRAMS;MODULES;ENVIRONMENT")
  if(vm_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "pleat_add_vm_tests: what is ${vm_UNPARSED_ARGUMENTS}?")
  endif()
  if(NOT vm_NAME)
    set(vm_NAME "${target} in vm")
  endif()
  if(NOT vm_TIME_LIMIT)
    set(vm_TIME_LIMIT 300)
  endif()
  string(MAKE_C_IDENTIFIER "${vm_NAME}" id)
  set(results ${CMAKE_CURRENT_BINARY_DIR}/${id})
  set(options --time-limit ${vm_TIME_LIMIT})
  foreach(file ${vm_FILES})
    list(APPEND options --file ${file})
  endforeach()
  foreach(program ${vm_PROGRAMS})
    list(APPEND options --program ${program})
  endforeach()
  foreach(module ${vm_MODULES})
    list(APPEND options --module ${module})
  endforeach()

  add_test(NAME "${vm_NAME}: boot"
    COMMAND ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/run_cases ${results} $<TARGET_FILE:${target}>
            "${vm_FILTER}" ${options} -- ${vm_ENVIRONMENT})
  # Its own time limit comes first, and says more.
  math(EXPR timeout "${vm_TIME_LIMIT} + 60")
  set_tests_properties("${vm_NAME}: boot" PROPERTIES
    FIXTURES_SETUP ${id} SKIP_RETURN_CODE 77 TIMEOUT ${timeout})

  # Found out when the binary is built, so that a test case needs to be written in one place only.
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${id}_cases.cmake)
  add_custom_command(OUTPUT ${list}
    COMMAND ${CMAKE_COMMAND} -D BINARY=$<TARGET_FILE:${target}> -D FILTER=${vm_FILTER}
            -D NAME=${vm_NAME} -D FIXTURE=${id} -D RESULTS=${results} -D LIST=${list}
            -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/list_cases.cmake
    DEPENDS ${target} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/list_cases.cmake
    VERBATIM)
  add_custom_target(${id}_cases ALL DEPENDS ${list})
  set(include ${CMAKE_CURRENT_BINARY_DIR}/${id}_include.cmake)
  file(WRITE ${include} "if(EXISTS \"${list}\")\n  include(\"${list}\")\nelse()\n"
    "  add_test(\"${vm_NAME}: the list of cases is not built\" false)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include})
endfunction()
