"""What the benchmarks on Apache Kafka share: a broker, topics made and dropped, and runs of which it is known what else the machine did.

KAFKA_BROKERS names a cluster that is there; without it one broker is started by the script kafka/kafka below TEST_TOOLS and stopped at the end.
Needs confluent-kafka, so it runs in the environment that scripts/bench makes in peers/kafka/.venv.
"""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from measure import ROOT, Run

WORK = os.environ.get("BENCH_DATA") or os.path.join(ROOT, ".build", "bench", "kafka")
PORT = os.environ.get("BENCH_PORT", "29092")
COUNTRIES = ["US", "UK", "DE", "FR", "IT"]
# The part of the machine that others may have beside a run.
DISTURBED = 0.12
TOPICS = [f"{country}_topic" for country in COUNTRIES]


class Broker:
    """A cluster and its topics. What is dropped leaves the disk a second later, where the broker is ours."""

    def __init__(self):
        shutil.rmtree(WORK, ignore_errors=True)
        os.makedirs(WORK)
        atexit.register(lambda: shutil.rmtree(WORK, ignore_errors=True))
        self.process = None
        self.address = os.environ.get("KAFKA_BROKERS") or self.start()
        self.admin = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
        self.groups = 0

    def start(self):
        script = os.path.join(os.environ.get("TEST_TOOLS", ""), "kafka", "kafka")
        if not os.access(script, os.X_OK):
            sys.exit("KAFKA_BROKERS names no cluster, and TEST_TOOLS no folder with kafka/kafka in it")
        folder = os.path.join(WORK, "broker")
        atexit.register(lambda: subprocess.run([script, "stop", folder]))
        done = subprocess.run(
            [script, "start", folder, "--port", PORT, "--set", "log.segment.delete.delay.ms=1000"], stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit("the broker has not started")
        with open(os.path.join(folder, "node0", "pid")) as file:
            self.process = int(file.read())
        return done.stdout.strip()

    def make(self, topics, partitions=1):
        """Makes topics anew: what was in them is gone."""
        self.drop(topics)
        for made in self.admin.create_topics([NewTopic(topic, partitions, 1) for topic in topics]).values():
            made.result()
        self.wait(lambda known: all(
            topic in known and len(known[topic].partitions) == partitions and all(part.leader >= 0 for part in known[topic].partitions.values())
            for topic in topics))

    def drop(self, topics):
        known = self.admin.list_topics(timeout=30).topics
        if there := [topic for topic in topics if topic in known]:
            for dropped in self.admin.delete_topics(there).values():
                dropped.result()
            self.wait(lambda known: not any(topic in known for topic in there))

    def wait(self, holds):
        deadline = time.monotonic() + 60
        while not holds(self.admin.list_topics(timeout=30).topics):
            if time.monotonic() > deadline:
                sys.exit("the topics do not become what they were told to be")
            time.sleep(0.1)

    def messages(self, topics):
        """How many records there are, those that end transactions included."""
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": "bench-look"})
        known = self.admin.list_topics(timeout=30).topics
        ends = sum(
            consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=30)[1] for topic in topics for number in known[topic].partitions)
        consumer.close()
        return ends

    def group(self):
        """The name of a group that nobody has used."""
        self.groups += 1
        return f"bench-{os.getpid()}-{self.groups}"

    def processor(self):
        """Seconds of processor that the broker has had; 0 where it is not ours."""
        if self.process is None:
            return 0
        with open(f"/proc/{self.process}/stat") as file:
            words = file.read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class Shared(Run):
    """A run beside the broker: `answer` is the JSON that it printed, `broker` the broker's seconds of processor, `others` the part of the
    machine that went to neither."""

    def __init__(self, broker, command, **options):
        before, taken = busy(), broker.processor()
        with tempfile.TemporaryFile() as output:
            super().__init__(command, stdout=output, **options)
            output.seek(0)
            self.answer = json.load(output)
        self.broker = broker.processor() - taken
        self.others = max(0, busy() - before - self.cpu - self.broker) / self.seconds / (os.cpu_count() or 1)


def undisturbed(work):
    """A run beside which others had little of the machine: waits until they are quiet, and repeats one that they struck all the same. After
    some attempts the least disturbed one is taken; what it says of others is printed with it."""
    best = None
    for _ in range(int(os.environ.get("BENCH_ATTEMPTS", "3"))):
        deadline = time.monotonic() + float(os.environ.get("BENCH_PATIENCE", "30"))
        while time.monotonic() < deadline:
            before = busy()
            time.sleep(0.5)
            if busy() - before < 0.5 * DISTURBED * (os.cpu_count() or 1):
                break
        run = work()
        if best is None or run.others < best.others:
            best = run
        if best.others <= DISTURBED:
            break
    return best


def busy():
    """Seconds of processor that the machine has had, all cores together, without those in which it waited."""
    with open("/proc/stat") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
