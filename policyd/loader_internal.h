/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the parts of the loader.
 */
#ifndef POLICYD_LOADER_INTERNAL_H
#define POLICYD_LOADER_INTERNAL_H

#include <bpf/libbpf.h>
#include <sys/types.h>
#include <time.h>

#include <policyd/decide.h>
#include <policyd/guard.h>

#include "loader.h"
#include "ring.h"

/* All maps of the programs: those that are loaded later work on the same ones. */
enum loader_map {
	LOADER_MAP_LIVE,
	LOADER_MAP_EVENTS,
	LOADER_MAP_COUNTERS,
	LOADER_MAP_SELF,    /* the mark of policyd's own process */
	LOADER_MAP_GUARD,   /* what is policyd's, */
	LOADER_MAP_GUARDED, /* its processes, */
	LOADER_MAP_LOCKED,  /* and whether policies may change */
	LOADER_MAP_FILES,
	LOADER_MAP_DIRECTORIES,
	LOADER_MAP_BIRTHS,
	LOADER_MAP_ENDPOINTS,
	LOADER_MAP_SUBJECTS,
	LOADER_MAP_TASKS,
	LOADER_MAP_ORIGINS,  /* what they found others to have come from */
	LOADER_MAP_PROGRAMS, /* names that were executed */
	LOADER_MAP_BLANK,    /* what they begin as */
	LOADER_MAP_LISTENERS,
	LOADER_MAP_COUNTS,     /* of rates */
	LOADER_MAP_SEEN,       /* objects that rates of distinct ones have counted */
	LOADER_MAP_WRITERS,    /* who opened a file for writing, for fresh-exec */
	LOADER_MAP_SERVICES,   /* who accepts connections, for shell-from-service */
	LOADER_MAP_IDENTITIES, /* the user ids of tasks, for uid-gain */
	LOADER_MAP_LEARNT,     /* of baselines: what policyd has been told, */
	LOADER_MAP_KNOWN,      /* what it knows, */
	LOADER_MAP_EPOCH,      /* and whether tasks can rely on */
	LOADER_MAP_OBSERVED,   /* what they keep of it */
	LOADER_MAP_NGRAMS,     /* sequences of system calls, */
	LOADER_MAP_STATES,     /* what was found out about them, */
	LOADER_MAP_RECENTS,    /* and the last ones of tasks */
	LOADER_MAP_CALLS,      /* that the live image is about */
	LOADER_MAP_CONTENTS,   /* SHA-256 of files */
	LOADER_MAP_READINGS,   /* and of those that tasks are about to execute */
	LOADER_MAP_RENAMING,
	LOADER_MAP_SCOPE,     /* the cgroup of a degraded loader, which alone has it */
	LOADER_MAP_INGRESS,   /* what was refused at interfaces */
	LOADER_MAP_PUBLISHED, /* .data.published */
	LOADER_MAP_ACTING,    /* .data.acting */
	LOADER_MAP_VARIABLES, /* .bss */
	LOADER_MAP_CONSTANTS, /* .rodata: the key */
	LOADER_MAP_COUNT
};

struct map_name {
	const char *object; /* in the BPF object */
	const char *pin;
};

extern const struct map_name loader_map_names[LOADER_MAP_COUNT];

/* When a program has to run. */
enum hook_need {
	HOOK_ALWAYS,	 /* keeps state that decisions rest on, or carries the canary */
	HOOK_READ,	 /* is no hook: policyd reads what it says, and it is always there for that */
	HOOK_PATH,	 /* when a path class refuses or reports one of `ops` */
	HOOK_NETWORK,	 /* when a rule about addresses refuses or reports one of `ops` */
	HOOK_SOCKET,	 /* when one about making sockets, or about families, does */
	HOOK_SOURCE,	 /* when one asks from where connections are made */
	HOOK_SYSCALL,	 /* when a rule is about system calls */
	HOOK_ANOMALY,	 /* when a rate counts a kind of `ops` */
	HOOK_KERNEL,	 /* when the section kernel refuses or reports one of `ops` */
	HOOK_PROCESS,	 /* when `ops` of the section process are refused or reported, or ptrace-any is */
	HOOK_CAPABILITY, /* when some capability is refused or reported */
	HOOK_CONTENT,	 /* when a verdict on one of `ops` depends on what is in the file */
	HOOK_APPEND,	 /* when somebody may append to a file and not write */
	HOOK_GUARD,	 /* when the administrator asks for self-protection */
	HOOK_INGRESS,	 /* when requests for connections are refused to everybody, at chosen interfaces */
	HOOK_CGROUP,	 /* of a degraded loader: like HOOK_NETWORK, */
	HOOK_TRACE,	 /* and like HOOK_PATH */
};

