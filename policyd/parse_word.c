// SPDX-License-Identifier: Apache-2.0
/*
 * The words of the language that stand for numbers of the kernel.
 */
#include <errno.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <syslog.h>

#include "parse_internal.h"

/* Newer than some C libraries that the project builds with. */
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef AF_MCTP
#define AF_MCTP 45
#endif

#define WORDS(what_, table, minimum_, maximum_, prefix_)                                                     \
	{                                                                                                    \
		.what = (what_), .words = (table), .count = ARRAY_SIZE(table), .minimum = (minimum_),        \
		.maximum = (maximum_), .prefix = (prefix_)                                                   \
	}

static const struct parse_word severities[] = {
	{"emerg", LOG_EMERG},	  {"alert", LOG_ALERT},	  {"crit", LOG_CRIT}, {"err", LOG_ERR},
	{"warning", LOG_WARNING}, {"notice", LOG_NOTICE}, {"info", LOG_INFO}, {"debug", LOG_DEBUG},
};
const struct parse_words parse_severities = WORDS("severity", severities, 0, 0, "LOG_");

static const struct parse_word file_types[] = {
	{"regular", FILE_TYPE_REGULAR}, {"directory", FILE_TYPE_DIRECTORY}, {"symlink", FILE_TYPE_SYMLINK},
	{"block", FILE_TYPE_BLOCK},	{"char", FILE_TYPE_CHAR},	    {"fifo", FILE_TYPE_FIFO},
	{"socket", FILE_TYPE_SOCKET},
};
const struct parse_words parse_file_types = WORDS("file type", file_types, 0, 0, NULL);

/* `inet` stands for two families, see parse_network.c. */
static const struct parse_word families[] = {
	{"inet", AF_UNSPEC},
	{"ipv4", AF_INET},
	{"ipv6", AF_INET6},
	{"unix", AF_UNIX},
	{"netlink", AF_NETLINK},
	{"packet", AF_PACKET},
	{"vsock", AF_VSOCK},
	{"alg", AF_ALG},
	{"appletalk", AF_APPLETALK},
	{"atmpvc", AF_ATMPVC},
	{"atmsvc", AF_ATMSVC},
	{"ax25", AF_AX25},
	{"bluetooth", AF_BLUETOOTH},
	{"bridge", AF_BRIDGE},
	{"caif", AF_CAIF},
	{"can", AF_CAN},
	{"ib", AF_IB},
	{"ieee802154", AF_IEEE802154},
	{"ipx", AF_IPX},
	{"irda", AF_IRDA},
	{"isdn", AF_ISDN},
	{"iucv", AF_IUCV},
	{"kcm", AF_KCM},
	{"key", AF_KEY},
	{"llc", AF_LLC},
	{"mctp", AF_MCTP},
	{"mpls", AF_MPLS},
	{"nfc", AF_NFC},
	{"phonet", AF_PHONET},
	{"pppox", AF_PPPOX},
	{"qipcrtr", AF_QIPCRTR},
	{"rds", AF_RDS},
	{"rose", AF_ROSE},
	{"rxrpc", AF_RXRPC},
	{"smc", AF_SMC},
	{"tipc", AF_TIPC},
	{"x25", AF_X25},
	{"xdp", AF_XDP},
};
const struct parse_words parse_families = WORDS("family", families, 1, 255, "AF_");

static const struct parse_word protocols[] = {
	{"tcp", IPPROTO_TCP},	    {"udp", IPPROTO_UDP},	  {"icmp", IPPROTO_ICMP},
	{"icmpv6", IPPROTO_ICMPV6}, {"sctp", IPPROTO_SCTP},	  {"mptcp", IPPROTO_MPTCP},
	{"raw", IPPROTO_RAW},	    {"udplite", IPPROTO_UDPLITE}, {"dccp", IPPROTO_DCCP},
	{"igmp", IPPROTO_IGMP},	    {"gre", IPPROTO_GRE},	  {"esp", IPPROTO_ESP},
	{"ah", IPPROTO_AH},
};
const struct parse_words parse_protocols = WORDS("protocol", protocols, 0, IPPROTO_MPTCP, "IPPROTO_");

