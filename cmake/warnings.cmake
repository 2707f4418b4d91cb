# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers and reproducibility for every target of user space. Warnings are errors with
# -DPOLICYD_WERROR=ON, which scripts/test sets; a user's newer compiler must not break the build.
option(POLICYD_WERROR "Treat warnings as errors" OFF)

function(policyd_warnings target)
	target_compile_options(${target} PRIVATE
		-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wpointer-arith
		-Wwrite-strings -Wvla -Wformat=2 -Wimplicit-fallthrough -Wunused-variable -Wno-unused-parameter
		-include ${CMAKE_SOURCE_DIR}/policyd/banned.h
		-ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=
		-fdebug-prefix-map=${CMAKE_BINARY_DIR}=.
		-fno-common -fstack-protector-strong)
	if(POLICYD_WERROR)
		target_compile_options(${target} PRIVATE -Werror)
	endif()
	if(POLICYD_FUZZ)
		target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
		target_compile_definitions(${target} PRIVATE FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION)
	endif()
	if(POLICYD_SANITIZE OR POLICYD_FUZZ)
		target_compile_options(${target} PRIVATE -fsanitize=address,undefined -fno-sanitize-recover=undefined
			-fno-omit-frame-pointer)
		target_link_options(${target} PRIVATE -fsanitize=address,undefined)
	else()
		target_compile_options(${target} PRIVATE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
		target_link_options(${target} PRIVATE -Wl,-z,relro,-z,now)
	endif()
endfunction()