/* A program and when it is attached. Where the kernel has no such hook, `optional` ones are left out. */
struct hook {
	const char *program;
	enum hook_need need;
	uint32_t ops;
	bool optional;
};

extern const struct hook loader_hook_table[];
extern const size_t loader_hook_count;

#define LOADER_HOOKS_MAX 208

/* A file of policyd's code as it was when the guard learnt it. */
struct loader_code {
	char *path;
	dev_t dev;
	ino_t inode;
	struct timespec changed;
};

struct loader {
	char *pin_dir; /* NULL: nothing is pinned */
	bool adopted;
	bool foreign;  /* what is pinned is of another layout */
	bool outdated; /* adopted programs are of another build */
	bool degraded;
	bool ingress; /* interfaces were chosen */
	pid_t helper; /* 0: none */
	int cgroup;   /* directory of a degraded loader's cgroup, -1: none */
	uint32_t ring_bytes;
	uint64_t generation;
	int maps[LOADER_MAP_COUNT];
	int programs[LOADER_HOOKS_MAX]; /* by position in the table, -1: not needed yet, or no such hook */
	int links[LOADER_HOOKS_MAX];	/* -1: not attached */
	bool absent[LOADER_HOOKS_MAX];	/* this kernel has no such hook */
	const char *attached[LOADER_HOOKS_MAX + 1];
	volatile uint64_t *published; /* the number of the generation in force, NULL: not mapped yet */
	int image;		      /* the one that is live, -1: none was published or adopted */
	uint64_t subjects; /* its fingerprint of subjects, where this loader published it; see image.h */
	uint64_t subjects_since;
	struct policyd_hash_key key;
	bool guarded;
	bool contents_tried; /* this kernel gives the SHA-256 of a file */
	struct loader_code *code;
	size_t code_count;
	struct ring *ring; /* NULL: there are no programs yet */
};

/* Sets *ret_error to a formatted sentence; returns `error`, a negative errno. */
__attribute__((format(printf, 3, 4))) int loader_fail(char **ret_error, int error, const char *format, ...);

/*
 * Puts pins of another layout aside and forgets what was opened of them; not where policies are locked.
 * Returns 0 or -errno.
 */
int loader_put_aside(struct loader *loader, char **ret_error);

/* The pins' directory itself gets the name of what is put aside, in the place of what may be there still. */
int loader_move_aside(const struct loader *loader, char **ret_error);

/*
 * Attaches programs of this build beside adopted ones of another, on the same maps: nothing that is known is
 * lost. Then the others' pins are aside, for loader_retire(). Where that cannot be done the adopted programs
 * stay, `outdated` says so and *ret_error why.
 */
void loader_renew(struct loader *loader, char **ret_error);

/* Lets the programs of this build count, if the ones of another did. Returns 0 or -errno. */
int loader_act(const struct loader *loader);

/*
 * Loads the wanted programs that are not loaded yet, onto the maps there are, which the first of them bring
 * along; those for which this kernel has no hook are left out. -EPROTO where the maps are not of the shape
 * that this build's programs need.
 */
int loader_load(struct loader *loader, const bool wanted[static LOADER_HOOKS_MAX], char **ret_error);

/* The programs that the image needs. */
void loader_wanted(const struct loader *loader, const struct policyd_line *lines,
		   bool ret_wanted[static LOADER_HOOKS_MAX]);

/* Loads and attaches what the image needs and is not attached yet. */
int loader_attach(struct loader *loader, const struct policyd_line *lines, char **ret_error);

/* The same for programs that are chosen otherwise. */
int loader_attach_wanted(struct loader *loader, const bool wanted[static LOADER_HOOKS_MAX], char **ret_error);

/* What programs and maps need to be of use, once there are some: the marks of policyd itself, and the ring.
 */
int loader_begin(struct loader *loader, char **ret_error);

/* Whether the loader has that map. */
bool loader_map_used(const struct loader *loader, size_t map);

/* Opens the cgroup of a degraded loader. */
int loader_degraded_open(struct loader *loader, const char *path, char **ret_error);

/* Lets its programs look at the tasks below that cgroup; adopted ones have to be attached to it. */
int loader_degraded_scope(struct loader *loader, char **ret_error);

/* Attaches one of its programs. Returns the link, or -errno. */
int loader_degraded_attach(const struct loader *loader, size_t hook);

