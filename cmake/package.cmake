# SPDX-License-Identifier: Apache-2.0
# What surrounds the programs on a host: unit, accounts, folders, settings, completion; and the Debian package.

configure_file(packaging/policyd.service policyd.service @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/policyd.service DESTINATION lib/systemd/system)
install(FILES packaging/policyd.sysusers DESTINATION lib/sysusers.d RENAME policyd.conf)
install(FILES packaging/policyd.tmpfiles DESTINATION lib/tmpfiles.d RENAME policyd.conf)
install(FILES packaging/policyd-network.conf DESTINATION ${CMAKE_INSTALL_DATADIR}/policyd)
install(DIRECTORY packaging/siem DESTINATION ${CMAKE_INSTALL_DATADIR}/policyd)
install(FILES README.md SECURITY.md docs/control.md docs/policy-reference.md docs/recovery.md docs/siem.md
	DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Every default as a comment: a later version may have a better one.
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/policyd.yaml
	COMMAND $<TARGET_FILE:policyd> --print-config | sed "s/^[^\\#]/\\#&/" > ${CMAKE_BINARY_DIR}/policyd.yaml
	DEPENDS policyd VERBATIM)
add_custom_target(settings ALL DEPENDS ${CMAKE_BINARY_DIR}/policyd.yaml)

# Bash, zsh and fish, from the help texts.
set(COMPLETION ${CMAKE_BINARY_DIR}/completion)
add_custom_command(OUTPUT ${COMPLETION}/policyctl.bash
	COMMAND ${CMAKE_SOURCE_DIR}/packaging/completion $<TARGET_FILE:policyctl> $<TARGET_FILE:policyd> ${COMPLETION}
	DEPENDS policyctl policyd packaging/completion VERBATIM)
add_custom_target(completion ALL DEPENDS ${COMPLETION}/policyctl.bash)
foreach(program policyctl policyd)
	install(FILES ${COMPLETION}/${program}.bash
		DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ${program})
	install(FILES ${COMPLETION}/_${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
	install(FILES ${COMPLETION}/${program}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endforeach()

# The settings of a host stay as they are.
install(CODE "
	file(MAKE_DIRECTORY \"\$ENV{DESTDIR}${CMAKE_INSTALL_FULL_SYSCONFDIR}/policyd/policy.d\")
	if(NOT EXISTS \"\$ENV{DESTDIR}${CMAKE_INSTALL_FULL_SYSCONFDIR}/policyd/policyd.yaml\")
		file(INSTALL \"${CMAKE_BINARY_DIR}/policyd.yaml\"
			DESTINATION \"${CMAKE_INSTALL_FULL_SYSCONFDIR}/policyd\")
	endif()")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME policyd)
set(CPACK_PACKAGE_VENDOR policyd)
set(CPACK_PACKAGE_CONTACT "the policyd project <policyd@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "security policies in YAML, enforced by BPF LSM programs")
set(CPACK_PACKAGE_DESCRIPTION "policyd reads policies from /etc/policyd/policy.d and enforces them in the kernel:\n"
	"which program may read, write, start or connect to what.")
list(JOIN CPACK_PACKAGE_DESCRIPTION "" CPACK_PACKAGE_DESCRIPTION)
set(CPACK_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
	OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "init-system-helpers, systemd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(name conffiles postinst prerm postrm)
	list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/debian/${name})
endforeach()
include(CPack)
