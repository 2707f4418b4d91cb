// SPDX-License-Identifier: Apache-2.0
/*
 * packet INTERFACE HEX...: sends each packet as it is, from the Ethernet header on. What is no digit in HEX
 * means nothing.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static size_t packet_read(const char *text, unsigned char *bytes, size_t room)
{
	size_t digits = 0;

	for (; *text; text++) {
		char pair[2] = {*text, '\0'};

		if (!isxdigit((unsigned char)*text))
			continue;
		if (digits / 2 >= room)
			return 0;
		if (digits % 2 == 0)
			bytes[digits / 2] = 0;
		bytes[digits / 2] = (unsigned char)(bytes[digits / 2] << 4 | strtol(pair, NULL, 16));
		digits++;
	}
	return digits % 2 ? 0 : digits / 2;
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET};
	unsigned char bytes[2048];
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (argc < 3 || fd < 0) {
		perror("packet");
		return 2;
	}
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	for (int i = 2; i < argc; i++) {
		size_t size = packet_read(argv[i], bytes, sizeof(bytes));

		if (!size || sendto(fd, bytes, size, 0, (struct sockaddr *)&to, sizeof(to)) < 0) {
			perror("packet");
			return 2;
		}
	}
	return 0;
}
