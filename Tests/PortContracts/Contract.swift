public import Testing

/// One promise of a port, as a check that every adapter must pass unchanged.
///
/// An adapter's tests run a whole contract by one parameterised test:
///
///     @Test(arguments: MessageLogContract.checks)
///     func keeps(_ check: ContractCheck<LogUnderTest>) async throws { try await check.run(on: LogUnderTest(...)) }
public struct ContractCheck<Subject: Sendable>: Sendable, CustomTestStringConvertible {
    /// The promise, as a sentence.
    public let promise: String
    private let body: @Sendable (Subject) async throws -> Void

    init(_ promise: String, _ body: @escaping @Sendable (Subject) async throws -> Void) {
        self.promise = promise
        self.body = body
    }

    /// The promise.
    public var testDescription: String { promise }

    /// Holds the subject to the promise: records an issue, or throws, where it breaks it.
    public func run(on subject: Subject) async throws { try await body(subject) }
}

/// A promise that was not kept in time, or not at all.
public struct BrokenPromise: Error, CustomStringConvertible {
    /// What was waited for.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A name that nobody else uses, so that checks may share a store.
func uniqueName(_ prefix: String) -> String { "\(prefix)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))" }