static const struct parse_word signals[] = {
	{"HUP", SIGHUP},       {"INT", SIGINT},	  {"QUIT", SIGQUIT},   {"ILL", SIGILL},	  {"TRAP", SIGTRAP},
	{"ABRT", SIGABRT},     {"BUS", SIGBUS},	  {"FPE", SIGFPE},     {"KILL", SIGKILL}, {"USR1", SIGUSR1},
	{"SEGV", SIGSEGV},     {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},   {"ALRM", SIGALRM}, {"TERM", SIGTERM},
	{"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD}, {"CONT", SIGCONT},   {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
	{"TTIN", SIGTTIN},     {"TTOU", SIGTTOU}, {"URG", SIGURG},     {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},
	{"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH}, {"IO", SIGIO},	  {"PWR", SIGPWR},
	{"SYS", SIGSYS},
};
const struct parse_words parse_signals = WORDS("signal", signals, 1, 64, "SIG");

/* Bit numbers, in the kernel's order. */
static const struct parse_word capabilities[] = {
	{"chown", CAP_CHOWN},
	{"dac_override", CAP_DAC_OVERRIDE},
	{"dac_read_search", CAP_DAC_READ_SEARCH},
	{"fowner", CAP_FOWNER},
	{"fsetid", CAP_FSETID},
	{"kill", CAP_KILL},
	{"setgid", CAP_SETGID},
	{"setuid", CAP_SETUID},
	{"setpcap", CAP_SETPCAP},
	{"linux_immutable", CAP_LINUX_IMMUTABLE},
	{"net_bind_service", CAP_NET_BIND_SERVICE},
	{"net_broadcast", CAP_NET_BROADCAST},
	{"net_admin", CAP_NET_ADMIN},
	{"net_raw", CAP_NET_RAW},
	{"ipc_lock", CAP_IPC_LOCK},
	{"ipc_owner", CAP_IPC_OWNER},
	{"sys_module", CAP_SYS_MODULE},
	{"sys_rawio", CAP_SYS_RAWIO},
	{"sys_chroot", CAP_SYS_CHROOT},
	{"sys_ptrace", CAP_SYS_PTRACE},
	{"sys_pacct", CAP_SYS_PACCT},
	{"sys_admin", CAP_SYS_ADMIN},
	{"sys_boot", CAP_SYS_BOOT},
	{"sys_nice", CAP_SYS_NICE},
	{"sys_resource", CAP_SYS_RESOURCE},
	{"sys_time", CAP_SYS_TIME},
	{"sys_tty_config", CAP_SYS_TTY_CONFIG},
	{"mknod", CAP_MKNOD},
	{"lease", CAP_LEASE},
	{"audit_write", CAP_AUDIT_WRITE},
	{"audit_control", CAP_AUDIT_CONTROL},
	{"setfcap", CAP_SETFCAP},
	{"mac_override", CAP_MAC_OVERRIDE},
	{"mac_admin", CAP_MAC_ADMIN},
	{"syslog", CAP_SYSLOG},
	{"wake_alarm", CAP_WAKE_ALARM},
	{"block_suspend", CAP_BLOCK_SUSPEND},
	{"audit_read", CAP_AUDIT_READ},
	{"perfmon", CAP_PERFMON},
	{"bpf", CAP_BPF},
	{"checkpoint_restore", CAP_CHECKPOINT_RESTORE},
};
const struct parse_words parse_capabilities = WORDS("capability", capabilities, 0, 0, "CAP_");

static const struct parse_word errnos[] = {
	{"EPERM", EPERM},
	{"ENOENT", ENOENT},
	{"ESRCH", ESRCH},
	{"EINTR", EINTR},
	{"EIO", EIO},
	{"ENXIO", ENXIO},
	{"E2BIG", E2BIG},
	{"ENOEXEC", ENOEXEC},
	{"EBADF", EBADF},
	{"ECHILD", ECHILD},
	{"EAGAIN", EAGAIN},
	{"ENOMEM", ENOMEM},
	{"EACCES", EACCES},
	{"EFAULT", EFAULT},
	{"ENOTBLK", ENOTBLK},
	{"EBUSY", EBUSY},
	{"EEXIST", EEXIST},
	{"EXDEV", EXDEV},
	{"ENODEV", ENODEV},
	{"ENOTDIR", ENOTDIR},
	{"EISDIR", EISDIR},
	{"EINVAL", EINVAL},
	{"ENFILE", ENFILE},
	{"EMFILE", EMFILE},
	{"ENOTTY", ENOTTY},
	{"ETXTBSY", ETXTBSY},
	{"EFBIG", EFBIG},
	{"ENOSPC", ENOSPC},
	{"ESPIPE", ESPIPE},
	{"EROFS", EROFS},
	{"EMLINK", EMLINK},
	{"EPIPE", EPIPE},
	{"EDOM", EDOM},
	{"ERANGE", ERANGE},
	{"EDEADLK", EDEADLK},
	{"ENAMETOOLONG", ENAMETOOLONG},
	{"ENOLCK", ENOLCK},
	{"ENOSYS", ENOSYS},
	{"ENOTEMPTY", ENOTEMPTY},
	{"ELOOP", ELOOP},
	{"ENOMSG", ENOMSG},
	{"EIDRM", EIDRM},
	{"ECHRNG", ECHRNG},
	{"EL2NSYNC", EL2NSYNC},
	{"EL3HLT", EL3HLT},
	{"EL3RST", EL3RST},
	{"ELNRNG", ELNRNG},
	{"EUNATCH", EUNATCH},
	{"ENOCSI", ENOCSI},
	{"EL2HLT", EL2HLT},
	{"EBADE", EBADE},
	{"EBADR", EBADR},
	{"EXFULL", EXFULL},
	{"ENOANO", ENOANO},
	{"EBADRQC", EBADRQC},
	{"EBADSLT", EBADSLT},
	{"EBFONT", EBFONT},
	{"ENOSTR", ENOSTR},
	{"ENODATA", ENODATA},
	{"ETIME", ETIME},
	{"ENOSR", ENOSR},
	{"ENONET", ENONET},
	{"ENOPKG", ENOPKG},
	{"EREMOTE", EREMOTE},
	{"ENOLINK", ENOLINK},
	{"EADV", EADV},
	{"ESRMNT", ESRMNT},
	{"ECOMM", ECOMM},
	{"EPROTO", EPROTO},
	{"EMULTIHOP", EMULTIHOP},
	{"EDOTDOT", EDOTDOT},
	{"EBADMSG", EBADMSG},
	{"EOVERFLOW", EOVERFLOW},
	{"ENOTUNIQ", ENOTUNIQ},
	{"EBADFD", EBADFD},
	{"EREMCHG", EREMCHG},
	{"ELIBACC", ELIBACC},
	{"ELIBBAD", ELIBBAD},
	{"ELIBSCN", ELIBSCN},
	{"ELIBMAX", ELIBMAX},
	{"ELIBEXEC", ELIBEXEC},
	{"EILSEQ", EILSEQ},
	{"ERESTART", ERESTART},
	{"ESTRPIPE", ESTRPIPE},
	{"EUSERS", EUSERS},
	{"ENOTSOCK", ENOTSOCK},
	{"EDESTADDRREQ", EDESTADDRREQ},
	{"EMSGSIZE", EMSGSIZE},
	{"EPROTOTYPE", EPROTOTYPE},
	{"ENOPROTOOPT", ENOPROTOOPT},
	{"EPROTONOSUPPORT", EPROTONOSUPPORT},
	{"ESOCKTNOSUPPORT", ESOCKTNOSUPPORT},
	{"EOPNOTSUPP", EOPNOTSUPP},
	{"EPFNOSUPPORT", EPFNOSUPPORT},
	{"EAFNOSUPPORT", EAFNOSUPPORT},
	{"EADDRINUSE", EADDRINUSE},
	{"EADDRNOTAVAIL", EADDRNOTAVAIL},
	{"ENETDOWN", ENETDOWN},
	{"ENETUNREACH", ENETUNREACH},
	{"ENETRESET", ENETRESET},
	{"ECONNABORTED", ECONNABORTED},
	{"ECONNRESET", ECONNRESET},
	{"ENOBUFS", ENOBUFS},
	{"EISCONN", EISCONN},
	{"ENOTCONN", ENOTCONN},
	{"ESHUTDOWN", ESHUTDOWN},
	{"ETOOMANYREFS", ETOOMANYREFS},
	{"ETIMEDOUT", ETIMEDOUT},
	{"ECONNREFUSED", ECONNREFUSED},
	{"EHOSTDOWN", EHOSTDOWN},
	{"EHOSTUNREACH", EHOSTUNREACH},
	{"EALREADY", EALREADY},
	{"EINPROGRESS", EINPROGRESS},
	{"ESTALE", ESTALE},
	{"EUCLEAN", EUCLEAN},
	{"ENOTNAM", ENOTNAM},
	{"ENAVAIL", ENAVAIL},
	{"EISNAM", EISNAM},
	{"EREMOTEIO", EREMOTEIO},
	{"EDQUOT", EDQUOT},
	{"ENOMEDIUM", ENOMEDIUM},
	{"EMEDIUMTYPE", EMEDIUMTYPE},
	{"ECANCELED", ECANCELED},
	{"ENOKEY", ENOKEY},
	{"EKEYEXPIRED", EKEYEXPIRED},
	{"EKEYREVOKED", EKEYREVOKED},
	{"EKEYREJECTED", EKEYREJECTED},
	{"EOWNERDEAD", EOWNERDEAD},
	{"ENOTRECOVERABLE", ENOTRECOVERABLE},
	{"ERFKILL", ERFKILL},
	{"EHWPOISON", EHWPOISON},
};
const struct parse_words parse_errnos = WORDS("errno", errnos, 0, 0, NULL);
