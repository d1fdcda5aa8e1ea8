#!/usr/bin/env python3
"""The same pipeline as `sales run` on embedded stores, in plain Python: random, json, csv and sqlite3 of the standard library.

Sales are made at random and published to a broker table in SQLite, read from there by offset and written as CSV files of 10,000 rows into a
directory store (a local copy goes to an archive), and loaded into a table in SQLite. Each step is durable before the next one counts on it:
WAL with synchronous=FULL, fsync before a rename, offsets committed after the file is stored.

It is written for speed where Python has it: executemany in large transactions, one encode a file, prepared formats, no object a sale. In its
favour: sale ids count up (as ours, and other than random ones they are cheap for an index), prices and times are plain draws, nothing that
it reads is checked, nothing is fenced or resumed by halves, and nothing is compared at the end.

    pipeline.py --count 200000 --data FOLDER      sales a country; prints seconds a stage as JSON
"""

import argparse
import csv
import hashlib
import io
import json
import os
import random
import sqlite3
import time
from datetime import datetime, timedelta, timezone

COUNTRIES = {"US": "USD", "UK": "GBP", "DE": "EUR", "FR": "EUR", "IT": "EUR"}
FREQUENCIES = {"p1": 17, "p2": 9, "p3": 6, "p4": 5, "p5": 4, "p6": 3, "p7": 3, "p8": 3, "p9": 3, "p10": 2}
PRICES = {  # in cents
    "p1": (499, 999), "p2": (999, 1999), "p3": (1499, 2999), "p4": (1999, 3999), "p5": (2499, 4999),
    "p6": (3999, 7999), "p7": (5999, 11999), "p8": (8999, 17999), "p9": (14999, 29999), "p10": (24999, 49999),
}
COLUMNS = ["sale_id", "product_code", "country_of_sale", "datetime", "selling_price", "currency"]
ROWS_A_FILE = 10_000
ROWS_A_TRANSACTION = 10_000
GROUP = "stream"


