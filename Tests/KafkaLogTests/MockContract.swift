/// Promises that librdkafka's mock brokers cannot be held to, each with what they lack. Real Kafka is held to all of them.
enum MockContract {
    static let beyond: [String: String] = [
        "A topic is made once and then left as it is": noCreation,
        "Two who make a topic at once make one": noCreation,
        "What is absent is missing": "they make any topic that is asked for",
        "Nobody sees a transaction before its commit, and all of it afterwards": noIsolation,
        "A producer that closes takes back what it has not committed": noIsolation,
        "A successor fences a producer of the same identity, with its messages and positions": "they do not fence producers",
        "Positions of groups are committed with the messages": noPositions,
        "A publisher whose commit failed before its effect goes on from the log without loss or double": noPositions,
        "A publisher whose commit failed after its effect goes on from the log without loss or double": noPositions,
        "A note may have 4,096 bytes and not one more": "they take notes of any length",
    ]

    private static let noCreation = "they have no CreateTopics"
    private static let noIsolation = "readers see what is not committed"
    private static let noPositions = "they forget positions that come with a transaction"
}