/* loader_canary() of a degraded loader. */
int loader_degraded_canary(const struct loader *loader);

/*
 * Tries whether this kernel gives the SHA-256 of a file, where the image needs it. Returns 0, or -EOPNOTSUPP
 * with a sentence in *ret_error.
 */
int loader_contents_try(struct loader *loader, const struct policyd_line *lines, char **ret_error);

/* Whether verdicts of the image depend on what is in files. */
bool loader_asks_contents(const struct policyd_line *lines);

/* Marks this process and the helper as policyd, whose class is its own from the next decision on. 0 or
 * -errno. */
int loader_self_mark(const struct loader *loader);

/* Marks this process as policyd for the guard. Returns 0 or -errno. */
int loader_guard_mark(const struct loader *loader);

/* Lets the guard know the directory of the pins, and those above it. Returns 0 or -errno. */
int loader_guard_way(const struct loader *loader);

/* Lets the guard know all maps, programs and links that have a descriptor. */
int loader_guard_objects(struct loader *loader, char **ret_error);

/* A map, program or link. The kernel gives each of a kind a number of its own; kinds differ in info_size. */
struct loader_object {
	uint32_t type;
	uint32_t id;
	uint32_t info_size;
};

/* What a descriptor is of. Returns 0 or -errno. */
int loader_object(int fd, struct loader_object *ret_object);

/* Whether two descriptors are of one. */
bool loader_same_object(int one, int other);

/* What a map is. Returns 0 or -errno. */
int loader_map_info(int fd, struct bpf_map_info *ret_info);

/* A copy of the value under a key of a map whose values may be those of another build, and its size. Returns
 * 0, -ENOENT where there is none, or -errno. */
int loader_map_value(int fd, const void *key, void **ret_value, uint32_t *ret_size);

/* The number that a map of one number holds, so that setting it is one store, which updating the map's
 * element need not be. Returns 0 or -errno. Takes NULL. */
int loader_number_map(int fd, volatile uint64_t **ret_number);
void loader_number_unmap(volatile uint64_t *number);

/* Path of a pin, malloc'ed; NULL when out of memory. */
char *loader_pin_path(const struct loader *loader, const char *prefix, const char *name);

/* The lines of an image in memory, read only, by its map's descriptor. Both return 0 or -errno. */
int loader_image_map(int fd, struct policyd_view *ret_view);
int loader_image_unmap(const struct policyd_view *view);

/* The calls that an image is about. */
void loader_calls_of(policyd_image_t image, struct policyd_calls *ret_calls);

/* The same by its map's descriptor. Returns 0 or -errno. */
int loader_calls(int image, struct policyd_calls *ret_calls);

/* The list that programs look at: set, made to name these too, and whether it does. The first two return 0 or
 * -errno. Where no program looks there is nothing to be done. */
int loader_calls_set(const struct loader *loader, const struct policyd_calls *calls);
int loader_calls_add(const struct loader *loader, const struct policyd_calls *calls);
bool loader_calls_named(const struct loader *loader, const struct policyd_calls *calls);

/*
 * A map with the image, which nobody can write to any more. `since` is its `subjects_since`. Returns 0 or
 * -errno.
 */
int loader_image_create(const struct policyd_line *lines, uint32_t count, uint64_t since, int *ret_fd);

/* Takes over the image that is live. Returns its generation, 0: there is none. */
uint64_t loader_image_adopt(struct loader *loader);

/* Whether the image that this loader published last is live, and is the map of that id. */
bool loader_image_stands(const struct loader *loader, uint32_t id);

/* Makes the image at `fd` the one that decisions start from; `calls` are those that it is about. Returns 0 or
 * -errno. */
int loader_image_switch(struct loader *loader, int fd, const struct policyd_calls *calls);

/*
 * Makes what the guard's map holds of earlier daemons old, and removes what is old still: what was added in
 * between is this one's. Return 0 or -errno.
 */
int loader_guard_age(const struct loader *loader);
int loader_guard_sweep(const struct loader *loader);

void loader_guard_free(struct loader *loader);

/* Pins everything that has a descriptor and no pin yet. */
int loader_pin(struct loader *loader, char **ret_error);

/* Fills the descriptors from pins. 0, -ENOENT when nothing is pinned, -EPROTO for pins of another build. */
int loader_adopt(struct loader *loader, char **ret_error);

/* Takes key and layout from the constants of the loaded programs; -EPROTO for another layout. */
int loader_constants(struct loader *loader, char **ret_error);

#endif
