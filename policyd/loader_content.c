// SPDX-License-Identifier: Apache-2.0
/*
 * Whether the kernel gives the SHA-256 of a file: tried with policyd's own program, whose digest is known.
 */
#include <bpf/bpf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <policyd/content.h>

#include "digest.h"
#include "loader_internal.h"
#include "util.h"

#define REMEDY                                                                                               \
	"take the keys 'sha256' out of the policies, or boot a kernel with CONFIG_IMA=y and without "        \
	"ima_hash="

static int file_digest(int fd, uint8_t ret_value[static DIGEST_SIZE])
{
	struct digest digest = {0};
	uint8_t bytes[16384];
	ssize_t length;

	digest_begin(&digest);
	while ((length = read(fd, bytes, sizeof(bytes))) > 0)
		digest_add(&digest, bytes, (size_t)length);
	if (length < 0)
		return -errno;
	digest_end(&digest, ret_value);
	return 0;
}

/* Has the programs read the file, which this process maps to execute. */
static int reading_make(const struct loader *loader, int file, struct policyd_reading *ret_reading)
{
	CLEANUP_CLOSE int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
	const struct policyd_reading trial = {.state = POLICYD_CONTENT_TRIAL};
	int map = loader->maps[LOADER_MAP_READINGS];
	void *memory;
	int r;

	if (process < 0)
		return -errno;
	r = bpf_map_update_elem(map, &process, &trial, BPF_ANY);
	if (r < 0)
		return r;
	/* It is read before anybody decides, so a refusal makes no difference. */
	memory = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
	if (memory != MAP_FAILED)
		(void)munmap(memory, 1);
	r = bpf_map_lookup_elem(map, &process, ret_reading);
	(void)bpf_map_delete_elem(map, &process);
	return r;
}

int loader_contents_try(struct loader *loader, const struct policyd_line *lines, char **ret_error)
{
	CLEANUP_CLOSE int file = -1;
	uint8_t digest[DIGEST_SIZE] = {0};
	struct policyd_reading reading = {0};
	int r;

	if (loader->contents_tried || !loader_asks_contents(lines))
		return 0;
	file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	r = file < 0 ? -errno : file_digest(file, digest);
	if (r == 0)
		r = reading_make(loader, file, &reading);
	if (r < 0)
		return loader_fail(ret_error, r,
				   "cannot try whether the kernel gives the SHA-256 of files: %s",
				   strerror(-r));
	if (reading.state != POLICYD_CONTENT_KNOWN)
		return loader_fail(
			ret_error, -EOPNOTSUPP,
			"'sha256' cannot be enforced: the program that reads files was not called");
	if (reading.result < 0)
		return loader_fail(
			ret_error, -EOPNOTSUPP,
			"'sha256' cannot be enforced: the kernel's integrity subsystem (IMA) gives no "
			"digest of files (%s): " REMEDY,
			strerrorname_np(-reading.result));
	if (reading.result != POLICYD_HASH_SHA256)
		return loader_fail(ret_error, -EOPNOTSUPP,
				   "'sha256' cannot be enforced: the kernel's integrity subsystem (IMA) uses "
				   "another hash (number %d of linux/hash_info.h): " REMEDY,
				   reading.result);
	if (memcmp(digest, reading.digest, sizeof(digest)) != 0)
		return loader_fail(
			ret_error, -EOPNOTSUPP,
			"'sha256' cannot be enforced: the kernel's integrity subsystem (IMA) gives "
			"another SHA-256 of policyd's own program than its bytes have");
	loader->contents_tried = true;
	return 0;
}
