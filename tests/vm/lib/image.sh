# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the machine is made of. Three archives, so that the parts that never change are made once: the system with
# the product and the cases (each run), a kernel's modules (when the list changes) and the plan (each boot).

# Installed files that go into the machine under their own names, with the libraries they need.
SYSTEM_FILES=(
	/usr/sbin/rsyslogd
	/usr/lib/*/rsyslog/{imuxsock,imklog,imudp,imtcp,mmpstrucdata,lmnet,lmnetstrms,lmnsd_ptcp,lmregexp,lmtcpclt,lmtcpsrv,lmzlibw}.so
	/usr/bin/bash
	/usr/bin/cat
	/usr/bin/dash
	/usr/sbin/bpftool
	/usr/sbin/mke2fs
	/usr/sbin/mkfs.btrfs
	/usr/bin/btrfs
	/usr/bin/chattr
	/usr/bin/lsattr
)

# Built executables and where they go; what a build does not have is left out.
PRODUCT_FILES=(
	policyd:/usr/sbin/policyd
	policyctl:/usr/bin/policyctl
)

# With everything they depend on. Those that a kernel has built in, or does not have, are left out.
MODULES=(
	virtio_pci virtio_blk loop overlay fuse btrfs vfat exfat nls_ascii nls_cp437 veth dummy bridge tun sctp dccp tipc
	vsock vsock_loopback binfmt_misc algif_hash nf_tables
)

# stage_file SOURCE TARGET: copies a file into the tree with the shared libraries that it names.
stage_file() {
	local source=$1 target=$STAGE$2 library
	mkdir -p "${target%/*}"
	cp -L "$source" "$target"
	while read -r library; do
		[[ -e $STAGE/usr${library#/usr} ]] || {
			mkdir -p "$STAGE/usr${library%/*}"
			cp -L "$library" "$STAGE/usr${library#/usr}"
		}
	done < <(ldd "$source" 2>/dev/null | sed -nE 's,^.*[[:space:]](/[^ ]+) \(0x.*,\1,p' | sed 's,^/usr/,/,')
}

# The usual folders; /bin and its like are links, as on every Debian.
stage_skeleton() {
	local name
	mkdir -p "$STAGE"/{dev,proc,sys,run,tmp,root,srv,casefold,home/alice,mnt,opt,vm/cases} \
		"$STAGE"/etc/policyd/policy.d "$STAGE"/usr/{bin,sbin,lib,lib64,share/policyd,local/bin} \
		"$STAGE"/var/{log,www,spool/rsyslog,lib/policyd,tmp}
	for name in bin sbin lib lib64; do
		ln -s "usr/$name" "$STAGE/$name"
	done
	ln -s /run "$STAGE/var/run"
	chmod 1777 "$STAGE/tmp" "$STAGE/var/tmp"
	chmod 700 "$STAGE/root"
	chown 1000:1000 "$STAGE/home/alice"
	chown 33:33 "$STAGE/var/www"
}

stage_accounts() {
	cat >"$STAGE/etc/passwd" <<-'END'
		root:x:0:0:root:/root:/bin/sh
		www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
		nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
		alice:x:1000:1000:Alice:/home/alice:/bin/sh
	END
	cat >"$STAGE/etc/group" <<-'END'
		root:x:0:
		adm:x:4:
		tty:x:5:
		shadow:x:42:
		www-data:x:33:
		policyd:x:990:
		alice:x:1000:
		nogroup:x:65534:
	END
	sed 's/:.*/:*:19000:0:99999:7:::/' "$STAGE/etc/passwd" >"$STAGE/etc/shadow"
	chmod 640 "$STAGE/etc/shadow"
	chown 0:42 "$STAGE/etc/shadow"
	echo '127.0.0.1 localhost vm' >"$STAGE/etc/hosts"
	echo vm >"$STAGE/etc/hostname"
	printf '%s: files\n' passwd group shadow hosts >"$STAGE/etc/nsswitch.conf"
	cp /etc/protocols /etc/services "$STAGE/etc/" 2>/dev/null || true
}

stage_busybox() {
	local applet
	stage_file "$(command -v busybox)" /usr/bin/busybox
	# busybox's own shell runs applets inside itself, so that "cat" in a case would not execute /usr/bin/cat.
	ln -s dash "$STAGE/usr/bin/sh"
	for applet in $("$STAGE/usr/bin/busybox" --list); do
		[[ -e $STAGE/usr/bin/$applet || -e $STAGE/usr/sbin/$applet ]] ||
			ln -s busybox "$STAGE/usr/bin/$applet"
	done
	# Asked for by their full names: by the kernel and by accounts.
	for applet in modprobe nologin; do
		ln -s ../bin/busybox "$STAGE/usr/sbin/$applet"
	done
}

