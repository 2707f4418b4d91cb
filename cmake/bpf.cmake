# SPDX-License-Identifier: Apache-2.0
# BPF objects: every *.bpf.c of a folder compiles alone, bpftool links them to one object and generates the
# skeleton header NAME.skel.h in the build folder. No kernel headers or BTF of the build machine are used.
find_program(BPF_CLANG NAMES clang clang-14 REQUIRED)
find_program(BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin REQUIRED)

function(bpf_skeleton name folder target)
	set(out ${CMAKE_BINARY_DIR}/bpf)
	file(MAKE_DIRECTORY ${out})
	file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.bpf.c)
	if(NOT sources)
		return()
	endif()
	if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
		set(arch arm64)
	else()
		set(arch x86)
	endif()
	foreach(source ${sources})
		get_filename_component(stem ${source} NAME_WLE)
		set(object ${out}/${stem}.o)
		add_custom_command(OUTPUT ${object}
			COMMAND ${BPF_CLANG} -target bpf -D__TARGET_ARCH_${arch} -mcpu=v3 -O2 -g -std=gnu11
				-Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-declarations
				-fno-stack-protector
				-I${CMAKE_SOURCE_DIR}/include -I${CMAKE_SOURCE_DIR}/${folder}
				-ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -fdebug-compilation-dir=.
				-MD -MF ${object}.d -MT ${object} -c ${source} -o ${object}
			DEPENDS ${source}
			DEPFILE ${object}.d
			COMMENT "BPF ${stem}"
			VERBATIM)
		list(APPEND objects ${object})
	endforeach()
	add_custom_command(OUTPUT ${out}/${name}.bpf.o
		COMMAND ${BPFTOOL} gen object ${out}/${name}.bpf.o ${objects}
		DEPENDS ${objects} VERBATIM)
	add_custom_command(OUTPUT ${out}/${name}.skel.h
		COMMAND ${CMAKE_SOURCE_DIR}/cmake/skeleton ${BPFTOOL} ${name}_bpf ${out}/${name}.bpf.o ${out}/${name}.skel.h
		DEPENDS ${out}/${name}.bpf.o ${CMAKE_SOURCE_DIR}/cmake/skeleton VERBATIM)
	add_custom_target(${name}-skeleton DEPENDS ${out}/${name}.skel.h)
	add_dependencies(${target} ${name}-skeleton)
endfunction()
