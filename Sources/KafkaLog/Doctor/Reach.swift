internal import BlockingExecutor
internal import Glibc

/// Whether a port can be connected to, found out without librdkafka, which only says that it goes on trying.
enum Reach: Equatable {
    /// Connected, at this address.
    case open(SocketAddress)
    /// The name is known to nobody whom this machine asks; with the resolver's words.
    case unknownName(String)
    /// Whoever knows the names did not answer.
    case slowName
    /// A machine is there and nothing listens at the port.
    case closed(String)
    /// Nobody answers: a wrong address, or a firewall that drops what it does not like.
    case silent(String)
    /// There is no way there; with the system's words.
    case noRoute(String)

    /// Looks the name up and connects to its addresses in turn; no longer than `limit` each.
    static func to(_ host: String, _ port: Int, limit: Duration) async -> Reach {
        let resolver = Resolver()
        let found = await withLimit(limit) { await resolver.addresses(of: host, port) }
        switch found {
        case nil: return .slowName
        case .failure(let failure): return .unknownName(failure.words)
        case .success(let addresses):
            let dialer = Dialer()
            return await withLimit(limit + .seconds(1)) { await dialer.connect(addresses, limit: limit) } ?? .silent(host)
        }
    }
}

/// The result of `work`, or nil when the time is over; then the work goes on by itself and nobody looks at it.
func withLimit<Value: Sendable>(_ limit: Duration, _ work: @escaping @Sendable () async -> Value) async -> Value? {
    let (results, source) = AsyncStream<Value?>.makeStream()
    let working = Task { source.yield(await work()) }
    let waiting = Task {
        try? await Task.sleep(for: limit)
        source.yield(nil)
    }
    defer {
        working.cancel()
        waiting.cancel()
        source.finish()
    }
    for await result in results { return result }
    return nil
}

/// An address of the network as the system keeps it.
struct SocketAddress: Sendable, Equatable {
    let family: Int32
    let bytes: [UInt8]
    /// In figures.
    let text: String
}

private struct ResolverFailure: Error {
    let words: String
}

/// Asks for the addresses of names, on a thread of its own: the system waits for as long as it likes.
private actor Resolver {
    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func addresses(of host: String, _ port: Int) -> Result<[SocketAddress], ResolverFailure> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { return .failure(ResolverFailure(words: String(cString: gai_strerror(code)))) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            getnameinfo(address, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            addresses.append(
                SocketAddress(
                    family: entry.ai_family, bytes: Array(UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))),
                    text: Failure.text(text)))
        }
        return .success(addresses)
    }
}

/// Connects, on a thread of its own.
private actor Dialer {
    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The first address that answers, or what is wrong with the last one.
    func connect(_ addresses: [SocketAddress], limit: Duration) -> Reach {
        let end = ContinuousClock.now + limit
        var reach = Reach.unknownName("it has no address")
        for (index, address) in addresses.enumerated() {
            let share = (end - ContinuousClock.now) / (addresses.count - index)
            reach = connect(address, limit: max(.milliseconds(100), share))
            if case .open = reach { break }
        }
        return reach
    }

    private func connect(_ address: SocketAddress, limit: Duration) -> Reach {
        let connection: Connection
        switch Connection.open(address, limit: limit) {
        case .success(let opened): connection = opened
        case .failure(let failure):
            switch failure.code {
            case ECONNREFUSED: return .closed(address.text)
            case ETIMEDOUT: return .silent(address.text)
            default: return .noRoute("\(address.text): \(String(cString: strerror(failure.code)))")
            }
        }
        connection.close()
        return .open(address)
    }
}