stage_product() {
	local entry source
	for entry in "${PRODUCT_FILES[@]}"; do
		# Nowhere below: a package that was made of an earlier build may lie there.
		source=$BUILD/${entry%%:*}
		if [[ -x $source ]]; then
			stage_file "$source" "${entry#*:}"
		else
			diagnostic "no ${entry%%:*} in $BUILD: cases that need it will fail"
		fi
	done
	for entry in "${EXTRA_FILES[@]}"; do
		stage_file "${entry%%:*}" "${entry#*:}"
	done
	"$ROOT/tests/probe/build" "$STAGE/usr/bin/probe"
	[[ ! -d $ROOT/policies ]] || cp -r "$ROOT/policies" "$STAGE/usr/share/policyd/policies"
}

stage_guest() {
	cp "$VM"/guest/* "$STAGE/vm/"
	cp "$VM"/cases/*.sh "$STAGE/vm/cases/"
	[[ ! -d $VM/cases/files ]] || cp -r "$VM/cases/files" "$STAGE/vm/cases/"
	cp /etc/rsyslog.conf "$STAGE/vm/debian.conf"
	cp /etc/mke2fs.conf "$STAGE/etc/"
	chmod 755 "$STAGE/vm/boot" "$STAGE/vm/case"
}

# pack TREE ARCHIVE NAME: an initramfs piece that holds the tree as /archive/NAME.tar.
pack() {
	local tree=$1 archive=$2 name=$3 piece=$OUT/piece.$3
	rm -rf "$piece"
	mkdir -p "$piece/archive"
	tar -C "$tree" --numeric-owner -cf "$piece/archive/$name.tar" .
	if [[ $name == 0-system ]]; then
		mkdir -p "$piece/bin"
		cp "$STAGE/usr/bin/busybox" "$piece/bin/"
		install -m 755 "$VM/guest/init" "$piece/init"
	fi
	(cd "$piece" && find . | cpio --quiet -o -H newc -R 0:0) >"$archive"
	rm -rf "$piece"
}

# build_system: OUT/system.cpio, the same for all kernels.
build_system() {
	local file
	STAGE=$OUT/stage
	rm -rf "$STAGE"
	stage_skeleton
	stage_accounts
	for file in "${SYSTEM_FILES[@]}"; do
		[[ -e $file ]] || die "$file is missing: run scripts/setup --packages"
		stage_file "$file" "$file"
	done
	stage_file "$(command -v ip)" /usr/sbin/ip
	stage_product
	stage_guest
	stage_busybox
	ldconfig -r "$STAGE"
	pack "$STAGE" "$OUT/system.cpio" 0-system
	build_disk srv verity
	build_disk casefold verity,casefold -E encoding=utf8
}

# build_disk NAME FEATURES [OPTION…]: an empty ext4 of 64 MiB, which takes no room until it is written.
build_disk() {
	local image=$OUT/$1.ext4 features=$2
	shift 2
	rm -f "$image"
	truncate -s 64M "$image"
	# fs-verity on 6.1 wants blocks as large as pages.
	mkfs.ext4 -q -b 4096 -O "$features" "$@" "$image"
}

# build_modules LABEL: OUT/LABEL.modules.cpio, made again when this file or the kernel changed.
build_modules() {
	local label=$1 dir release module file tree=$OUT/$1.modules archive=$OUT/$1.modules.cpio
	dir=$(kernel_dir "$label")
	release=$(<"$dir/release")
	[[ ! -e $archive || $archive -ot $VM/lib/image.sh || $archive -ot $dir/release ]] || return 0
	rm -rf "$tree"
	mkdir -p "$tree/usr/lib/modules/$release"
	for module in "${MODULES[@]}"; do
		modprobe -d "$dir" -S "$release" --show-depends "$module" 2>/dev/null || true
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
		# Unpacked here: the machine's processor is emulated.
		case $file in
		*.xz) xz -dc "$file" >"$tree/usr/lib/modules/$release/$(basename "$file" .xz)" ;;
		*.zst) zstd -qdc "$file" >"$tree/usr/lib/modules/$release/$(basename "$file" .zst)" ;;
		*) cp "$file" "$tree/usr/lib/modules/$release/" ;;
		esac
	done
	cp "$dir/lib/modules/$release/"modules.{order,builtin,builtin.modinfo} "$tree/usr/lib/modules/$release/"
	ln -s usr/lib "$tree/lib"
	depmod -b "$tree" "$release"
	rm "$tree/lib"
	pack "$tree" "$archive" 1-modules
	rm -rf "$tree"
}
