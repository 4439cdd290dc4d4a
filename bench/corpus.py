# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the data of a comparison: the unpacked dictionary, the words that are asked (the same in
every run), and what redis is to hold."""

import gzip
import os
import random
import shutil
import socket
import string

SEED = 2229
N_WORDS = 20000
PREFIX_CHARACTERS = 6
BATCH = 256

DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
VALUES = {digit: value for value, digit in enumerate(DIGITS)}


def _number(text):
    """A number of a dictd index: base 64, most significant digit first."""
    value = 0
    for digit in text:
        value = value * 64 + VALUES[digit]
    return value


class Corpus:
    """The dictionary and the words, in files below a private directory."""

    def __init__(self, work, index, data):
        self.index = index
        self.packed = data
        self.unpacked = os.path.join(work, "wn.dict")
        self.words_path = os.path.join(work, "words")
        self.prefixes_path = os.path.join(work, "prefixes")
        # A .dz is a gzip file with an index of its blocks in the header.
        with gzip.open(data) as packed, open(self.unpacked, "wb") as out:
            shutil.copyfileobj(packed, out)
        self.entries = {}
        with open(index, encoding="utf-8") as lines:
            for line in lines:
                headword, offset, size = line.rstrip("\n").split("\t")[:3]
                if not headword.startswith("00-database"):
                    self.entries[headword] = (_number(offset), _number(size))
        chosen = random.Random(SEED)
        self.words = chosen.sample(sorted(self.entries), N_WORDS)
        self.write_words({})
        with open(self.prefixes_path, "w", encoding="utf-8") as out:
            out.writelines(word[:PREFIX_CHARACTERS].rstrip() + "\n" for word in self.words)

    def write_words(self, sizes):
        """Writes the word list, with the sizes of the values where they are known."""
        with open(self.words_path, "w", encoding="utf-8") as out:
            for word in self.words:
                size = sizes.get(word)
                out.write(f"{word}\t{size}\n" if size else f"{word}\n")

    def fetch_replies(self, dict_address):
        """Asks a DICT server for every word: {word: the bytes of its whole reply}."""
        replies = {}
        with socket.create_connection(_endpoint(dict_address), 30) as server:
            stream = server.makefile("rb")
            stream.readline()
            for start in range(0, len(self.words), BATCH):
                batch = self.words[start:start + BATCH]
                server.sendall("".join(f'DEFINE wn "{word}"\r\n' for word in batch).encode())
                for word in batch:
                    replies[word] = _read_dict_reply(stream)
        return replies

    def fill_redis(self, address, replies):
        """Sets every headword: to its DICT reply where we have it, else to its text."""
        with open(self.unpacked, "rb") as data, \
                socket.create_connection(_endpoint(address), 30) as server:
            text = data.read()
            stream = server.makefile("rb")
            batch = []
            for headword, (offset, size) in self.entries.items():
                batch.append((headword.encode(), replies.get(headword) or
                              text[offset:offset + size]))
                if len(batch) == BATCH:
                    _set_all(server, stream, batch)
                    batch = []
            _set_all(server, stream, batch)


def _endpoint(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


def _read_dict_reply(stream):
    reply = b""
    in_text = False
    while True:
        line = stream.readline()
        if not line:
            raise RuntimeError("a DICT server closed the connection in a reply")
        reply += line
        if in_text:
            in_text = line != b".\r\n"
        elif line[:3] == b"151":
            in_text = True
        elif line[:3] != b"150":
            return reply


def _set_all(server, stream, batch):
    commands = b"".join(b"*3\r\n$3\r\nSET\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n" %
                        (len(key), key, len(value), value) for key, value in batch)
    server.sendall(commands)
    for _ in batch:
        if stream.readline() != b"+OK\r\n":
            raise RuntimeError("redis did not take a value")
