#!/usr/bin/env python3
"""Sales to Apache Kafka in plain Python: the generator of ../pipeline/pipeline.py, json, and confluent-kafka, which is librdkafka underneath.

One process, the countries in turn, idempotent and acknowledged by all replicas. It is written for speed where Python has it: a batch waits up to
50 ms for more, nothing is called back for a message that has arrived, the queue is served once in a thousand messages. In its favour: no
transactions, it begins a new stream each time and does not look for the place where it was, and what pipeline.py says of its sales.

    publish.py --brokers HOST:PORT --count 200000      sales a country, to topics <country>_topic that are there; prints JSON
"""

import argparse
import json
import os
import sys
import time
from datetime import datetime, timedelta, timezone

from confluent_kafka import Producer

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pipeline"))
from pipeline import COUNTRIES, sales  # noqa: E402

MESSAGES_A_POLL = 1_000


def publish(producer, topic, country, count):
    start = (datetime.now(timezone.utc) - timedelta(seconds=count)).replace(tzinfo=None)
    produce, poll = producer.produce, producer.poll
    until_poll = MESSAGES_A_POLL
    for key, value in sales(country, 0, count, start):
        while True:
            try:
                produce(topic, value, key)
                break
            except BufferError:
                poll(0.1)
        until_poll -= 1
        if until_poll == 0:
            poll(0)
            until_poll = MESSAGES_A_POLL


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--brokers", default="127.0.0.1:9092")
    parser.add_argument("--count", type=int, default=200_000, help="sales a country")
    arguments = parser.parse_args()
    failures = []
    producer = Producer({
        "bootstrap.servers": arguments.brokers,
        "enable.idempotence": True,
        "acks": "all",
        "linger.ms": 50,
        "queue.buffering.max.messages": 1_000_000,
        "delivery.report.only.error": True,
        "on_delivery": lambda error, message: failures.append(f"{message.topic()}: {error}"),
    })
    began = time.perf_counter()
    for country in COUNTRIES:
        publish(producer, f"{country}_topic", country, arguments.count)
    left = producer.flush(60)
    if failures or left:
        sys.exit(f"{len(failures)} messages failed ({failures[:1]}), {left} are not acknowledged")
    seconds = time.perf_counter() - began
    messages = arguments.count * len(COUNTRIES)
    print(json.dumps({"messages": messages, "seconds": round(seconds, 3), "perSecond": round(messages / seconds)}))


if __name__ == "__main__":
    main()
