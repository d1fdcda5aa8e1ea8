#!/usr/bin/env python3
"""What other programs do to a Kafka: a producer, an administrator and a reader that share no code with `sales`.

    client.py BROKERS [--set NAME=VALUE]... VERB ARGS...

    make TOPIC PARTITIONS [NAME=VALUE...]  makes a topic anew: one that is there goes first
    grow TOPIC PARTITIONS                  gives a topic more partitions
    drop TOPIC                             deletes a topic and waits until it is gone
    produce TOPIC [PARTITION]              a message for each line of standard input; prints [[partition, offset], ...]
    transaction TOPIC ID commit|abort      the same in one transaction, which then ends so
    count TOPIC                            prints how many offsets are taken in all partitions
    read TOPIC                             prints all committed messages as JSON lines
    trim TOPIC PARTITION OFFSET            deletes the messages before an offset, as retention does
    commit GROUP TOPIC PARTITION OFFSET NOTE
    committed GROUP TOPIC PARTITION        prints [offset, note]
    forget GROUP                           deletes a group and its offsets
    group GROUP                            prints {"state": ..., "members": [[partitions of one], ...], "coordinator": node}
    leader TOPIC PARTITION                 prints the node that leads it
"""
import json, sys, time
from confluent_kafka import Consumer, Producer, TopicPartition, KafkaException
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic


def main():
    arguments = sys.argv[1:]
    settings = {"bootstrap.servers": arguments.pop(0)}
    while arguments[0] == "--set":
        name, _, value = arguments[1].partition("=")
        settings[name] = value
        del arguments[:2]
    verb, *rest = arguments
    {"make": make, "grow": grow, "drop": drop, "produce": produce, "transaction": transaction, "count": count, "read": read, "trim": trim, "commit": commit,
     "committed": committed, "forget": forget, "group": group, "leader": leader}[verb](settings, *rest)


def until(holds, what):
    end = time.monotonic() + 60
    while not holds():
        if time.monotonic() > end:
            sys.exit(f"{what}: not within 60 s")
        time.sleep(0.1)


def there(admin, topic):
    return topic in admin.list_topics(timeout=30).topics


def drop(settings, topic):
    admin = AdminClient(settings)
    if there(admin, topic):
        admin.delete_topics([topic])[topic].result(60)
        until(lambda: not there(admin, topic), f"{topic} is to go")


def make(settings, topic, partitions, *config):
    drop(settings, topic)
    admin = AdminClient(settings)
    new = NewTopic(topic, num_partitions=int(partitions), config=dict(c.split("=", 1) for c in config))
    # A name that has just been deleted may be refused for a moment.
    def made():
        try:
            admin.create_topics([new])[topic].result(60)
            return True
        except KafkaException as error:
            if error.args[0].name() == "TOPIC_ALREADY_EXISTS":
                return False
            raise
    until(made, f"{topic} is to be made")
    until(lambda: there(admin, topic), f"{topic} is to be there")


def grow(settings, topic, partitions):
    admin = AdminClient(settings)
    admin.create_partitions([NewPartitions(topic, int(partitions))])[topic].result(60)
    until(lambda: len(admin.list_topics(topic, 30).topics[topic].partitions) == int(partitions), f"{topic} is to grow")


def lines():
    return [line.rstrip("\n") for line in sys.stdin]


def send(producer, topic, partition=None):
    places, problems = [], []
    def delivered(error, message):
        problems.append(str(error)) if error else places.append([message.partition(), message.offset()])
    for line in lines():
        where = {} if partition is None else {"partition": int(partition)}
        producer.produce(topic, value=line.encode(), on_delivery=delivered, **where)
    if producer.flush(60) or problems:
        sys.exit(f"not delivered: {problems[:3]}")
    print(json.dumps(places))


def produce(settings, topic, partition=None):
    send(Producer({"acks": "all", **settings}), topic, partition)


def transaction(settings, topic, identity, how):
    producer = Producer({"transactional.id": identity, **settings})
    producer.init_transactions(60)
    producer.begin_transaction()
    send(producer, topic)
    producer.commit_transaction(60) if how == "commit" else producer.abort_transaction(60)


def reader(settings, group="reader"):
    return Consumer({"group.id": group, "enable.auto.commit": False, "isolation.level": "read_committed", "enable.partition.eof": True,
                     "auto.offset.reset": "earliest", **settings})


def count(settings, topic):
    consumer = reader(settings)
    partitions = consumer.list_topics(topic, 30).topics[topic].partitions
    print(sum(consumer.get_watermark_offsets(TopicPartition(topic, p), 30)[1] for p in partitions))


def read(settings, topic):
    consumer = reader(settings)
    partitions = consumer.list_topics(topic, 30).topics[topic].partitions
    if -1 in partitions or not partitions:
        return
    consumer.assign([TopicPartition(topic, p, 0) for p in partitions])
    ended = set()
    while len(ended) < len(partitions):
        for message in consumer.consume(10000, 1.0):
            if message.error():
                ended.add(message.partition())
                continue
            headers = {name: (value or b"").decode() for name, value in message.headers() or []}
            key, value = (None if b is None else b.decode("utf-8", "replace") for b in (message.key(), message.value()))
            print(json.dumps({"partition": message.partition(), "offset": message.offset(), "key": key, "value": value, "headers": headers}))


def trim(settings, topic, partition, offset):
    where = TopicPartition(topic, int(partition), int(offset))
    admin = AdminClient(settings)
    admin.delete_records([where])[where].result(60)


def commit(settings, group, topic, partition, offset, note):
    # With a note this client sends a byte 0 behind it, also behind an empty one.
    place = TopicPartition(topic, int(partition), int(offset), metadata=note) if note else TopicPartition(topic, int(partition), int(offset))
    reader(settings, group).commit(offsets=[place], asynchronous=False)


def committed(settings, group, topic, partition):
    place = reader(settings, group).committed([TopicPartition(topic, int(partition))], 60)[0]
    print(json.dumps([place.offset, place.metadata or ""]))


def forget(settings, group):
    admin = AdminClient(settings)
    admin.delete_consumer_groups([group])[group].result(60)


def group(settings, name):
    admin = AdminClient(settings)
    told = admin.describe_consumer_groups([name])[name].result(60)
    members = [sorted(p.partition for p in m.assignment.topic_partitions) for m in told.members]
    print(json.dumps({"state": told.state.name, "members": members, "coordinator": told.coordinator.id if told.coordinator else None}))


def leader(settings, topic, partition):
    print(AdminClient(settings).list_topics(topic, 30).topics[topic].partitions[int(partition)].leader)


main()
