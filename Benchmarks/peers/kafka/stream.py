#!/usr/bin/env python3
"""Sales from Apache Kafka into CSV files of 10,000 rows in plain Python: confluent-kafka (librdkafka underneath), json, csv.

A member of a group reads all countries' topics until their ends, batches of up to 10,000 messages a call. Each message is decoded and checked,
each country's rows are gathered into a file, the file is written locally and put durably into a directory store (the one of
../pipeline/pipeline.py), the positions of that country alone are committed, the local copy goes to the archive.

It is written for speed where Python has it: one call for many messages, one encode a file, prepared formats, no object a sale. In its favour: a
sale's date is not parsed, its price not looked at digit by digit, there are no dead letters (a bad message ends the run), files are not named
after a plan, so a crash between file and commit makes a second file with the same sales.

    stream.py --brokers HOST:PORT --group NAME --data FOLDER      prints JSON
"""

import argparse
import csv
import hashlib
import io
import json
import os
import sys
import time

from confluent_kafka import Consumer, KafkaError, TopicPartition

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pipeline"))
from pipeline import COLUMNS, COUNTRIES, ROWS_A_FILE, Store  # noqa: E402


class Country:
    """The rows of one country that wait for their file."""

    def __init__(self, country, store, spool):
        self.country = country
        self.topic = f"{country}_topic"
        self.store = store
        self.local = os.path.join(spool, "Inbound", country)
        self.archive = os.path.join(self.local, "Archived")
        os.makedirs(self.archive, exist_ok=True)
        self.rows = []
        self.first = None
        self.next = {}  # the position behind the last row, by partition

    def take(self, message):
        sale = json.loads(message.value())
        sale_id, product, country, date, price, currency = (
            sale["sale_id"], sale["product_code"], sale["country_of_sale"], sale["datetime"], sale["selling_price"], sale["currency"])
        if country != self.country or not isinstance(price, (float, int)) or price < 0 or not 1 <= len(sale_id) <= 128 or len(currency) != 3:
            raise ValueError(f"{self.topic} at {message.offset()}: not a sale of this country")
        if not self.rows:
            self.first = message.partition(), message.offset()
        self.rows.append((sale_id, product, country, date, f"{price:.2f}", currency))
        self.next[message.partition()] = message.offset() + 1
        return len(self.rows) == ROWS_A_FILE

    def write(self, consumer):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(self.rows)
        body = text.getvalue().encode()
        name = f"{self.topic}-{self.first[0]}-{self.first[1]:012d}.csv"
        with open(os.path.join(self.local, name), "wb") as file:
            file.write(body)
        self.store.put(f"Inbound/{self.country}/{name}", body, hashlib.sha256(body).hexdigest())
        consumer.commit(offsets=[TopicPartition(self.topic, partition, next) for partition, next in self.next.items()], asynchronous=False)
        os.rename(os.path.join(self.local, name), os.path.join(self.archive, name))
        self.rows.clear()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--brokers", default="127.0.0.1:9092")
    parser.add_argument("--group", default="stream")
    parser.add_argument("--data", default="data", help="folder of all files")
    arguments = parser.parse_args()
    began = time.perf_counter()
    consumer = Consumer({
        "bootstrap.servers": arguments.brokers,
        "group.id": arguments.group,
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "enable.partition.eof": True,
    })
    store, spool = Store(os.path.join(arguments.data, "store")), os.path.join(arguments.data, "spool")
    countries = {f"{country}_topic": Country(country, store, spool) for country in COUNTRIES}
    wanted = sum(len(topic.partitions) for name, topic in consumer.list_topics(timeout=10).topics.items() if name in countries)
    consumer.subscribe(list(countries))
    ended, rows, files = set(), 0, 0
    while len(ended) < wanted:
        for message in consumer.consume(10_000, timeout=1):
            if error := message.error():
                if error.code() != KafkaError._PARTITION_EOF:
                    sys.exit(str(error))
                ended.add((message.topic(), message.partition()))
                continue
            country = countries[message.topic()]
            rows += 1
            if country.take(message):
                country.write(consumer)
                files += 1
    for country in countries.values():
        if country.rows:
            country.write(consumer)
            files += 1
    consumer.close()
    seconds = time.perf_counter() - began
    print(json.dumps({"messages": rows, "files": files, "seconds": round(seconds, 3), "perSecond": round(rows / seconds)}))


if __name__ == "__main__":
    main()
