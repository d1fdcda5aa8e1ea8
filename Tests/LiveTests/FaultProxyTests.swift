internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Testing

/// A network between program and broker that is slow, breaks, or falls silent.
@Suite(.turns, .faultProxy, .brokers(proxied: true), .serialized) struct FaultProxyTests {
    private func withProxy(_ kafka: [String] = [], _ body: (LivePipeline, FaultProxy) async throws -> Void) async throws {
        let cluster = try Brokers.here()
        let proxy = try await FaultProxy.cover(cluster)
        do {
            let live = try await LivePipeline(cluster.proxiedBootstrap, plain: cluster.bootstrap, partitions: 2, kafka: kafka)
            try await body(live, proxy)
        } catch {
            await proxy.end()
            throw error
        }
        await proxy.end()
    }

    @Test("Each answer comes 200 ms late: slower, and all of it")
    func latency() async throws {
        try await withProxy { live, proxy in
            try proxy.add(.latency(milliseconds: 200))
            try await live.run("publish", "--upto", "600", "-q")
            try await live.run("stream", "--until-drained", "--rows", "100", "-q")
            try await live.judge(expect: 600)
        }
    }

    @Test("10 kB a second get through, in both directions")
    func narrow() async throws {
        try await withProxy { live, proxy in
            for direction in FaultProxy.Direction.allCases { try proxy.add(.bandwidth(kilobytes: 10), direction) }
            try await live.run("publish", "--upto", "300", "-q")
            try await live.run("stream", "--until-drained", "-q")
            try proxy.heal()
            try await live.judge(expect: 300)
        }
    }

    @Test("Data come in small pieces")
    func sliced() async throws {
        try await withProxy { live, proxy in
            for direction in FaultProxy.Direction.allCases { try proxy.add(.slicer(bytes: 200), direction) }
            try await live.run("publish", "--upto", "500", "-q")
            try await live.judge(expect: 500)
        }
    }

    @Test("Connections are reset again and again, and cut for a while")
    func resets() async throws {
        try await withProxy { live, proxy in
            try await Play(live, rate: 100).perform {
                for direction in [FaultProxy.Direction.upstream, .downstream, .upstream] {
                    try proxy.add(.resetPeer(milliseconds: 300), direction)
                    try await Task.sleep(for: .seconds(2))
                    try proxy.heal()
                    try await live.awaitFiles(2, "between two resets")
                }
                try proxy.cut()
                try await Task.sleep(for: .seconds(4))
                try proxy.heal()
            }
            try await live.judge()
        }
    }

    @Test("Connections fall silent: first the answers, so that what was asked happens unseen, then both ways")
    func silence() async throws {
        // Sockets wait for 60 s by default.
        try await withProxy(["socket.timeout.ms=5000"]) { live, proxy in
            try await Play(live, rate: 100, streaming: ["--kafka", "session.timeout.ms=6000"]).perform {
                for directions in [[FaultProxy.Direction.downstream], FaultProxy.Direction.allCases] {
                    for direction in directions { try proxy.add(.silence, direction) }
                    try await Task.sleep(for: .seconds(9))
                    try proxy.heal()
                    try await live.awaitFiles(2, "after the silence")
                }
            }
            try await live.judge()
        }
    }

    @Test("Requests arrive long after they were given up: a commit that comes late overwrites nothing")
    func late() async throws {
        try await withProxy(["socket.timeout.ms=3000"]) { live, proxy in
            try await Play(live, rate: 100, streaming: ["--kafka", "session.timeout.ms=6000"]).perform(streamers: 2) {
                for _ in 1...2 {
                    try proxy.add(.latency(milliseconds: 8000), .upstream)
                    try await Task.sleep(for: .seconds(10))
                    try proxy.heal()
                    try await live.awaitFiles(3, "after the delay")
                }
            }
            try await live.judge()
        }
    }
}
