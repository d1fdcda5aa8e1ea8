internal import BlockingExecutor

/// What a port answers to Kafka's first request in plain text: librdkafka says "disconnected" of several of these.
enum PlainProbe: Equatable {
    /// It is Kafka without TLS; with the oldest version of the Fetch request that it takes.
    case kafka(oldestFetch: Int?)
    /// It speaks TLS.
    case tls
    /// It hangs up without a word, as a port with TLS may do.
    case closed
    /// It takes the connection and says nothing: a broker that sleeps, or something in between.
    case silent
    /// It says something that is not Kafka's.
    case other

    /// From Kafka 4 on the first four versions of Fetch are gone (KIP-896).
    var isKafka4: Bool {
        guard case .kafka(let oldest) = self else { return false }
        return oldest.map { $0 >= 4 } ?? false
    }

    /// ApiVersions, version 0, with the correlation id 1 and no client id.
    static let request: [UInt8] = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF]

    init(answer: [UInt8]?) {
        guard let answer else {
            self = .silent
            return
        }
        if answer.isEmpty {
            self = .closed
        } else if answer.count >= 2, answer[0] == 0x15 || answer[0] == 0x16, answer[1] == 3 {
            self = .tls
        } else if answer.count >= 14, Array(answer[4..<8]) == [0, 0, 0, 1] {
            self = .kafka(oldestFetch: Self.oldestFetch(answer))
        } else {
            self = .other
        }
    }

    /// Entries of key, oldest and newest version, two bytes each, behind size, correlation id, error and count.
    private static func oldestFetch(_ answer: [UInt8]) -> Int? {
        var place = 14
        while place + 6 <= answer.count {
            if answer[place] == 0, answer[place + 1] == 1 { return Int(answer[place + 2]) << 8 | Int(answer[place + 3]) }
            place += 6
        }
        return nil
    }

    /// Asks the port at an address that is known to be open.
    static func ask(_ address: SocketAddress, limit: Duration) async -> PlainProbe {
        let prober = Prober()
        return await prober.ask(address, limit)
    }
}

private actor Prober {
    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func ask(_ address: SocketAddress, _ limit: Duration) -> PlainProbe {
        guard case .success(let connection) = Connection.open(address, limit: limit) else { return .silent }
        defer { connection.close() }
        guard connection.write(PlainProbe.request) else { return .closed }
        return PlainProbe(answer: connection.read(limit: limit))
    }
}
