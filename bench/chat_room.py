# SPDX-License-Identifier: GPL-3.0-or-later
"""A room with very many messages: filling it, starting with it, reading any page of it, and
searching it."""

import random
import signal
import statistics
import time

import chat_load
from client import Client

ROOM = "archive"
SEED = 4
N_AT_ONCE = 2000
N_SENTENCES = 20000
N_PAGES = 400
N_BIG_PAGES = 60
N_STARTS = 5
INDEX_DEADLINE_S = 180

CHINESE = ("今天我们一起学习英语", "这个词是什么意思", "他昨天去图书馆借了两本书", "请大家打开第三课",
           "我觉得这个句子很难翻译", "老师说明天有考试", "跑步对身体很好", "计算机坏了怎么办")
COMMON = ("the", "of", "and", "to", "in", "that", "is", "was", "for", "we", "read", "word", "page",
          "lesson", "why", "not", "this", "when")
SEARCHES = ("the", "lesson", "read the page", "今天", "跑步", "计算机坏了", "意思 this", "zzzzz")


def make_sentences(words):
    """Texts of 20 to 130 bytes of frequent and rare words, and some of Chinese. None needs an escape
    in JSON."""
    chance = random.Random(SEED)
    sentences = []
    for _ in range(N_SENTENCES):
        if chance.random() < 0.2:
            sentences.append(chance.choice(CHINESE) + "，" + chance.choice(CHINESE))
        else:
            sentences.append(" ".join(chance.choice(COMMON if chance.random() < 0.6 else words)
                                      for _ in range(chance.randint(4, 16))))
    return sentences


def _enter(server, nick, joins=True):
    """A client in the room, or with a nick only."""
    client = Client(server.address)
    for method, params in (("hello", {"protocol": 1, "nick": nick}), ("join", {"room": ROOM})):
        if method == "join" and not joins:
            break
        _, reply = client.ask(method, **params)
        if "error" in reply:
            raise RuntimeError(f"{method} at {server.address}: {reply['error']['message']}")
    return client


def fill(server, n_messages, words, say):
    """Sends messages as fast as they are acknowledged. Each ends in a number of its own."""
    sentences = make_sentences([word for word in words if '"' not in word and "\\" not in word])
    client = _enter(server, "scribe")
    begin = time.monotonic()
    n_sent = n_acknowledged = 0
    while n_acknowledged < n_messages:
        n_now = min(n_messages - n_sent, N_AT_ONCE - (n_sent - n_acknowledged))
        if n_now > 0:
            lines = "".join(
                '{"jsonrpc":"2.0","id":%d,"method":"send","params":{"room":"%s","text":"%s n%d"}}\n'
                % (n, ROOM, sentences[n * 7919 % N_SENTENCES], n)
                for n in range(n_sent + 1, n_sent + n_now + 1))
            client.socket.sendall(lines.encode())
            n_sent += n_now
        n_acknowledged += _count_replies(client.socket)
    elapsed = time.monotonic() - begin
    client.close()
    say(f"room: {n_messages} messages sent in {elapsed:.1f} s")
    return elapsed


def _count_replies(connection):
    """Reads what is there, up to the end of a line, and counts the acknowledgements in it."""
    received = bytearray()
    while not received.endswith(b"\n"):
        some = connection.recv(1 << 20)
        if not some:
            raise RuntimeError("the server closed the connection while the room was filled")
        received += some
    if b'"error":{' in received:
        at = received.index(b'"error":{')
        raise RuntimeError(f"a message was refused: {received[at:at + 200].decode()}")
    return received.count(b'"result":{')


def await_index(server, n_messages, say):
    """The search is filled in the background: waits until it finds the last message. Returns: whether
    it did"""
    client = _enter(server, "searcher", joins=False)
    begin = time.monotonic()
    while time.monotonic() - begin < INDEX_DEADLINE_S:
        _, reply = client.ask("search_messages", room=ROOM, text=f"n{n_messages}", limit=1)
        if reply.get("result", {}).get("messages"):
            say(f"room: searchable after another {time.monotonic() - begin:.1f} s")
            client.close()
            return True
        time.sleep(0.2)
    client.close()
    say(f"room: the last message cannot be found by searching after {INDEX_DEADLINE_S} s")
    return False


def _ask_all(client, method, questions):
    """Milliseconds of each, sorted, and how many messages came in all."""
    times = []
    n_messages = 0
    for params in questions:
        elapsed_ms, reply = client.ask(method, **params)
        if "error" in reply:
            raise RuntimeError(f"{method} {params}: {reply['error']['message']}")
        times.append(elapsed_ms)
        n_messages += len(reply["result"]["messages"])
    return sorted(times), n_messages


def _summary(times, n_found):
    return (chat_load.quantile(times, 0.5), chat_load.quantile(times, 0.99), times[-1], n_found)


def measure_reading(server, n_messages, is_searchable):
    """Milliseconds for pages anywhere and for searches: {name: (p50, p99, longest,
    messages)}."""
    chance = random.Random(SEED)
    client = _enter(server, "reader", joins=False)
    figures = {}
    for name, count, limit in (("pages of 50", N_PAGES, 50), ("pages of 500", N_BIG_PAGES, 500)):
        questions = [{"room": ROOM, "before": chance.randint(2, n_messages), "limit": limit}
                     for _ in range(count // 2)]
        questions += [{"room": ROOM, "after": chance.randint(0, n_messages - 1), "limit": limit}
                      for _ in range(count // 2)]
        times, n_found = _ask_all(client, "history", questions)
        figures[name] = _summary(times, n_found)
    for text in (*SEARCHES, f"n{n_messages // 3}") if is_searchable else ():
        times, n_found = _ask_all(client, "search_messages",
                                  [{"room": ROOM, "text": text, "limit": 50}] * 5 +
                                  [{"text": text, "limit": 50}] * 5)
        figures["search " + text] = _summary(times, n_found)
    client.close()
    return figures


def measure_starts(start):
    """Milliseconds from the spawn to READY: the median of some starts after a clean end, and one after
    a SIGKILL with messages just sent."""
    times = []
    for _ in range(N_STARTS):
        with start() as server:
            times.append(server.started_s * 1000)
    with start() as server:
        client = _enter(server, "scribe")
        for number in range(200):
            client.ask("send", room=ROOM, text=f"before the end {number}")
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        client.close()
    with start() as server:
        killed_ms = server.started_s * 1000
    return statistics.median(times), killed_ms
