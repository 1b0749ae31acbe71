# SPDX-License-Identifier: Apache-2.0
# pleat_embed(<target> <header> <text file> <variable>): defines pleat::<variable>, a char array
# that <header> declares, with the text of the file as it is when the target is built.
# It is written character by character: a string literal need not hold more than 65,536 of them.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${TEXT_FILE} characters HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," characters "${characters}")
  string(REPLACE "'\\x0a'," "'\\n',\n" characters "${characters}")
  file(WRITE ${OUTPUT}
    "#include \"${HEADER}\"\n\nnamespace pleat {\n"
    "const char ${VARIABLE}[] = {\n${characters}'\\0'};\n}\n")
  return()
endif()

set(PLEAT_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(pleat_embed target header text_file variable)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${variable}.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND}
      -DTEXT_FILE=${CMAKE_CURRENT_SOURCE_DIR}/${text_file} -DHEADER=${header}
      -DVARIABLE=${variable} -DOUTPUT=${output} -P ${PLEAT_EMBED_SCRIPT}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${text_file} ${PLEAT_EMBED_SCRIPT}
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