def connect(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    return connection


class Broker:
    """Topics in SQLite: a row a message, found by topic and offset."""

    def __init__(self, path):
        self.connection = connect(path)
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS messages (topic TEXT, offset INTEGER, key TEXT, value TEXT, PRIMARY KEY (topic, offset)) WITHOUT ROWID")
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS commits (consumer TEXT, topic TEXT, offset INTEGER, PRIMARY KEY (consumer, topic)) WITHOUT ROWID")

    def end(self, topic):
        row = self.connection.execute("SELECT max(offset) FROM messages WHERE topic = ?", (topic,)).fetchone()
        return 0 if row[0] is None else row[0] + 1

    def append(self, messages):
        self.connection.execute("BEGIN")
        self.connection.executemany("INSERT INTO messages VALUES (?, ?, ?, ?)", messages)
        self.connection.execute("COMMIT")

    def read(self, topic, offset, limit):
        return self.connection.execute(
            "SELECT value FROM messages WHERE topic = ? AND offset >= ? ORDER BY offset LIMIT ?", (topic, offset, limit)).fetchall()

    def committed(self, consumer, topic):
        row = self.connection.execute("SELECT offset FROM commits WHERE consumer = ? AND topic = ?", (consumer, topic)).fetchone()
        return row[0] if row else 0

    def commit(self, consumer, topic, offset):
        self.connection.execute("INSERT OR REPLACE INTO commits VALUES (?, ?, ?)", (consumer, topic, offset))


class Store:
    """Files under a folder: whole or not there, their SHA-256 beside them."""

    def __init__(self, root):
        self.root = root

    def put(self, key, body, digest):
        path = os.path.join(self.root, key)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_durably(path + ".sha256", digest.encode())
        write_durably(path, body)
        sync_folder(os.path.dirname(path))

    def list(self, folder):
        path = os.path.join(self.root, folder)
        return sorted(name for name in os.listdir(path) if name.endswith(".csv")) if os.path.isdir(path) else []

    def get(self, key):
        path = os.path.join(self.root, key)
        with open(path, "rb") as file, open(path + ".sha256") as digest:
            return file.read(), digest.read()

    def move(self, key, destination):
        source, target = os.path.join(self.root, key), os.path.join(self.root, destination)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(source + ".sha256", target + ".sha256")
        os.rename(source, target)
        sync_folder(os.path.dirname(target))
        sync_folder(os.path.dirname(source))


def write_durably(path, body):
    making = path + ".making"
    with open(making, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    os.rename(making, path)


def sync_folder(path):
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)


def sales(country, first, count, start):
    """Keys and messages of sales of one country: in each iteration of 55 every product its frequency times, in a drawn order."""
    currency = COUNTRIES[country]
    iteration = [product for product, frequency in FREQUENCIES.items() for _ in range(frequency)]
    at, dumps, randint, expovariate = start, json.dumps, random.randint, random.expovariate
    ordinal = first
    while ordinal < first + count:
        random.shuffle(iteration)
        for product in iteration[: first + count - ordinal]:
            at += timedelta(seconds=expovariate(2))
            cents = randint(*PRICES[product])
            sale_id = f"{country.lower()}555b90-0cb9-8557-a920-{ordinal:012x}"
            yield sale_id, dumps({
                "sale_id": sale_id,
                "product_code": product,
                "country_of_sale": country,
                "datetime": at.isoformat(timespec="milliseconds") + "Z",
                "selling_price": cents / 100,
                "currency": currency,
            })
            ordinal += 1


def publish(broker, country, count):
    topic = f"{country}_topic"
    offset = broker.end(topic)
    start = (datetime.now(timezone.utc) - timedelta(seconds=count)).replace(tzinfo=None)
    batch = []
    for key, value in sales(country, offset, count, start):
        batch.append((topic, offset, key, value))
        offset += 1
        if len(batch) == ROWS_A_TRANSACTION:
            broker.append(batch)
            batch.clear()
    if batch:
        broker.append(batch)


def stream(broker, store, spool, country):
    topic = f"{country}_topic"
    local = os.path.join(spool, "Inbound", country)
    archive = os.path.join(local, "Archived")
    os.makedirs(archive, exist_ok=True)
    offset = broker.committed(GROUP, topic)
    while messages := broker.read(topic, offset, ROWS_A_FILE):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        loads = json.loads
        writer.writerows(
            (sale["sale_id"], sale["product_code"], sale["country_of_sale"], sale["datetime"], f"{sale['selling_price']:.2f}", sale["currency"])
            for sale in (loads(value) for value, in messages))
        body = text.getvalue().encode()
        end = offset + len(messages)
        name = f"{topic}-0-{offset:012d}-{end - 1:012d}.csv"
        with open(os.path.join(local, name), "wb") as file:
            file.write(body)
        store.put(f"Inbound/{country}/{name}", body, hashlib.sha256(body).hexdigest())
        broker.commit(GROUP, topic, end)
        os.rename(os.path.join(local, name), os.path.join(archive, name))
        offset = end


def load(store, table, country):
    for name in store.list(f"Inbound/{country}"):
        key = f"Inbound/{country}/{name}"
        body, digest = store.get(key)
        if hashlib.sha256(body).hexdigest() != digest:
            raise SystemExit(f"{key} is damaged")
        rows = csv.reader(io.StringIO(body.decode(), newline=""))
        next(rows)
        table.execute("BEGIN")
        table.executemany("INSERT OR IGNORE INTO sales VALUES (?, ?, ?, ?, ?, ?)", rows)
        table.execute("COMMIT")
        store.move(key, f"Inbound/{country}/Processed/{name}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1100, help="sales a country")
    parser.add_argument("--data", default="data", help="folder of all files")
    arguments = parser.parse_args()
    os.makedirs(arguments.data, exist_ok=True)
    broker = Broker(os.path.join(arguments.data, "broker.db"))
    store = Store(os.path.join(arguments.data, "store"))
    table = connect(os.path.join(arguments.data, "stage.sales.db"))
    table.execute(
        "CREATE TABLE IF NOT EXISTS sales (sale_id TEXT PRIMARY KEY, product_code TEXT, country_of_sale TEXT, datetime TEXT,"
        " selling_price TEXT, currency TEXT) WITHOUT ROWID")
    stages = {
        "publish": lambda country: publish(broker, country, arguments.count),
        "stream": lambda country: stream(broker, store, os.path.join(arguments.data, "spool"), country),
        "load": lambda country: load(store, table, country),
    }
    seconds = {}
    for stage, work in stages.items():
        began = time.perf_counter()
        for country in COUNTRIES:
            work(country)
        seconds[stage] = round(time.perf_counter() - began, 3)
    rows = table.execute("SELECT count(*) FROM sales").fetchone()[0]
    print(json.dumps({"rows": rows, "seconds": seconds}))


if __name__ == "__main__":
    main()
