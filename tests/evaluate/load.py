# SPDX-License-Identifier: Apache-2.0
"""Usual work for four programs: load.py PROGRAM SEED ROUNDS. What a round does, and in which order, follows from its
seed, which is one more each round."""
import http.client
import random
import socket
import subprocess
import sys


def web(port, paths, seed):
    chance = random.Random(seed)
    for _ in range(4):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(chance.randint(1, 8)):
            method = chance.choice(["GET", "GET", "GET", "HEAD", "POST"])
            headers = {"Range": "bytes=10-99"} if chance.random() < 0.1 else {}
            try:
                connection.request(method, chance.choice(paths), "a=1" if method == "POST" else None, headers)
                connection.getresponse().read()
            except (http.client.HTTPException, OSError):
                break
        connection.close()
    if chance.random() < 0.3:  # somebody hangs up half-way
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"GET / HT")


def redis(seed):
    chance = random.Random(seed)
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", 6379), timeout=30) as raw:
            for _ in range(chance.randint(1, 12)):
                key = "k%d" % chance.randint(0, 50)
                command = chance.choice([
                    "SET %s %s" % (key, "v" * chance.choice([1, 100, 20000])), "GET %s" % key,
                    "INCR n%s" % key, "LPUSH l%s a b c" % key, "LRANGE l%s 0 -1" % key, "DEL %s" % key,
                    "EXPIRE %s 1" % key, "INFO", "PING", "KEYS *", "NOSUCH", "DBSIZE"])
                raw.sendall(command.encode() + b"\r\n")
                raw.recv(65536)
    if chance.random() < 0.2:
        with socket.create_connection(("127.0.0.1", 6379), timeout=30) as raw:
            raw.sendall(b"BGSAVE\r\n")
            raw.recv(100)


SSH = ["ssh", "-q", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes"]


def sshd(seed):
    chance = random.Random(seed)
    keys = chance.choice([["-i", "/root/key"], ["-i", "/root/key"], ["-i", "/root/other"]])
    command = chance.choice(["true", "id", "ls /usr", "cat /etc/services", "false"])
    subprocess.run(SSH + keys + ["root@127.0.0.1", command], stdout=subprocess.DEVNULL, check=False)


def work(program, seed):
    if program == "nginx":
        web(8080, ["/", "/small", "/large", "/missing", "/dir", "/dir/"], seed)
    elif program == "service":
        web(8081, ["/", "/small", "/large", "/missing", "/eval?1%2B1", "/eval?len(%27a%27)"], seed)
    elif program == "redis":
        redis(seed)
    else:
        sshd(seed)


def main():
    program, first, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for seed in range(first, first + rounds):
        work(program, seed)


main()
