# SPDX-License-Identifier: Apache-2.0
# Writes LIST, a script for ctest with a test for each test case that BINARY lists.
set(command ${BINARY} --list-test-cases)
if(FILTER)
  list(APPEND command --test-case=${FILTER})
endif()
execute_process(COMMAND ${command} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)

string(REPLACE "\n" ";" lines "${output}")
set(script "")
foreach(line ${lines})
  if(line MATCHES "^(\\[doctest\\] .*|=*)$")
    continue()
  endif()
  set(name "[==[${NAME}: ${line}]==]")
  string(APPEND script
    "add_test(${name} [==[${CMAKE_CURRENT_LIST_DIR}/case_result]==] [==[${RESULTS}]==] [==[${line}]==])\n"
    "set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED ${FIXTURE} SKIP_RETURN_CODE 77)\n")
endforeach()
if(NOT script)
  message(FATAL_ERROR "${BINARY} has no test case like '${FILTER}'")
endif()
file(WRITE ${LIST} "${script}")
